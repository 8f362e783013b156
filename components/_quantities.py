"""Amounts of CPU and memory as Kubernetes itself writes them. Pure.

It writes each in one way: what is declared in another would be taken for changed by hand.
"""


def cpu(millis: int) -> str:
    """Thousandths of a CPU: ``500m``, ``2``."""
    return f"{millis}m" if millis % 1000 else str(millis // 1000)


def memory(mib: int) -> str:
    """MiB: ``768Mi``, ``2Gi``."""
    units = ["Mi", "Gi", "Ti"]
    while mib and not mib % 1024 and len(units) > 1:
        mib //= 1024
        del units[0]
    return f"{mib}{units[0]}"
