"""Kubernetes' roles and bindings."""

from policies.controls._model import Control

CONTROLS: tuple[Control, ...] = ()
