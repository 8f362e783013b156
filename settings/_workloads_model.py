"""The section of a stack file that is about what domains run. Beside ``_model``, and like it."""

from typing import Annotated

from pydantic import Field, PlainValidator

from settings import _fields as read
from settings._allowed import (
    FEWEST_REPLICAS,
    LARGEST_CPU,
    LARGEST_MEMORY,
    MOST_REPLICAS,
    SMALLEST_CPU,
    SMALLEST_MEMORY,
)
from settings._section import Section

Replicas = Annotated[int, PlainValidator(read.whole(FEWEST_REPLICAS, MOST_REPLICAS))]


class WorkloadSettings(Section):
    """How often a domain of one tier runs, and what each replica has."""

    minimum: Replicas = Field(examples=[2])
    """How many replicas there are at least, also while nobody asks anything."""
    maximum: Replicas = Field(examples=[6])
    """How many there are at most, however much is asked."""
    cpu_millis: Annotated[int, PlainValidator(read.whole(SMALLEST_CPU, LARGEST_CPU))] = Field(
        examples=[500]
    )
    """What each is sure of, in thousandths of a CPU; it may take twice as much where it is free."""
    memory_mib: Annotated[int, PlainValidator(read.whole(SMALLEST_MEMORY, LARGEST_MEMORY))] = Field(
        alias="memoryMiB", examples=[512]
    )
    """What each has, in MiB; one that takes more is ended."""


class CriticalWorkloads(WorkloadSettings):
    """Of what stops money, and protection against fraud, when it stops."""


class CoreWorkloads(WorkloadSettings):
    """Of what stops new business when it stops."""


class StandardWorkloads(WorkloadSettings):
    """Of the rest."""


class WorkloadTiers(Section):
    """What domains run, by their tier."""

    critical: CriticalWorkloads
    core: CoreWorkloads
    standard: StandardWorkloads


class WorkloadsSettings(Section):
    """What domains run."""

    tiers: WorkloadTiers
