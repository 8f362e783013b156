"""Who may read and write topics."""

from policies.controls._model import Control

CONTROLS: tuple[Control, ...] = ()
