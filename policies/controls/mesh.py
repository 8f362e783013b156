"""Istio: identities, callers and the mesh's edges."""

from policies.controls._model import Control

CONTROLS: tuple[Control, ...] = ()
