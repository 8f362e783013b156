"""Vault's policies and domains: VLT-01 and VLT-02."""

import json
from collections.abc import Mapping
from typing import Any

from policies.controls import Resource
from policies.controls._vault import JWT_ROLES, POLICY, WORKLOAD_ROLES
from tests.controls.cases import UNKNOWN, Cases, Change, edit, thing

ROLE, JWT = WORKLOAD_ROLES[0], JWT_ROLES[0]
_MOUNT = "vault:index/mount:Mount"
_ENDPOINT = "vault:generic/endpoint:Endpoint"


def text(*paths: str, may: str = '["read"]') -> str:
    """The text of a policy that lets the same be done at each path."""
    return "\n".join(f'path "{path}" {{\n  capabilities = {may}\n}}\n' for path in paths)


def _grants(rules: Mapping[str, list[str]]) -> str:
    return json.dumps({"path": {path: {"capabilities": may} for path, may in rules.items()}})


def policy(told: str, name: str = "cards", /) -> Resource:
    """A policy of this text."""
    return thing(POLICY, name, name=name, policy=told)


def role(*policies: str, of: str = "cards", **more: Any) -> Resource:
    """A role of the service account of a domain."""
    return thing(
        ROLE,
        of,
        roleName=of,
        boundServiceAccountNames=[of],
        boundServiceAccountNamespaces=[of],
        tokenPolicies=[*policies],
        **more,
    )


def people(name: str, seconds: float = 900.0, **more: Any) -> Resource:
    """A role of a group of people."""
    claims = {"groups": "vault-people"}
    return thing(JWT, boundClaims=claims, tokenPolicies=[name], tokenMaxTtl=seconds, **more)


def _handed(told: str) -> list[Resource]:
    """A policy, the role of a workload that hands it out, and its neighbours."""
    return [
        policy(told),
        role("cards"),
        role("branch", of="branch"),
        role("branch-atm", of="branch-atm"),
        thing(_MOUNT, "kv", type="kv", path="corebank", options={"version": "2"}),
        thing(_MOUNT, "transit", type="transit", path="transit"),
    ]


STORE = "corebank/data/cards/*"
_SNAPSHOT = "sys/storage/raft/snapshot"
_ALL = ["create", "delete", "list", "patch", "read", "sudo", "update"]
_DENIED = {
    path: ["deny"]
    for path in (
        *("auth/+/config", "auth/+/role/*", "auth/token/create*", "identity/*", "sys/audit/*"),
        *("sys/auth/*", "sys/plugins/*", "sys/policies/*", "sys/policy/*", "sys/raw/*"),
    )
}
_GLASS = _grants({"*": _ALL, **_DENIED})
_LEAKS = _grants({"*": _ALL, **{key: no for key, no in _DENIED.items() if key != "sys/policy/*"}})
_UNKNOWN: list[Any] = [{"policy": UNKNOWN}]

