"""Rights in a cluster: K8S-06."""

from policies.controls.cluster_access import BINDINGS, DELIVERY, ROLES
from tests.controls.cases import UNKNOWN, Cases, Change, Given, change, thing

_CLUSTER_ROLE, _ROLE, _CLUSTER_ROLE_PATCH, _ = ROLES
_BINDING = BINDINGS[0]


def _rule(*verbs: str, of: str = "pods", **others: object) -> dict[str, object]:
    return {"apiGroups": [""], "resources": [of], "verbs": [*verbs], **others}


def _role(*rules: object, name: str = "corebank:some") -> Given:
    return {"metadata": {"name": name}, "rules": [*rules]}


def _bound(to: str = "corebank:some", kind: str = "Group", *, role: str = "view") -> Given:
    return {"roleRef": {"kind": "ClusterRole", "name": role}, "subjects": [_who(to, kind)]}


def _who(name: str, kind: str = "Group") -> dict[str, str]:
    return {"kind": kind, "name": name}


_READ = _rule("get", "list")
_LATER: Given = {"rules": UNKNOWN}

CASES = {
    "k8s-06-verbs": Cases(
        fails=[
            _role(_rule("*")),
            _role(_READ, _rule("get", "*")),
            thing(_ROLE, rules=[_rule("*")]),
            thing(_CLUSTER_ROLE_PATCH, rules=[_rule("*")]),
        ],
        passes=[_role(_READ), _role(), {}],
        unknown=[_LATER, {"rules": [{"verbs": UNKNOWN}]}],
    ),
    "k8s-06-resources": Cases(
        fails=[
            _role(_rule("get", of="*")),
            _role(_rule("get", of="*/scale")),
            _role(_rule("get", apiGroups=["*"])),
            _role({"nonResourceURLs": ["*"], "verbs": ["get"]}),
        ],
        passes=[_role(_READ), _role({"nonResourceURLs": ["/healthz/*"], "verbs": ["get"]})],
        unknown=[_LATER, {"rules": [{"resources": UNKNOWN}]}],
    ),
    "k8s-06-secrets": Cases(
        fails=[
            _role(_rule("list", of="secrets")),
            _role(_rule("watch", of="secrets", resourceNames=["one"])),
            _role(_rule("get", of="secrets")),
            thing(_ROLE, rules=[_rule("get", "list", of="secrets")]),
        ],
        passes=[
            _role(_rule("create", "delete", of="secrets")),
            _role(_rule("get", of="secrets", resourceNames=["one"])),
            _role(_READ),
        ],
        unknown=[_LATER, {"rules": [{"resources": ["secrets"], "verbs": UNKNOWN}]}],
    ),
    "k8s-06-raises": Cases(
        fails=[
            _role(_rule("bind", of="clusterroles")),
            _role(_rule("escalate", of="roles")),
            _role(_rule("impersonate", of="users")),
            _role(_rule("impersonate", of="users"), name=DELIVERY),
        ],
        passes=[_role(_READ), _role(_rule("bind", "escalate", of="roles"), name=DELIVERY)],
        unknown=[_LATER, {"metadata": {"name": UNKNOWN}, "rules": [_rule("bind")]}],
    ),
    "k8s-06-doors": Cases(
        fails=[
            _role(_rule("get", of="nodes/proxy")),
            _role(_rule("create", of="serviceaccounts/token")),
            _role(_rule("update", of="certificatesigningrequests/approval")),
        ],
        passes=[_role(_rule("get", of="nodes")), _role(_rule("create", of="serviceaccounts"))],
        unknown=[_LATER],
    ),
    "k8s-06-ground": Cases(
        fails=[
            _role(_rule("create", of="persistentvolumes")),
            _role(_rule("get", "patch", of="validatingwebhookconfigurations")),
        ],
        passes=[
            _role(_rule("get", "list", "watch", of="persistentvolumes")),
            _role(_rule("create", of="persistentvolumeclaims")),
        ],
        unknown=[_LATER, {"rules": [{"resources": ["persistentvolumes"], "verbs": UNKNOWN}]}],
    ),
    "k8s-06-gathered": Cases(
        fails=[
            {"aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {"a": "b"}}]}},
            thing(_CLUSTER_ROLE_PATCH, aggregationRule={"clusterRoleSelectors": [{}]}),
        ],
        passes=[_role(_READ), {"aggregationRule": {"clusterRoleSelectors": []}}],
        unknown=[{"aggregationRule": UNKNOWN}],
    ),
    "k8s-06-bound-role": Cases(
        fails=[_bound(role="cluster-admin"), _bound(role="edit"), _bound(role="admin")],
        passes=[_bound(), _bound(role="corebank:viewers")],
        unknown=[{"roleRef": {"name": UNKNOWN}}],
    ),
    "k8s-06-bound-subjects": Cases(
        fails=[
            _bound("system:masters"),
            _bound("system:unauthenticated"),
            _bound("system:anonymous", "User"),
            {"subjects": [_who("corebank:some"), _who("system:authenticated")]},
        ],
        passes=[
            _bound(),
            _bound("system:masters", "ServiceAccount"),
            {"subjects": []},
            {},
        ],
        unknown=[{"subjects": UNKNOWN}, {"subjects": [_who(UNKNOWN)]}],
    ),
    "k8s-06-delivers": Cases(
        fails=[
            _bound("corebank:operators", role=DELIVERY),
            _bound(DELIVERY, "User", role=DELIVERY),
        ],
        passes=[_bound(DELIVERY, role=DELIVERY), _bound("corebank:operators")],
        unknown=[{"roleRef": {"name": UNKNOWN}}, _bound(UNKNOWN, role=DELIVERY)],
    ),
}

LOOSENED: dict[str, Change] = {
    "K8S-06": change(_CLUSTER_ROLE, "rules.0.verbs", ["*"], name="access-viewers"),
}
