"""Secrets in objects, charts and patches: K8S-10, K8S-11 and K8S-12."""

from typing import Any

from policies.controls._kubernetes import (
    CONFIG_MAP,
    DEPLOYMENT,
    NAMESPACE,
    NETWORK_POLICY,
    POD,
    RBAC,
    SECRET,
)
from policies.controls.objects import CHARTS
from tests.controls.cases import UNKNOWN, Cases, Change, Given, beside, change, thing

_RELEASE = "kubernetes:helm.sh/v3:Release"
_CHART = "oci://registry.corp.bank.internal/charts/vault"
_VERSION = CHARTS[_CHART]
_ZEROS = "0" * 64
_NAMED = "registry.corp.bank.internal/vault"
# Made up for these cases; they open nothing.
_KEY = "-----BEGIN EC PRIVATE " + "KEY-----\nMHcCAQEEIA\n"
_AWS = "AKIA" + "ABCDEFGHIJKLMNOP"
_RANDOM = "k3Jf9QzLw7XvB1nRt5YpHs2DmGc8AeUo"


def _marked(value: object) -> dict[str, Any]:
    """As the engine marks a secret."""
    mark = "1b47061264138c4ac30d75fd1eb44270"
    return {"4dabf18193072939515e22adb298388d": mark, "value": value}


def _env(name: str, value: object, kind: str = "containers") -> Given:
    containers = [{"env": [{"name": name, "value": value}]}]
    return thing(DEPLOYMENT, spec={"template": {"spec": {kind: containers}}})


def _image(value: object) -> Given:
    return {"values": {"server": {"image": value}}}


def _parts(**image: str) -> Given:
    return _image(image)


