"""Who gets into the cluster: EKS's access entries, as the rehearsal keeps them.

One file, written by whoever plays EKS's API and read by whoever plays its authenticator.
"""

import fcntl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from rehearsal.servers.folder import write_private

ADMINISTRATOR = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
"""The one access policy that is known here; any other gives nothing."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry.

    Args:
        user: The name in the cluster.
        groups: Groups in the cluster.
        policies: ARNs of EKS's access policies that hold for the whole cluster.
    """

    user: str
    groups: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()

    @property
    def in_groups(self) -> tuple[str, ...]:
        """The groups that the API server is told of."""
        masters = ("system:masters",) if ADMINISTRATOR in self.policies else ()
        return (*self.groups, *masters)


_ENTRIES = TypeAdapter(dict[str, Entry])


def read_entries(file: Path) -> Mapping[str, Entry]:
    """The entries by the ARN of their principal."""
    return _ENTRIES.validate_json(file.read_bytes()) if file.exists() else {}


def write_entry(file: Path, principal: str, entry: Entry | None) -> None:
    """Puts an entry there in place of the principal's former one; ``None`` takes that away."""
    with file.with_name(f"{file.name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        entries = {**read_entries(file)}
        entries.pop(principal, None)
        if entry is not None:
            entries[principal] = entry
        write_private(file, _ENTRIES.dump_json(entries, indent=2))
