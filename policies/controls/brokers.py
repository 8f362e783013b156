"""MSK clusters and their configuration."""

from policies.controls._model import Control

CONTROLS: tuple[Control, ...] = ()
