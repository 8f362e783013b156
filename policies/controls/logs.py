"""Trails, logs, findings and alarms."""

from policies.controls._model import Control

CONTROLS: tuple[Control, ...] = ()