CASES = {
    "vlt-01-parsed": Cases(
        fails=[
            {"policy": 'path "a {'},
            {"policy": "Cards may read."},
            {"policy": 'path "a" {\n  capabilities = ["reed"]\n}'},
            {"policy": 'path "a" {\n}'},
            {"policy": 'rule "a" {\n  capabilities = ["read"]\n}'},
            {"policy": '{"path": {"a": {"capabilities": ["read"]}, "a": {"capabilities": []}}}'},
            {"policy": '{"path": '},
            {"policy": 'path "\\x73ys/a" {\n  capabilities = ["read"]\n}'},
            {},
        ],
        passes=[
            {"policy": text(STORE)},
            {"policy": _grants({STORE: ["read"]})},
            {"policy": 'path "a/b" {\n  policy = "write"\n}'},
            {"policy": "# Nothing yet.\n"},
        ],
        unknown=_UNKNOWN,
    ),
    "vlt-01-wildcards": Cases(
        fails=[
            [policy(text("*"))],
            [policy(text("s*"))],
            [policy(_grants({"corebank/data/+/a": ["read"]}))],
            [policy(text(STORE, "/*"))],
            [policy(text("*")), role("cards"), people("cards")],
        ],
        passes=[
            [policy(text(STORE))],
            [policy(text("*", may='["deny"]'))],
            [policy(_GLASS, "glass"), people("glass")],
        ],
        unknown=_UNKNOWN,
    ),
    "vlt-01-sudo": Cases(
        fails=[
            [policy(text("transit/keys/cards", may='["read", "sudo"]'))],
            [policy('path "a/b" {\n  policy = "sudo"\n}')],
        ],
        passes=[[policy(text(STORE))], [policy(_GLASS, "glass"), people("glass")]],
        unknown=_UNKNOWN,
    ),
    "vlt-01-system": Cases(
        fails=[
            [policy(text("sys/policies/acl/cards"))],
            [policy(text("/sys/mounts"))],
            [policy(text("auth/token/create", may='["update"]'))],
            [policy(_grants({"identity/entity/id/*": ["read"]}))],
            [policy(text(_SNAPSHOT, may='["read", "update"]'))],
        ],
        passes=[
            [policy(text(STORE))],
            [policy(text("system/data/cards/*"))],
            [policy(text(_SNAPSHOT))],
            [policy(text("sys/metrics"), "operator"), people("operator")],
        ],
        unknown=_UNKNOWN,
    ),
    "vlt-01-segments": Cases(
        fails=[
            {"policy": text("corebank//cards/*")},
            {"policy": text("/corebank/data/cards")},
            {"policy": _grants({"": ["read"]})},
        ],
        passes=[{"policy": text(STORE)}, {"policy": text("corebank/metadata/cards/")}],
        unknown=_UNKNOWN,
    ),
    "vlt-01-break-glass": Cases(
        fails=[
            [policy(_GLASS, "glass"), people("glass", 3600.0)],
            [policy(_grants({"a": ["sudo"]}), "glass"), people("glass", 3600.0)],
            [policy(_GLASS, "glass"), people("glass", tokenPeriod=60.0)],
        ],
        passes=[
            [policy(_GLASS, "glass"), people("glass")],
            [policy(text("sys/metrics"), "operator"), people("operator", 3600.0)],
        ],
        unknown=[[policy(UNKNOWN, "glass"), people("glass")]],
    ),
    "vlt-01-people": Cases(
        fails=[
            [policy(_LEAKS, "glass"), people("glass")],
            [policy(text("sys/policies/*", may='["update"]'), "admin"), people("admin")],
            [policy(text("auth/+/role/*", may='["create"]'), "admin"), people("admin")],
            [policy(_grants({"sys/+/x": ["deny"], "sys/*": ["update"]}), "a"), people("a")],
        ],
        passes=[
            [policy(_GLASS, "glass"), people("glass")],
            [policy(text("sys/policies/acl/*", "auth/+/role/*"), "auditor"), people("auditor")],
        ],
        unknown=[[policy(UNKNOWN, "glass"), people("glass")]],
    ),
    "vlt-01-instead": Cases(
        fails=[{"path": "sys/policy/cards"}, {"path": "/sys/policies/acl/cards"}],
        passes=[{"path": "sys/config/ui"}, {"path": "auth/userpass/users/a"}],
        unknown=[{"path": UNKNOWN}],
    ),
    "vlt-02-matrix": Cases(
        fails=[
            _handed(text("corebank/data/branch/*")),
            _handed(text("corebank/data/*")),
            _handed(text("corebank/data/bran*")),
            _handed(text("corebank/data/branch*")),
            _handed(text("corebank/+/branch/a")),
            _handed(text("corebank/*")),
            _handed(text("corebank/data/branch-atm/keys/a")),
            _handed(_grants({"/corebank/metadata/branch/": ["list"]})),
        ],
        passes=[
            _handed(text(STORE, "corebank/metadata/cards/*")),
            _handed(text("corebank/data/branches/*")),
            _handed(text("corebank/metadata/")),
            _handed(text("corebank/data/branch/*", may='["deny"]')),
            [
                policy(UNKNOWN),
                thing(
                    ROLE,
                    boundServiceAccountNamespaces=["cards"],
                    tokenPolicies=["other"],
                ),
            ],
        ],
        unknown=[
            _handed(UNKNOWN),
            [
                policy(text(STORE)),
                role("cards"),
                thing(ROLE, "other", boundServiceAccountNamespaces=[UNKNOWN]),
            ],
        ],
    ),
    "vlt-02-own": Cases(
        fails=[
            _handed(text("corebank/data/card*")),
            _handed(text("corebank/data/cards*")),
            _handed(text("corebank/data/other/cards/*")),
            _handed(text("transit/encrypt/*")),
            _handed(text("transit/encrypt/cards-*")),
            _handed(text("database/creds/cardsharp")),
            _handed(text("pki/issue/branch-atm")),
            [
                policy(text("transit/encrypt/branch-atm"), "branch"),
                role("branch", of="branch"),
                role("branch-atm", of="branch-atm"),
            ],
            [policy(text(STORE)), role("cards"), role("cards", of="branch")],
        ],
        passes=[
            _handed(text(STORE, "corebank/metadata/cards/*", "corebank/data/cards/clients/*")),
            _handed(text("transit/decrypt/cards", "transit/decrypt/cards-personal")),
            _handed(text("database/creds/cards-read", "pki/issue/cards", "evidence/creds/cards")),
            _handed(text(_SNAPSHOT)),
            [policy(text("corebank/data/branch/*"))],
        ],
        unknown=[_handed(UNKNOWN)],
    ),
}


def _more(told: str) -> Change:
    def of(properties: dict[str, Any]) -> None:
        properties["policy"] += f"\n{told}"

    return edit(POLICY, of, name="accounts-policy")


LOOSENED: dict[str, Change] = {
    "VLT-01": _more(text("sys/mounts")),
    "VLT-02": _more(text("corebank/data/card*")),
}
"""The one thing that is loosened in the bank, by the control that has to see it, and no other."""