CASES = {
    "k8s-10-env": Cases(
        fails=[
            _env("DB_PASSWORD", "hunter2-but-longer"),
            _env("CLIENT_SECRET", "abcdef", "initContainers"),
            _env("KEYS", _KEY),
            _env("ID", _AWS),
            _env("URL", "postgres://cards:hunter2@database/cards"),
            _env("ANYTHING", _RANDOM),
            _env("MYSQL_PWD", "hunter2"),
            _env("encryption-key", "hunter2"),
            _env("ANYTHING", _marked("abc")),
            _env("DB_PASSWORD", _marked(UNKNOWN)),
            thing(
                f"{POD}Patch",
                spec={
                    "containers": [
                        {
                            "env": [
                                {"name": "HOST", "value": UNKNOWN},
                                {"name": "API_KEY", "value": "abc-def"},
                            ]
                        }
                    ]
                },
            ),
        ],
        passes=[
            _env("ENVIRONMENT", "production"),
            _env("DB_PASSWORD_FILE", "/run/secrets/database"),
            _env("TOKEN", "/run/identity/token"),
            _env("TOKEN", "$(FROM_ELSEWHERE)"),
            _env("DB_PASSWORD", ""),
            _env("SECRET_NAME", "cards-database"),
            _env("DIGEST", "0a" * 32),
            thing(
                DEPLOYMENT,
                spec={
                    "template": {
                        "spec": {
                            "containers": [
                                {
                                    "env": [
                                        {
                                            "name": "DB_PASSWORD",
                                            "valueFrom": {"secretKeyRef": {"name": "a"}},
                                        }
                                    ]
                                }
                            ]
                        }
                    }
                },
            ),
        ],
        unknown=[
            _env("DB_HOST", UNKNOWN),
            thing(POD, spec={"containers": [{"env": UNKNOWN}]}),
        ],
    ),
    "k8s-10-config-map": Cases(
        fails=[
            {"data": {"password": "hunter2"}},
            {"data": {"tls.pem": _KEY}},
            {"data": {"settings.ini": "user = cards\npassword = hunter2hunter2\n"}},
            {"data": {"a": _marked("x")}},
            {"data": _marked({"a": "x"})},
            {"data": {"host": UNKNOWN, "password": "hunter2"}},
            thing(f"{CONFIG_MAP}Patch", data={"id": _AWS}),
        ],
        passes=[
            {},
            {"data": {"KAFKA_GROUP": "cards", "SECRETS": "/run/secrets/bank"}},
            {"data": {"agent.hcl": '{"password": {{ .Data.password | toJSON }}}'}},
            {"data": {"agent.hcl": 'config = {\n  token_path = "/run/identity/token"\n}'}},
        ],
        unknown=[{"data": {"host": UNKNOWN}}, {"data": UNKNOWN}],
    ),
    "k8s-10-secret": Cases(
        fails=[
            thing(SECRET, stringData={"password": "hunter2"}),
            thing(SECRET, data={"password": "aHVudGVyMg=="}),
            thing(f"{SECRET}Patch", stringData={"a": _marked("x"), "b": "y"}),
        ],
        passes=[
            thing(SECRET, stringData={"password": _marked("hunter2")}),
            thing(SECRET, data=_marked({"password": "aHVudGVyMg=="})),
            thing(SECRET),
        ],
        unknown=[thing(SECRET, stringData={"a": UNKNOWN}), thing(SECRET, data=UNKNOWN)],
    ),
    "k8s-10-values": Cases(
        fails=[
            {"values": {"auth": {"rootPassword": "hunter2"}}},
            {"values": {"server": {"extraEnv": [{"url": "https://a:hunter2@b/c"}]}}},
            {"values": {"server": {"config": UNKNOWN}, "token": "abc-def"}},
        ],
        passes=[
            {},
            {"values": {"existingSecret": "evidence-root", "tls": {"certSecret": "tls"}}},
            {"values": {"rootPassword": _marked("hunter2")}},
            {"values": _marked({"rootPassword": "hunter2"})},
        ],
        unknown=[{"values": {"host": UNKNOWN}}, {"values": UNKNOWN}],
    ),
    "k8s-11-chart": Cases(
        fails=[
            {},
            {"chart": "vault"},
            {"chart": "./charts/vault"},
            {"chart": "oci://docker.io/library/vault"},
            {"chart": "vault", "repositoryOpts": {"repo": "https://helm.releases.example"}},
        ],
        passes=[
            {"chart": _CHART, "version": _VERSION},
            {"chart": "vault", "repositoryOpts": {"repo": _CHART.removesuffix("vault")}},
        ],
        unknown=[{"chart": UNKNOWN}, {"chart": "a", "repositoryOpts": {"repo": UNKNOWN}}],
    ),
    "k8s-11-version": Cases(
        fails=[
            {"chart": _CHART},
            {"chart": _CHART, "version": ">=0.31.0"},
            {"chart": _CHART, "version": "0.30.0"},
        ],
        passes=[
            {"chart": _CHART, "version": _VERSION},
            {"chart": "vault", "repositoryOpts": {"repo": "https://elsewhere.example"}},
        ],
        unknown=[{"chart": _CHART, "version": UNKNOWN}],
    ),
    "k8s-11-images": Cases(
        fails=[
            _image(f"{_NAMED}:1.21"),
            _image(f"docker.io/vault@sha256:{_ZEROS}"),
            _parts(repository=_NAMED, tag="1.21"),
            _parts(registry="docker.io", repository="vault", digest=f"sha256:{_ZEROS}"),
            {"values": {"initImage": "busybox", "config": UNKNOWN}},
        ],
        passes=[
            {},
            _image(f"{_NAMED}@sha256:{_ZEROS}"),
            _parts(repository=f"{_NAMED}@sha256", tag=_ZEROS),
            _parts(repository=_NAMED, digest=f"sha256:{_ZEROS}"),
            _parts(
                registry="registry.corp.bank.internal", repository="vault", sha=_ZEROS, tag="v1"
            ),
            _image({"pullPolicy": "Always"}),
        ],
        unknown=[_image(UNKNOWN), {"values": UNKNOWN}],
    ),
    "k8s-11-opens": Cases(
        fails=[
            {"values": {"securityContext": {"privileged": True}}},
            {"values": {"server": {"hostNetwork": True, "config": UNKNOWN}}},
            {"values": {"extraVolumes": [{"name": "a", "hostPath": {"path": "/"}}]}},
        ],
        passes=[
            {},
            {"values": {"securityContext": {"privileged": False}}},
            {"values": {"extraVolumes": [{"name": "a", "emptyDir": {}}]}},
        ],
        unknown=[{"values": {"hostNetwork": UNKNOWN}}, {"values": UNKNOWN}],
    ),
    "k8s-11-elsewhere": Cases(
        fails=[
            {"valueYamlFiles": [{"path": "values.yaml"}]},
            {"postrender": "./change.sh"},
            {"createNamespace": True},
        ],
        passes=[{"chart": _CHART}, {"createNamespace": False, "valueYamlFiles": []}],
        unknown=[{"createNamespace": UNKNOWN}, {"valueYamlFiles": UNKNOWN}],
    ),
    "k8s-12-whole": Cases(
        fails=[
            {"metadata": {"name": "cards"}},
            thing(f"{NETWORK_POLICY}Patch", metadata={"name": "kube-system"}),
            thing(f"{RBAC}:ClusterRolePatch", metadata={"name": "view"}),
            thing(f"{DEPLOYMENT}Patch", spec=UNKNOWN),
        ],
        passes=[
            thing(f"{NAMESPACE}Patch", metadata={"name": "kube-system"}),
            thing(f"{NAMESPACE}Patch", metadata={"name": "default", "labels": UNKNOWN}),
        ],
        unknown=[{"metadata": {"name": UNKNOWN}}, {"metadata": UNKNOWN}],
    ),
}

LOOSENED: dict[str, Change] = {
    "K8S-10": change(
        DEPLOYMENT,
        "spec.template.spec.containers.0.env",
        [{"name": "DATABASE_PASSWORD", "value": "hunter2"}],
    ),
    "K8S-11": change(_RELEASE, "version", "^5.4.0"),
    "K8S-12": beside(thing(f"{NAMESPACE}Patch", metadata={"name": "cards"})),
}
