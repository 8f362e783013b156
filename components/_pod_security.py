"""What may run in a namespace, as the labels by which Kubernetes knows it. Pure."""


def restricted(version: str) -> dict[str, str]:
    """The labels of a namespace in which only restricted pods run, by this version's rules."""
    return {
        f"pod-security.kubernetes.io/{mode}{part}": value
        for mode in ("enforce", "audit", "warn")
        for part, value in (("", "restricted"), ("-version", f"v{version}"))
    }
