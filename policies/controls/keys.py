"""Keys in KMS."""

from policies.controls._model import Control

CONTROLS: tuple[Control, ...] = ()
