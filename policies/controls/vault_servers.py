"""Vault's servers and their audits."""

from policies.controls._model import Control

CONTROLS: tuple[Control, ...] = ()
