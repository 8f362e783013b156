"""Vault's servers: what they write down, and how they run."""

import posixpath
from collections.abc import Mapping
from typing import Any

from policies.controls._charts import RELEASES, is_of, value
from policies.controls._kubernetes import NAMESPACE, NETWORK_POLICY, namespace_of, patched
from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._vault import POLICY, blocks, parsed, word
from policies.controls._wire import Unknown, at, listed

AUDIT = "vault:index/audit:Audit"
NODES = {"production": 5}
"""Servers that agree on what is written, by environment; three elsewhere."""
SEALS = ("awskms", "azurekeyvault", "gcpckms", "ocikms", "pkcs11")
"""What opens Vault with a key that is in KMS or in a hardware module."""

_PLUGINS = ("plugin", "plugins")
_NAMESPACES = patched(NAMESPACE)

AUDITED = Control(
    id="VLT-03",
    pack="security",
    title="Whatever is asked of Vault is written down twice, and hashed",
    levels="AMM",
    severity="critical",
    supports="VH audit, PCI 10.2.1, N AU-5, N AU-9, R 12",
    remedy="Declare two vault.Audit devices of different types, without log_raw; a file's mode "
    "is 0600, and it lies nowhere near plugins.",
)
RUNNING = Control(
    id="VLT-06",
    pack="security",
    title="Vault's servers agree, speak TLS, open themselves, and are reached by few",
    levels="AMM",
    severity="high",
    supports="VH servers, N SC-8, N CP-10, D 11, R 7",
    remedy="Run the chart with ha.raft, five replicas in production, tlsDisable false, a seal by "
    "KMS or HSM, auditStorage, and a NetworkPolicy in its namespace.",
)


@AUDITED.rule_of_stack("two", "two audit devices of different types", POLICY, AUDIT)
def _two(stack: Stack) -> Wrong:
    if len({device.at("type") for device in stack.of(AUDIT)}) < 2:  # noqa: PLR2004 - one may fail
        yield "there are not two Audit devices of different types"


@AUDITED.rule("raw", "what is written down is hashed", AUDIT)
def _raw(device: Resource) -> Wrong:
    if _is_on(device.at("options", "log_raw")):
        yield "options.log_raw is set"


@AUDITED.rule("mode", "a file that nobody runs", AUDIT)
def _mode(device: Resource) -> Wrong:
    mode = device.at("options", "mode")
    if mode is not None and int(str(mode), 8) & 0o111:
        yield "options.mode makes the file executable"


@AUDITED.rule("place", "no file among plugins", AUDIT)
def _place(device: Resource) -> Wrong:
    if set(_file(device).split("/")) & set(_PLUGINS):
        yield "options.file_path lies under a directory of plugins"


@AUDITED.rule_in_stack("plugin-directory", "no file where servers run plugins from", AUDIT)
def _plugin_directory(device: Resource, stack: Stack) -> Wrong:
    if not (file := _file(device)):
        return
    for server in stack.of(*RELEASES):
        if not is_of(server, "vault"):
            continue
        directory = word(at(_config(server), "plugin_directory"))
        if directory and f"{file}/".startswith(f"{posixpath.normpath(directory)}/"):
            yield "options.file_path lies under the servers' plugin_directory"


@RUNNING.rule("raft", "servers that agree by raft", *RELEASES)
def _raft(release: Resource) -> Wrong:
    if not is_of(release, "vault"):
        return
    for path in (("ha", "enabled"), ("ha", "raft", "enabled")):
        if not _is_on(value(release, "server", *path)):
            yield f"values.server.{'.'.join(path)} is not true"


@RUNNING.rule("number", "five servers in production, three elsewhere", *RELEASES)
def _number(release: Resource) -> Wrong:
    if not is_of(release, "vault"):
        return
    wanted = NODES.get(release.environment, 3)
    # The chart's own are three.
    number = int(value(release, "server", "ha", "replicas") or 3)
    if number < wanted or number % 2 == 0:
        yield f"values.server.ha.replicas is not odd, and {wanted} at least"


@RUNNING.rule("tls", "TLS", *RELEASES)
def _tls(release: Resource) -> Wrong:
    # The chart's own is true.
    if is_of(release, "vault") and value(release, "global", "tlsDisable") not in (False, "false"):
        yield "values.global.tlsDisable is not false"


