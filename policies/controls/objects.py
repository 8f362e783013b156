"""Objects that hide others, go round policies or hold secrets."""

from policies.controls._model import Control

CONTROLS: tuple[Control, ...] = ()
