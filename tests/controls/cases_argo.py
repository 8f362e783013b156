"""Argo CD: ARG-01."""

from typing import Any

from policies.controls._charts import RELEASES
from policies.controls.argo import APPLICATIONS, PROJECTS, SETS
from tests.controls.cases import UNKNOWN, Cases, Change, beside, thing

_COMMIT = "0123456789abcdef0123456789abcdef01234567"
_MAP = "kubernetes:core/v1:ConfigMap"
_CHART = "oci://registry.corp.bank.internal/charts/argo-cd"


def _app(environment: str = "production", **spec: Any) -> Any:
    return thing(APPLICATIONS[0], environment=environment, spec=spec)


def _set(**spec: Any) -> Any:
    return thing(SETS[0], spec={"template": {"spec": spec}})


def _chart(**told: Any) -> Any:
    cm = {key.replace("_", "."): said for key, said in told.items()}
    return thing(RELEASES[0], chart=_CHART, values={"configs": {"cm": cm}})


def _map(**told: Any) -> Any:
    data = {key.replace("_", "."): said for key, said in told.items()}
    return thing(_MAP, metadata={"name": "argocd-cm"}, data=data)


_OTHERS = [thing(RELEASES[0], chart="vault"), thing(_MAP, metadata={"name": "other"}, data={})]

CASES = {
    "arg-01-sources": Cases(
        fails=[
            {"spec": {"sourceRepos": ["*"]}},
            {"spec": {"sourceRepos": ["https://git.corp/a", "https://git.corp/*"]}},
            thing(PROJECTS[1], spec={"sourceRepos": ["*"]}),
        ],
        passes=[{"spec": {"sourceRepos": ["https://git.corp/a", "!https://git.corp/b*"]}}, {}],
        unknown=[{"spec": {"sourceRepos": [UNKNOWN]}}, {"spec": UNKNOWN}],
    ),
    "arg-01-destinations": Cases(
        fails=[
            {"spec": {"destinations": [{"server": "*", "namespace": "cards"}]}},
            {"spec": {"destinations": [{"server": "https://a", "namespace": "*"}]}},
            {"spec": {"destinations": [{"name": "in-cluster", "namespace": "card*"}]}},
        ],
        passes=[
            {"spec": {"destinations": [{"server": "https://a", "namespace": "cards"}]}},
            {"spec": {"destinations": []}},
        ],
        unknown=[{"spec": {"destinations": [{"server": "https://a", "namespace": UNKNOWN}]}}],
    ),
    "arg-01-cluster-kinds": Cases(
        fails=[
            {"spec": {"clusterResourceWhitelist": [{"group": "*", "kind": "*"}]}},
            {"spec": {"clusterResourceWhitelist": [{"group": "", "kind": "*"}]}},
        ],
        passes=[
            {"spec": {"clusterResourceWhitelist": [{"group": "", "kind": "Namespace"}]}},
            {"spec": {}},
        ],
        unknown=[{"spec": {"clusterResourceWhitelist": UNKNOWN}}],
    ),
    "arg-01-kinds": Cases(
        fails=[
            {"spec": {}},
            {"spec": {"namespaceResourceWhitelist": []}},
            {"spec": {"namespaceResourceWhitelist": [{"group": "*", "kind": "*"}]}},
        ],
        passes=[
            {"spec": {"namespaceResourceWhitelist": [{"group": "apps", "kind": "Deployment"}]}},
            {"spec": {"namespaceResourceWhitelist": [{"group": "", "kind": "Service"}]}},
        ],
        unknown=[{"spec": {"namespaceResourceWhitelist": [{"group": "", "kind": UNKNOWN}]}}],
    ),
    "arg-01-signatures": Cases(
        fails=[{"spec": {}}, {"spec": {"signatureKeys": []}}],
        passes=[
            {"spec": {"signatureKeys": [{"keyID": "4AEE18F83AFDEB23"}]}},
            thing(PROJECTS[1], spec={"signatureKeys": [{"keyID": "4AEE18F83AFDEB23"}]}),
        ],
        unknown=[{"spec": {"signatureKeys": UNKNOWN}}],
    ),
    "arg-01-window": Cases(
        fails=[{"spec": {}}, {"spec": {"syncWindows": []}}],
        passes=[
            {"spec": {"syncWindows": [{"kind": "allow", "schedule": "0 6 * * 2"}]}},
            thing(PROJECTS[0], environment="sandbox", spec={}),
        ],
        unknown=[{"spec": {"syncWindows": UNKNOWN}}],
    ),
    "arg-01-project": Cases(
        fails=[_app(), _app(project="default"), _set(project="default")],
        passes=[_app(project="cards"), _set(project="cards")],
        unknown=[_app(project=UNKNOWN)],
    ),
    "arg-01-automated": Cases(
        fails=[
            _app(syncPolicy={"automated": {}}),
            _app(syncPolicy={"automated": {"prune": True}}),
            _set(syncPolicy={"automated": {"enabled": True}}),
        ],
        passes=[
            _app(syncPolicy={"syncOptions": ["Validate=true"]}),
            _app(syncPolicy={"automated": {"enabled": False}}),
            _app("staging", syncPolicy={"automated": {}}),
        ],
        unknown=[_app(syncPolicy=UNKNOWN)],
    ),
    "arg-01-revision": Cases(
        fails=[
            _app(source={"targetRevision": "HEAD"}),
            _app(source={"targetRevision": "main"}),
            _app(source={"repoURL": "https://git.corp/a"}),
            _app(source={"chart": "a", "targetRevision": "1.*"}),
            _app(sources=[{"targetRevision": _COMMIT}, {"targetRevision": "v1"}]),
            _set(source={"targetRevision": "main"}),
        ],
        passes=[
            _app(source={"targetRevision": _COMMIT}),
            _app(source={"chart": "a", "targetRevision": "1.2.3"}),
            _app("sandbox", source={"targetRevision": "main"}),
        ],
        unknown=[_app(source={"targetRevision": UNKNOWN})],
    ),
    "arg-01-admin": Cases(
        fails=[_chart(), _chart(admin_enabled=True), _map(), _map(admin_enabled="true")],
        passes=[_chart(admin_enabled=False), _map(admin_enabled="false"), *_OTHERS],
        unknown=[_chart(admin_enabled=UNKNOWN)],
    ),
    "arg-01-anonymous": Cases(
        fails=[_chart(users_anonymous_enabled=True), _map(users_anonymous_enabled="true")],
        passes=[_chart(), _map(users_anonymous_enabled="false"), *_OTHERS],
        unknown=[_map(users_anonymous_enabled=UNKNOWN)],
    ),
    "arg-01-exec": Cases(
        fails=[_chart(exec_enabled="true"), _map(exec_enabled="true")],
        passes=[_chart(exec_enabled=False), _map(), *_OTHERS],
        unknown=[_chart(exec_enabled=UNKNOWN)],
    ),
}

LOOSENED: dict[str, Change] = {
    # The bank delivers by Pulumi alone: somebody brings Argo CD along, with its own freedom.
    "ARG-01": beside(thing(PROJECTS[0], spec={"sourceRepos": ["*"]})),
}
"""The one thing that is loosened in the bank, by the control that has to see it, and no other."""
