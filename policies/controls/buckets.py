"""Buckets in S3."""

from policies.controls._model import Control

CONTROLS: tuple[Control, ...] = ()
