"""What may come in and go out by security groups."""

from policies.controls._model import Control

CONTROLS: tuple[Control, ...] = ()
