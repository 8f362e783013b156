"""Virtual machines in the data centre."""

from policies.controls._model import Control

CONTROLS: tuple[Control, ...] = ()