@RUNNING.rule("listeners", "TLS wherever it listens", *RELEASES)
def _listeners(release: Resource) -> Wrong:
    if not is_of(release, "vault"):
        return
    listeners = [each for label, each in blocks(_config(release), "listener") if label == "tcp"]
    if not listeners:
        yield "values.server.ha.raft.config has no listener of its own"
    for place, listener in enumerate(listeners):
        if _is_on(word(at(listener, "tls_disable"))) or not at(listener, "tls_cert_file"):
            yield f"listener {place} of values.server.ha.raft.config does not speak TLS"


@RUNNING.rule("addresses", "addresses of https", *RELEASES)
def _addresses(release: Resource) -> Wrong:
    if not is_of(release, "vault"):
        return
    for key in ("apiAddr", "clusterAddr"):
        address = value(release, "server", "ha", key)
        # Without one the chart makes it of tlsDisable, which has a rule of its own.
        if address and not str(address).startswith("https://"):
            yield f"values.server.ha.{key} is not of https"


@RUNNING.rule("told-addresses", "addresses of https in the servers' own words", *RELEASES)
def _told_addresses(release: Resource) -> Wrong:
    if not is_of(release, "vault"):
        return
    for key in ("api_addr", "cluster_addr"):
        address = word(at(_config(release), key))
        if address and not str(address).startswith("https://"):
            yield f"{key} of values.server.ha.raft.config is not of https"


@RUNNING.rule("seal", "a seal that KMS or a hardware module opens", *RELEASES)
def _seal(release: Resource) -> Wrong:
    if not is_of(release, "vault"):
        return
    seals = [
        label
        for label, seal in blocks(_config(release), "seal")
        if not _is_on(word(at(seal, "disabled")))
    ]
    if not seals or set(seals) - set(SEALS):
        yield "values.server.ha.raft.config has no seal by KMS or HSM"


@RUNNING.rule("dev", "no server for trials", *RELEASES)
def _dev(release: Resource) -> Wrong:
    if is_of(release, "vault") and _is_on(value(release, "server", "dev", "enabled")):
        yield "values.server.dev.enabled is true"


@RUNNING.rule("audit-storage", "a disk for audit", *RELEASES)
def _audit_storage(release: Resource) -> Wrong:
    if is_of(release, "vault") and not _is_on(value(release, "server", "auditStorage", "enabled")):
        yield "values.server.auditStorage.enabled is not true"


@RUNNING.rule_in_stack("network", "a network policy for who reaches the servers", *RELEASES)
def _network(release: Resource, stack: Stack) -> Wrong:
    if not is_of(release, "vault"):
        return
    if _is_on(value(release, "server", "networkPolicy", "enabled")):
        return
    policies = stack.of(*patched(NETWORK_POLICY))
    if not any(_closes(each) and _beside(each, release, stack) for each in policies):
        yield "no NetworkPolicy for Ingress holds for all pods of its namespace"


def _file(device: Resource) -> str:
    options = device.at("options")
    told = at(options, "file_path") or at(options, "path")
    return posixpath.normpath(str(told)) if told else ""


def _config(release: Resource) -> Mapping[str, Any]:
    """What the servers are told, as a text or as values."""
    told = value(release, "server", "ha", "raft", "config")
    return parsed(told) if isinstance(told, str) else told or {}


def _is_on(told: Any) -> bool:
    """Whether Vault and its chart read it as true."""
    return str(told).lower() in ("true", "1", "1.0", "t", "yes", "on")


def _closes(policy: Resource) -> bool:
    spec = policy.at("spec")
    selector = at(spec, "podSelector")
    kinds = listed(spec, "policyTypes") or ("Ingress",)
    return "Ingress" in kinds and not (
        at(selector, "matchLabels") or at(selector, "matchExpressions")
    )


def _beside(policy: Resource, release: Resource, stack: Stack) -> bool:
    """Whether a policy stands in the release's namespace."""
    made_of = set(policy.refers.get("metadata", ())) & set(release.refers.get("namespace", ()))
    if any(stack.by_urn[urn].type in _NAMESPACES for urn in made_of if urn in stack.by_urn):
        return True
    try:
        return namespace_of(policy) == (release.at("namespace") or "default")
    except Unknown:
        # Of what it was made is known also where it is not.
        return False


CONTROLS = (AUDITED, RUNNING)
