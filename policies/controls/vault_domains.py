"""Domains in Vault: what each of them reaches there, computed from policies and roles."""

from collections.abc import Collection, Iterator

from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._vault import (
    POLICY,
    WORKLOAD_ROLES,
    domain,
    grants,
    handed_out_by,
    is_system,
    of_role,
    opened,
)

_MOUNT, _KV = "vault:index/mount:Mount", "vault:kv/secretBackendV2:SecretBackendV2"
_MOUNTS = (
    _MOUNT,
    _KV,
    "vault:aws/secretBackend:SecretBackend",
    "vault:database/secretsMount:SecretsMount",
)
_VERBS = ("data", "metadata", "delete", "undelete", "destroy", "subkeys")

SEPARATE = Control(
    id="VLT-02",
    pack="security",
    title="No domain reaches what is another's",
    levels="MMM",
    severity="critical",
    supports="PCI 7.2.1, G 25, N AC-4, P 22",
    remedy="Let each path of a domain's policy begin with its own name, whole: "
    "<store>/data/<domain>/*.",
)


@SEPARATE.rule_in_stack("matrix", "no secret of another domain", *WORKLOAD_ROLES)
def _matrix(role: Resource, stack: Stack) -> Wrong:
    given = [grant for policy in of_role(role, stack) for grant in opened(policy)]
    if not given:
        return
    own = domain(role)
    stores = [*_stores(stack)]
    for other in stack.of(*WORKLOAD_ROLES):
        if domain(other) == own:
            continue
        folders = [folder for store in stores for folder in _folders(store, domain(other))]
        if any(_overlaps(grant.path, folder) for grant in given for folder in folders):
            yield f"reaches secrets of the domain of {other.name}"


@SEPARATE.rule_in_stack("own", "only paths of the domain that has the policy", POLICY)
def _own(policy: Resource, stack: Stack) -> Wrong:
    roles = handed_out_by(policy, stack, *WORKLOAD_ROLES)
    if not roles:
        return
    domains = {domain(role) for role in stack.of(*WORKLOAD_ROLES)}
    stores, mounts = [*_stores(stack)], [_path(mount) for mount in stack.of(*_MOUNTS)]
    for place, grant in enumerate(grants(policy)):
        if not grant.opens or is_system(grant):
            continue
        whose = _whose(grant.path, stores, mounts, domains)
        for role in roles:
            if whose != domain(role):
                yield f"path {place} of policy is not of the domain of {role.name}, who has it"


def _stores(stack: Stack) -> Iterator[str]:
    """Where secrets are kept; each domain has a folder there."""
    kept = [each for each in stack.of(_MOUNT) if str(each.at("type")).startswith("kv")]
    yield from map(_path, (*kept, *stack.of(_KV)))


def _path(mount: Resource) -> str:
    return str(mount.at("path")).strip("/")


def _folders(store: str, owner: str) -> Iterator[str]:
    # A store of the first version has no verbs.
    yield f"{store}/{owner}"
    yield from (f"{store}/{verb}/{owner}" for verb in _VERBS)


def _overlaps(pattern: str, folder: str) -> bool:
    """Whether a path of a policy can be one of a folder, or in it."""
    wanted, given = pattern.lstrip("/").split("/"), folder.split("/")
    for place, (one, other) in enumerate(zip(wanted, given, strict=False)):
        if place == len(wanted) - 1 and one.endswith("*"):
            return other.startswith(one.removesuffix("*"))
        if one not in ("+", other):
            return False
    return len(wanted) >= len(given)


def _inside(path: str, mounts: Collection[str]) -> tuple[str, list[str]]:
    """The engine that a path is of, the first segment where none is declared, and the rest."""
    path = path.lstrip("/")
    fitting = [mount for mount in mounts if path.startswith(f"{mount}/")]
    mount = max(fitting, key=len, default=path.split("/")[0])
    return mount, path.removeprefix(mount).strip("/").split("/")


def _whose(path: str, stores: Collection[str], mounts: Collection[str], all_: set[str]) -> str:
    """The domain that a path is of by its name, whole; empty if of none.

    In a store that is the folder's. Elsewhere it begins the name of a key or role, as far as the
    next ``-``; of several domains that fit, the longest.
    """
    mount, rest = _inside(path, mounts)
    named = rest[1:2] if mount not in stores or rest[0] in _VERBS else rest[:1]
    name = "".join(named)
    if mount in stores:
        return name if name in all_ else ""
    if set(name) & set("*+"):
        return ""
    return max((one for one in all_ if f"{name}-".startswith(f"{one}-")), key=len, default="")


CONTROLS = (SEPARATE,)
