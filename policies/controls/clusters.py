"""EKS clusters, their nodes and who gets in."""

from policies.controls._model import Control

CONTROLS: tuple[Control, ...] = ()
