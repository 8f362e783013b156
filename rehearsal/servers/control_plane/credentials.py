"""Certificates and keys of one control plane, made once and kept in its folder.

Everything is signed by an authority of its own, whose key is there too: whoever may read the folder
is the cluster's administrator. On a machine of its owner's that is the same person.
"""

import datetime as dt
import ipaddress
import json
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from rehearsal.servers.folder import write_private
from rehearsal.servers.server import HOST

ADMINISTRATOR = "administrator"

CLIENTS = {
    ADMINISTRATOR: ("administrator", "system:masters"),
    "controllers": ("system:kube-controller-manager", ""),
    "kwok": ("kwok", "system:masters"),
    "scheduler": ("system:kube-scheduler", ""),
}
"""Each program that logs in to the API server: its user and its group there."""

_LIFETIME = dt.timedelta(days=365)


def kubeconfig(folder: Path, client: str) -> Path:
    """The file with which one of ``CLIENTS`` logs in."""
    return folder / f"{client}.kubeconfig"


def make_credentials(folder: Path, api: str) -> None:
    """Makes whatever is not there: authority, server's certificate, key for tokens, kubeconfigs.

    Args:
        folder: The control plane's own.
        api: The API server's host and port, which stay.
    """
    made = folder / "made"
    if made.exists():
        return
    authority_key = _key(folder / "ca.key")
    authority = _certificate("rehearsal", "", authority_key.public_key(), authority_key, None)
    _write_certificate(folder / "ca.crt", authority)
    server_key = _key(folder / "server.key")
    server = _certificate("server", "", server_key.public_key(), authority_key, authority)
    _write_certificate(folder / "server.crt", server)
    # Signs the tokens of service accounts.
    _key(folder / "tokens.key")
    for client, (user, group) in CLIENTS.items():
        key = _key(folder / f"{client}.key")
        certificate = _certificate(user, group, key.public_key(), authority_key, authority)
        _write_certificate(folder / f"{client}.crt", certificate)
        _write_kubeconfig(folder, client, api)
    made.touch()


def _key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = ec.generate_private_key(ec.SECP256R1())
    encoded = key.private_bytes(
        serialization.Encoding.PEM,
        # The one form that Kubernetes takes for the key of its tokens too.
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    write_private(path, encoded)
    return key


def _certificate(
    user: str,
    group: str,
    key: ec.EllipticCurvePublicKey,
    authority_key: ec.EllipticCurvePrivateKey,
    authority: x509.Certificate | None,
) -> x509.Certificate:
    names = [x509.NameAttribute(NameOID.COMMON_NAME, user)]
    if group:
        names.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, group))
    subject = x509.Name(names)
    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(authority.subject if authority else subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        # Clocks of one machine are one clock, but for a step backwards.
        .not_valid_before(now - dt.timedelta(minutes=5))
        .not_valid_after(now + _LIFETIME)
        .add_extension(x509.BasicConstraints(ca=authority is None, path_length=None), critical=True)
    )
    if authority is not None:
        addresses = [x509.IPAddress(ipaddress.ip_address(HOST)), x509.DNSName("localhost")]
        builder = builder.add_extension(x509.SubjectAlternativeName(addresses), critical=False)
    return builder.sign(authority_key, hashes.SHA256())


def _write_certificate(path: Path, certificate: x509.Certificate) -> None:
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _write_kubeconfig(folder: Path, client: str, api: str) -> None:
    cluster = {
        "server": f"https://{api}",
        "certificate-authority": str(folder / "ca.crt"),
    }
    user = {
        "client-certificate": str(folder / f"{client}.crt"),
        "client-key": str(folder / f"{client}.key"),
    }
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "rehearsal", "cluster": cluster}],
        "users": [{"name": client, "user": user}],
        "contexts": [{"name": "rehearsal", "context": {"cluster": "rehearsal", "user": client}}],
        "current-context": "rehearsal",
    }
    write_private(kubeconfig(folder, client), json.dumps(content, indent=2).encode())
