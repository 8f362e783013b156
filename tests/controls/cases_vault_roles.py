"""Vault's roles: VLT-04."""

from tests.controls.cases import UNKNOWN, Cases, Change, change, thing
from tests.controls.cases_vault_policies import JWT, ROLE, STORE, people, policy, role, text

CASES = {
    "vlt-04-account": Cases(
        fails=[
            {},
            {"boundServiceAccountNames": []},
            {"boundServiceAccountNames": ["*"]},
            {"boundServiceAccountNames": ["cards", "accounts"]},
            {"boundServiceAccountNames": ["card*"]},
        ],
        passes=[
            {"boundServiceAccountNames": ["cards"]},
            thing(
                ROLE,
                refers={"boundServiceAccountNames": thing("kubernetes:core/v1:ServiceAccount")},
                boundServiceAccountNames=[UNKNOWN],
            ),
        ],
        unknown=[{"boundServiceAccountNames": [UNKNOWN]}, {"boundServiceAccountNames": UNKNOWN}],
    ),
    "vlt-04-namespace": Cases(
        fails=[
            {},
            {"boundServiceAccountNamespaces": ["*"]},
            {"boundServiceAccountNamespaces": ["cards", "default"]},
        ],
        passes=[
            {"boundServiceAccountNamespaces": ["cards"]},
            thing(
                ROLE,
                refers={"boundServiceAccountNamespaces": thing("kubernetes:core/v1:Namespace")},
                boundServiceAccountNamespaces=[UNKNOWN],
            ),
        ],
        unknown=[{"boundServiceAccountNamespaces": [UNKNOWN]}],
    ),
    "vlt-04-selector": Cases(
        fails=[
            {"boundServiceAccountNamespaceSelector": '{"matchLabels": {}}'},
            {"boundServiceAccountNamespaceSelector": "{}"},
        ],
        passes=[{}, {"boundServiceAccountNamespaceSelector": ""}],
        unknown=[{"boundServiceAccountNamespaceSelector": UNKNOWN}],
    ),
    "vlt-04-audience": Cases(
        fails=[{}, {"audience": ""}],
        passes=[{"audience": "vault"}, {"audience": "https://vault"}],
        unknown=[{"audience": UNKNOWN}],
    ),
    "vlt-04-ttl": Cases(
        fails=[{}, {"tokenTtl": 0.0}, {"tokenTtl": 3601.0}, thing(JWT, tokenTtl=7200.0)],
        passes=[{"tokenTtl": 3600.0}, thing(JWT, tokenTtl=900.0)],
        unknown=[{"tokenTtl": UNKNOWN}],
    ),
    "vlt-04-max-ttl": Cases(
        fails=[{}, {"tokenMaxTtl": 0.0}, {"tokenMaxTtl": 14401.0}],
        passes=[{"tokenMaxTtl": 14400.0}, thing(JWT, tokenMaxTtl=900.0)],
        unknown=[{"tokenMaxTtl": UNKNOWN}],
    ),
    "vlt-04-period": Cases(
        fails=[{"tokenPeriod": 3600.0}, thing(JWT, tokenPeriod=60.0)],
        passes=[{}, {"tokenPeriod": 0.0}],
        unknown=[{"tokenPeriod": UNKNOWN}],
    ),
    "vlt-04-policies": Cases(
        fails=[
            [role("root")],
            [role("cards", "default"), policy(text(STORE))],
            [role("cards"), role("cards", of="branch"), policy(text(STORE))],
            [role("cards"), people("cards"), policy(text(STORE))],
        ],
        passes=[
            [role("cards"), policy(text(STORE))],
            [
                policy(text(STORE)),
                thing(
                    ROLE,
                    refers={"tokenPolicies": policy(text(STORE))},
                    boundServiceAccountNamespaces=["cards"],
                    tokenPolicies=[UNKNOWN],
                ),
            ],
        ],
        unknown=[[role(UNKNOWN)]],
    ),
}

LOOSENED: dict[str, Change] = {"VLT-04": change(ROLE, "tokenTtl", 86400.0)}
"""The one thing that is loosened in the bank, by the control that has to see it, and no other."""
