"""Approvals, protection and tags."""

from policies.controls._model import Control

CONTROLS: tuple[Control, ...] = ()
