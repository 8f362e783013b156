"""Secrets in Vault: VLT-05 and VLT-07."""

from typing import Any

from policies.controls._vault import POLICY
from policies.controls.vault_secrets import CONNECTIONS, KEYS, QUOTAS
from tests.controls.cases import UNKNOWN, Cases, Change, change, thing, without

_POLICY = thing(POLICY, policy="")
_KV1 = "vault:kv/secret:Secret"
_GENERIC = "vault:generic/secret:Secret"
_IN_CLEAR = {"password": "a"}
_AWS = "vault:aws/secretBackend:SecretBackend"


def _connection(**engine: Any) -> dict[str, Any]:
    return {"postgresql": {"username": "vault", **engine}}


def _mounted(**engine: Any) -> Any:
    return thing(CONNECTIONS[1], postgresqls=[{"name": "a", **engine}])


def _key(environment: str = "production", **told: Any) -> Any:
    return thing(KEYS, environment=environment, **told)


CASES = {
    "vlt-05-login": Cases(
        fails=[{}, {"defaultTtl": 0.0}, {"defaultTtl": 7200.0}],
        passes=[{"defaultTtl": 3600.0}, {"defaultTtl": 900.0}],
        unknown=[{"defaultTtl": UNKNOWN}],
    ),
    "vlt-05-login-renewed": Cases(
        fails=[{}, {"maxTtl": 86400.0}],
        passes=[{"maxTtl": 3600.0}, {"maxTtl": 60.0}],
        unknown=[{"maxTtl": UNKNOWN}],
    ),
    "vlt-05-static": Cases(
        fails=[{}, {"rotationPeriod": 86400.0}, {"rotationSchedule": "0 0 * * SAT"}],
        passes=[{"rotationPeriod": 3600.0}, {"rotationPeriod": 600.0}],
        unknown=[{"rotationPeriod": UNKNOWN}],
    ),
    "vlt-05-exported": Cases(
        fails=[{"exportable": True}, {"exportable": True, "type": "rsa-4096"}],
        passes=[{}, {"exportable": False}],
        unknown=[{"exportable": UNKNOWN}],
    ),
    "vlt-05-backup": Cases(
        fails=[{"allowPlaintextBackup": True}, {"allowPlaintextBackup": True, "exportable": False}],
        passes=[{}, {"allowPlaintextBackup": False}],
        unknown=[{"allowPlaintextBackup": UNKNOWN}],
    ),
    "vlt-05-deleted": Cases(
        fails=[_key(deletionAllowed=True), _key("staging", deletionAllowed=True)],
        passes=[_key(), _key(deletionAllowed=False), _key("sandbox", deletionAllowed=True)],
        unknown=[_key(deletionAllowed=UNKNOWN)],
    ),
    "vlt-05-rotated": Cases(
        fails=[{}, {"autoRotatePeriod": 0.0}, {"autoRotatePeriod": 7776001.0}],
        passes=[{"autoRotatePeriod": 7776000.0}, {"autoRotatePeriod": 86400.0}],
        unknown=[{"autoRotatePeriod": UNKNOWN}],
    ),
    "vlt-05-any-name": Cases(
        fails=[{"allowAnyName": True}, {"allowAnyName": True, "allowedDomains": ["a.bank"]}],
        passes=[{}, {"allowAnyName": False}],
        unknown=[{"allowAnyName": UNKNOWN}],
    ),
    "vlt-05-names": Cases(
        fails=[{"allowedDomains": ["*"]}, {"allowedDomains": ["a.bank", "*.*"]}],
        passes=[{"allowedDomains": ["a.bank"]}, {"allowedDomains": []}, {}],
        unknown=[{"allowedDomains": [UNKNOWN]}],
    ),
    "vlt-05-leaf": Cases(
        fails=[{}, {"maxTtl": "0"}, {"maxTtl": "259201"}, {"maxTtl": "73h"}, {"maxTtl": "30d"}],
        passes=[{"maxTtl": "259200"}, {"maxTtl": "72h"}, {"maxTtl": "1h30m"}, {"maxTtl": 3600.0}],
        unknown=[{"maxTtl": UNKNOWN}],
    ),
    "vlt-05-not-after": Cases(
        fails=[{"notAfter": "9999-12-31T23:59:59Z"}, {"notAfter": "2027-01-01T00:00:00Z"}],
        passes=[{}, {"notAfter": ""}],
        unknown=[{"notAfter": UNKNOWN}],
    ),
    "vlt-07-values": Cases(
        fails=[
            {"dataJson": "{}"},
            {"dataJson": "{}", "dataJsonWo": "{}"},
            thing(_KV1, path="a/b", dataJson="{}"),
            thing(_GENERIC, path="a/b", dataJson="{}"),
            thing(_AWS, secretKey="a"),
        ],
        passes=[{"dataJsonWo": "{}", "dataJsonWoVersion": 1.0}, {}, thing(_AWS, secretKeyWo="a")],
        unknown=[{"dataJson": UNKNOWN}],
    ),
    "vlt-07-passwords": Cases(
        fails=[
            _connection(**_IN_CLEAR),
            {"mysqlAurora": _IN_CLEAR},
            _mounted(**_IN_CLEAR),
            {"mongodbatlas": {"privateKey": "a"}},
        ],
        passes=[
            _connection(),
            _connection(passwordWo="a"),
            {"backend": UNKNOWN, **_connection(connectionUrl=UNKNOWN)},
            _mounted(),
        ],
        unknown=[{"postgresql": UNKNOWN}, _connection(password=UNKNOWN)],
    ),
    "vlt-07-address": Cases(
        fails=[
            _connection(connectionUrl="postgresql://vault:a@db:5432/postgres"),
            _connection(connectionUrl="postgresql://{{username}}:a@db:5432/postgres"),
            _mounted(connectionUrl="postgresql://vault:a@db:5432/postgres"),
        ],
        passes=[
            _connection(connectionUrl="postgresql://{{username}}:{{password}}@db:5432/postgres"),
            _connection(connectionUrl="postgresql://db:5432/postgres"),
            _connection(),
        ],
        unknown=[_connection(connectionUrl=UNKNOWN)],
    ),
    "vlt-07-token": Cases(
        fails=[{}, {"ttl": ""}, {"ttl": "0"}, {"policies": ["a"], "renewable": True}],
        passes=[{"ttl": "1h"}, {"ttl": "600s"}],
        unknown=[{"ttl": UNKNOWN}],
    ),
    "vlt-07-token-renewed": Cases(
        fails=[{"ttl": "1h", "period": "24h"}, {"period": "1h"}],
        passes=[{"ttl": "1h"}, {"ttl": "1h", "period": ""}],
        unknown=[{"ttl": "1h", "period": UNKNOWN}],
    ),
    "vlt-07-quota": Cases(
        fails=[
            [_POLICY],
            [_POLICY, thing(QUOTAS, path="auth/kubernetes/", rate=200.0)],
            [_POLICY, thing(QUOTAS, rate=0.0)],
        ],
        passes=[
            [_POLICY, thing(QUOTAS, path="", rate=2000.0)],
            [_POLICY, thing(QUOTAS, "a", path="auth/", rate=1.0), thing(QUOTAS, rate=10.0)],
        ],
        unknown=[[_POLICY, thing(QUOTAS, path="", rate=UNKNOWN)]],
    ),
}

LOOSENED: dict[str, Change] = {
    "VLT-05": change(KEYS, "exportable", value=True),
    "VLT-07": without(QUOTAS, name="vault-requests"),
}
"""The one thing that is loosened in the bank, by the control that has to see it, and no other."""
