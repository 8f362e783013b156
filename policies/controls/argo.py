"""Argo CD: projects, applications and the server."""

from policies.controls._model import Control

CONTROLS: tuple[Control, ...] = ()
