"""What may run in a namespace, as the labels by which Kubernetes knows it. Pure."""


def restricted(version: str) -> dict[str, str]:
    """The labels of a namespace in which only restricted pods run, by this version's rules."""
    return _level("restricted", version)


def privileged(version: str) -> dict[str, str]:
    """The labels of a namespace whose pods may change the node that they run on.

    For what belongs to the nodes themselves, and has a namespace of its own for that reason.
    """
    return _level("privileged", version)


def _level(level: str, version: str) -> dict[str, str]:
    return {
        f"pod-security.kubernetes.io/{mode}{part}": value
        for mode in ("enforce", "audit", "warn")
        for part, value in (("", level), ("-version", f"v{version}"))
    }
