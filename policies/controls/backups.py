"""Backups and their copies."""

from policies.controls._model import Control

CONTROLS: tuple[Control, ...] = ()
