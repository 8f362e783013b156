"""What Vault keeps, makes and signs."""

from policies.controls._model import Control

CONTROLS: tuple[Control, ...] = ()
