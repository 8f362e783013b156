"""What an instance class means: its memory, and how many connections Aurora allows. Pure."""

_GIB = 1024**3

_MEMORY_GIB = {
    "medium": 4,
    "large": 16,
    "xlarge": 32,
    "2xlarge": 64,
    "4xlarge": 128,
    "8xlarge": 256,
    "12xlarge": 384,
    "16xlarge": 512,
}
"""Of the memory-optimised classes, and of the one burstable size that these have not (Aurora user
guide, hardware specifications)."""

_BURSTABLE_LARGE_GIB = 8


def memory_bytes(instance_class: str) -> int:
    """An instance's memory, in bytes.

    Args:
        instance_class: Such as ``db.r7g.large``; a ``KeyError`` if its size is not known.
    """
    _, family, size = instance_class.split(".")
    burstable = family.startswith("t") and size == "large"
    return (_BURSTABLE_LARGE_GIB if burstable else _MEMORY_GIB[size]) * _GIB


def most_connections(instance_class: str) -> int:
    """The connections that Aurora allows an instance unless it is told otherwise.

    Aurora user guide, managing Aurora PostgreSQL: ``LEAST({DBInstanceClassMemory/9531392},5000)``.
    What the instance keeps of its memory for itself is not known, so the real number is lower.
    """
    return min(memory_bytes(instance_class) // 9_531_392, 5000)
