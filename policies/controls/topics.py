"""Topics and their schemas."""

from policies.controls._model import Control

CONTROLS: tuple[Control, ...] = ()
