"""Vault's servers: VLT-03 and VLT-06."""

from typing import Any

from policies.controls import Resource
from policies.controls._charts import RELEASES
from policies.controls._kubernetes import NAMESPACE, NETWORK_POLICY
from policies.controls._vault import POLICY
from policies.controls.vault_servers import AUDIT
from tests.controls.cases import UNKNOWN, Cases, Change, change, thing, without

_CHART = "oci://registry.corp.bank.internal/charts/vault"
_OTHER = thing(RELEASES[0], chart="minio", values={})
_FILE = thing(AUDIT, "file", type="file", options={"file_path": "/vault/audit/audit.log"})
_SOCKET = thing(AUDIT, "socket", type="socket", options={"address": "a:6514"})
_POLICY = thing(POLICY, policy="")


def _vault(environment: str = "production", **server: Any) -> Resource:
    return thing(RELEASES[0], environment=environment, chart=_CHART, values={"server": server})


def _ha(environment: str = "production", **ha: Any) -> Resource:
    return _vault(environment, ha=ha)


def _told(config: Any) -> Resource:
    return _ha(raft={"enabled": True, "config": config})


_TLS = 'listener "tcp" {\n  address = "[::]:8200"\n  tls_cert_file = "/vault/tls/tls.crt"\n}\n'
_PLAIN = 'listener "tcp" {\n  address = "[::]:8200"\n  tls_disable = 1\n  tls_cert_file = "a"\n}\n'
_SPACE = thing(NAMESPACE, "vault", metadata={"name": "vault"})


def _placed(**more: Any) -> Resource:
    return thing(RELEASES[0], chart=_CHART, namespace="vault", values=more)


def _net(namespace: str = "vault", **spec: Any) -> Resource:
    return thing(NETWORK_POLICY, metadata={"namespace": namespace}, spec=spec)


