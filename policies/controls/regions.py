"""Where a provider works."""

from policies.controls._model import Control

CONTROLS: tuple[Control, ...] = ()
