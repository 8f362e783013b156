"""Load balancers and their listeners."""

from policies.controls._model import Control

CONTROLS: tuple[Control, ...] = ()
