"""What Vault's servers must agree on with the stack, and what an environment demands."""

from collections.abc import Iterator

from problems import Problem
from settings._allowed import RULES
from settings._model import Settings
from settings._telling import path_of
from settings._words import Seal


def enough_servers(settings: Settings) -> Iterator[Problem]:
    wanted = RULES[settings.environment].vault_servers
    if settings.vault.servers < wanted:
        yield Problem(
            code="too-few-servers",
            path=path_of("vault", "servers"),
            what=f"{settings.environment} needs at least {wanted}",
            got=settings.vault.servers,
            fix=f"write {wanted}",
        )


def each_server_has_a_node_of_its_own(settings: Settings) -> Iterator[Problem]:
    servers = settings.vault.servers
    nodes = settings.cluster.node_groups.critical.minimum
    if nodes < servers:
        yield Problem(
            code="too-few-nodes",
            path=path_of("cluster", "nodeGroups", "critical", "minimum"),
            what=f"is less than Vault's {servers} servers, each on a node of its own",
            got=nodes,
            fix=f"write {servers} or more",
        )


def the_seal_has_its_key(settings: Settings) -> Iterator[Problem]:
    seal, hsm = settings.vault.seal, settings.vault.hsm
    if seal is Seal.PKCS11 and hsm is None:
        yield Problem(
            code="no-hsm",
            path=path_of("vault", "seal"),
            what="is a hardware security module's, and vault.hsm does not say which",
            got=seal,
            fix=f"add vault.hsm, or write {Seal.AWSKMS}",
        )
    if seal is Seal.AWSKMS and hsm is not None:
        yield Problem(
            code="unused-hsm",
            path=path_of("vault", "hsm"),
            what=f"is not asked, since the seal is {seal}",
            fix=f"leave it out, or write vault.seal: {Seal.PKCS11}",
        )


def modules_are_in_a_neighbour(settings: Settings) -> Iterator[Problem]:
    hsm = settings.vault.hsm
    neighbours = settings.network.neighbours
    for server in hsm.servers if hsm is not None else ():
        if not any(server in block for block in neighbours.values()):
            yield Problem(
                code="unreachable-server",
                path=path_of("vault", "hsm", "servers"),
                what="names a server in no neighbour's network",
                got=str(server),
                fix="use one that is, or add its network to corebank:network.neighbours",
            )


def audit_has_two_devices(settings: Settings) -> Iterator[Problem]:
    """Of which one may fail: a Vault whose only device fails answers nobody any more."""
    audit = settings.vault.audit
    for key, there, example in (
        ("file", audit.file, "/vault/audit/audit.log"),
        ("socket", audit.socket, "audit.corp.bank.internal:6514"),
    ):
        if not there:
            yield Problem(
                code="one-audit-device",
                path=path_of("vault", "audit", key),
                what="is missing: Vault needs two audit devices, since it answers nobody when its"
                " only one fails",
                fix=f"add it, for example {key}: {example}",
            )


def people_have_groups_of_their_own(settings: Settings) -> Iterator[Problem]:
    groups = settings.vault.people.groups
    known: dict[str, str] = {}
    for key, group in (
        ("administrator", groups.administrator),
        ("operator", groups.operator),
        ("auditor", groups.auditor),
        ("breakGlass", groups.break_glass),
    ):
        if (other := known.setdefault(group, key)) != key:
            yield Problem(
                code="same-group",
                path=path_of("vault", "people", "groups", key),
                what=f"is the group of {other} too, so nobody would watch the other",
                got=group,
                fix="give each a group of its own",
            )
