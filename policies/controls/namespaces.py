"""Kubernetes namespaces, and what each starts with."""

from policies.controls._model import Control

CONTROLS: tuple[Control, ...] = ()
