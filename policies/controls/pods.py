"""What a pod may be, whoever makes it."""

from policies.controls._model import Control

CONTROLS: tuple[Control, ...] = ()