CASES = {
    "vlt-03-two": Cases(
        fails=[[_POLICY], [_FILE], [_FILE, thing(AUDIT, "b", type="file"), _POLICY]],
        passes=[[_FILE, _SOCKET, _POLICY], [thing(AUDIT, type="syslog"), _FILE, _SOCKET]],
        unknown=[[_FILE, thing(AUDIT, "b", type=UNKNOWN)]],
    ),
    "vlt-03-raw": Cases(
        fails=[{"options": {"log_raw": "true"}}, {"options": {"log_raw": True}}],
        passes=[{"options": {"log_raw": "false"}}, {"options": {}}, {}],
        unknown=[{"options": {"log_raw": UNKNOWN}}],
    ),
    "vlt-03-mode": Cases(
        fails=[{"options": {"mode": "0755"}}, {"options": {"mode": "610"}}],
        passes=[{"options": {"mode": "0600"}}, {"options": {}}, {"options": {"mode": "0000"}}],
        unknown=[{"options": {"mode": UNKNOWN}}],
    ),
    "vlt-03-place": Cases(
        fails=[
            {"options": {"file_path": "/vault/plugins/audit"}},
            {"options": {"file_path": "/vault/audit/../plugins/a"}},
            {"options": {"path": "/opt/vault/plugin/a"}},
        ],
        passes=[_FILE, _SOCKET],
        unknown=[{"options": {"file_path": UNKNOWN}}],
    ),
    "vlt-03-plugin-directory": Cases(
        fails=[
            [_FILE, _told('plugin_directory = "/vault/audit"\n')],
            [_FILE, _told('plugin_directory = "/vault/"\n')],
        ],
        passes=[
            [_FILE, _told('plugin_directory = "/vault/aud"\n')],
            [_FILE, _told(_TLS)],
            [_FILE, _OTHER],
            [_SOCKET, _told(UNKNOWN)],
        ],
        unknown=[[_FILE, _told(UNKNOWN)]],
    ),
    "vlt-06-raft": Cases(
        fails=[_vault(), _ha(enabled=True), _ha(enabled=False, raft={"enabled": True})],
        passes=[
            _ha(enabled=True, raft={"enabled": True}),
            thing(
                RELEASES[1],
                chart="vault-0.31.0.tgz",
                values={"server": {"ha": {"enabled": "true", "raft": {"enabled": True}}}},
            ),
            _OTHER,
        ],
        unknown=[_ha(enabled=True, raft=UNKNOWN)],
    ),
    "vlt-06-number": Cases(
        fails=[_ha(), _ha(replicas=3.0), _ha(replicas=6.0), _ha("staging", replicas=1.0)],
        passes=[_ha(replicas=5.0), _ha("staging", replicas=3.0), _ha("sandbox"), _OTHER],
        unknown=[_ha(replicas=UNKNOWN)],
    ),
    "vlt-06-tls": Cases(
        fails=[_vault(), _placed(**{"global": {"tlsDisable": True}})],
        passes=[_placed(**{"global": {"tlsDisable": False}}), _OTHER],
        unknown=[_placed(**{"global": {"tlsDisable": UNKNOWN}})],
    ),
    "vlt-06-listeners": Cases(
        fails=[
            _vault(),
            _told(_PLAIN),
            _told(f"{_TLS}\n{_PLAIN}"),
            _told('listener "tcp" {\n  tls_disable = "true"\n}\n'),
            _told({"listener": {"tcp": {"address": "[::]:8200"}}}),
            _told('{"listener": [{"tcp": {"tls_disable": true, "tls_cert_file": "a"}}]}'),
        ],
        passes=[
            _told(_TLS),
            _told({"listener": {"tcp": {"tls_cert_file": "a", "tls_key_file": "b"}}}),
            _OTHER,
        ],
        unknown=[_told(UNKNOWN)],
    ),
    "vlt-06-addresses": Cases(
        fails=[_ha(apiAddr="http://vault:8200"), _ha(clusterAddr="http://$(HOSTNAME):8201")],
        passes=[_ha(apiAddr="https://vault:8200"), _ha(), _OTHER],
        unknown=[_ha(apiAddr=UNKNOWN)],
    ),
    "vlt-06-told-addresses": Cases(
        fails=[
            _told('api_addr = "http://vault:8200"\n'),
            _told({"cluster_addr": "http://vault:8201"}),
        ],
        passes=[_told('api_addr = "https://vault:8200"\n'), _told(_TLS), _OTHER],
        unknown=[_told(UNKNOWN)],
    ),
    "vlt-06-seal": Cases(
        fails=[
            _vault(),
            _told(_TLS),
            _told('seal "shamir" {\n}\n'),
            _told('seal "awskms" {\n  disabled = "true"\n}\n'),
        ],
        passes=[
            _told('seal "awskms" {\n  kms_key_id = "a"\n}\n'),
            _told({"seal": {"pkcs11": {"lib": "a"}}}),
            _OTHER,
        ],
        unknown=[_told(UNKNOWN)],
    ),
    "vlt-06-dev": Cases(
        fails=[_vault(dev={"enabled": True}), _vault(dev={"enabled": "true"})],
        passes=[_vault(), _vault(dev={"enabled": False}), _OTHER],
        unknown=[_vault(dev={"enabled": UNKNOWN})],
    ),
    "vlt-06-audit-storage": Cases(
        fails=[_vault(), _vault(auditStorage={"enabled": False})],
        passes=[_vault(auditStorage={"enabled": True}), _OTHER],
        unknown=[_vault(auditStorage=UNKNOWN)],
    ),
    "vlt-06-network": Cases(
        fails=[
            [_placed()],
            [_placed(), _net("cards", podSelector={})],
            [_placed(), _net(podSelector={}, policyTypes=["Egress"])],
            [_placed(), _net(podSelector={"matchLabels": {"app": "a"}})],
        ],
        passes=[
            [_placed(), _net(podSelector={}, policyTypes=["Ingress", "Egress"])],
            [_placed(), _net(podSelector={})],
            [_placed(server={"networkPolicy": {"enabled": True}})],
            [
                _SPACE,
                thing(
                    RELEASES[0],
                    refers={"namespace": _SPACE},
                    chart=_CHART,
                    namespace=UNKNOWN,
                    values={},
                ),
                thing(
                    NETWORK_POLICY,
                    refers={"metadata": _SPACE},
                    metadata={"namespace": UNKNOWN},
                    spec={"podSelector": {}},
                ),
            ],
            [_OTHER],
        ],
        unknown=[[_placed(), _net(podSelector=UNKNOWN)]],
    ),
}

LOOSENED: dict[str, Change] = {
    "VLT-03": without(AUDIT, name="vault-audit-socket"),
    "VLT-06": change(
        RELEASES[0],
        "values.server.auditStorage.enabled",
        value=False,
        name="vault-servers-release",
    ),
}
"""The one thing that is loosened in the bank, by the control that has to see it, and no other."""
