"""Evidence that nobody can delete."""

from policies.controls._model import Control

CONTROLS: tuple[Control, ...] = ()
