"""Roles and policies in IAM."""

from policies.controls._model import Control

CONTROLS: tuple[Control, ...] = ()
