"""Policies and roles in Vault."""

from policies.controls._model import Control

CONTROLS: tuple[Control, ...] = ()
