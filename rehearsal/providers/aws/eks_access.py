"""Who gets into a cluster: EKS's access entries, by which the rehearsal's API server goes."""

from dataclasses import dataclass
from pathlib import Path

from rehearsal.providers.aws.client import ACCOUNT, Aws
from rehearsal.providers.resource_type import ResourceType
from rehearsal.providers.values import Plain
from rehearsal.servers.control_plane.access_entries import Entry, read_entries, write_entry


def _entries(client: Aws) -> Path:
    return Path(client.kubernetes["entries"])


@dataclass(frozen=True, kw_only=True)
class AccessEntry(ResourceType[Aws]):
    """An access entry, by which the rehearsal's API server lets its principal in."""

    type: str = "aws:eks/accessEntry:AccessEntry"
    replaces: tuple[str, ...] = ("clusterName", "principalArn", "type")

    def create(self, client: Aws, inputs: Plain) -> str:
        """Lets the principal in."""
        principal: str = inputs["principalArn"]
        if principal in read_entries(_entries(client)):
            raise RuntimeError(f"an access entry of {principal} is there already")
        write_entry(_entries(client), principal, _entry(inputs))
        return f"{inputs['clusterName']}:{principal}"

    def read(self, client: Aws, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Tells the entry that the authenticator goes by."""
        known = {**state, **inputs}
        entry = read_entries(_entries(client)).get(known["principalArn"])
        if entry is None:
            return None
        region = client.region(known)
        return {
            **known,
            "accessEntryArn": f"arn:aws:eks:{region}:{ACCOUNT}:access-entry/{resource_id}",
            "kubernetesGroups": list(entry.groups),
            "region": region,
            "tagsAll": known.get("tags"),
            "type": known.get("type", "STANDARD"),
            "userName": entry.user,
        }

    def update(self, client: Aws, resource_id: str, state: Plain, old: Plain, new: Plain) -> None:
        """Changes groups and name; policies stay."""
        del resource_id, state, old
        principal: str = new["principalArn"]
        former = read_entries(_entries(client)).get(principal)
        policies = former.policies if former else ()
        write_entry(_entries(client), principal, _entry(new, policies))

    def delete(self, client: Aws, resource_id: str, state: Plain) -> None:
        """Lets the principal in no more."""
        del resource_id
        write_entry(_entries(client), state["principalArn"], None)


def _entry(inputs: Plain, policies: tuple[str, ...] = ()) -> Entry:
    # EKS names a role's holder by the session of the assumed role.
    role = str(inputs["principalArn"]).replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")
    return Entry(
        user=inputs.get("userName") or f"{role}/{{{{SessionName}}}}",
        groups=tuple(inputs.get("kubernetesGroups") or ()),
        policies=policies,
    )


@dataclass(frozen=True, kw_only=True)
class AccessPolicyAssociation(ResourceType[Aws]):
    """An access policy of EKS's own on an access entry."""

    type: str = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"
    replaces: tuple[str, ...] = ("accessScope", "clusterName", "policyArn", "principalArn")

    def create(self, client: Aws, inputs: Plain) -> str:
        """Puts it there, for the whole cluster: no other scope is known here."""
        if inputs["accessScope"]["type"] != "cluster":
            raise RuntimeError("the rehearsal knows access policies for the whole cluster only")
        _put(client, inputs, add=True)
        return f"{inputs['clusterName']}#{inputs['principalArn']}#{inputs['policyArn']}"

    def read(self, client: Aws, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Tells whether the entry has it."""
        del resource_id
        known = {**state, **inputs}
        entry = read_entries(_entries(client)).get(known["principalArn"])
        if entry is None or known["policyArn"] not in entry.policies:
            return None
        return {**known, "region": client.region(known)}

    def update(self, client: Aws, resource_id: str, state: Plain, old: Plain, new: Plain) -> None:
        """Nothing of it changes in place."""

    def delete(self, client: Aws, resource_id: str, state: Plain) -> None:
        """Takes it off the entry."""
        del resource_id
        _put(client, state, add=False)


def _put(client: Aws, inputs: Plain, *, add: bool) -> None:
    principal, policy = inputs["principalArn"], inputs["policyArn"]
    entry = read_entries(_entries(client)).get(principal)
    if entry is None:
        if add:
            raise RuntimeError(f"there is no access entry of {principal}")
        return
    rest = tuple(each for each in entry.policies if each != policy)
    policies = (*rest, policy) if add else rest
    write_entry(
        _entries(client), principal, Entry(user=entry.user, groups=entry.groups, policies=policies)
    )


ROWS: tuple[ResourceType[Aws], ...] = (AccessEntry(), AccessPolicyAssociation())
