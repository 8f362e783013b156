"""Certificates and keys of one control plane, made once and kept in its folder.

Everything is signed by an authority of its own, whose key is forgotten once all is signed. Whoever
may read the folder is the cluster's administrator; on a machine of its owner's that is one person.
"""

import datetime as dt
import json
import ssl
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

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


def tokens_key(folder: Path) -> Path:
    """The key that signs the tokens of service accounts."""
    return folder / "tokens.key"


def administrators_tls(folder: Path) -> ssl.SSLContext:
    """Trusts this control plane's servers and no other, and says that we are its administrator."""
    context = ssl.create_default_context(cafile=folder / "ca.crt")
    context.load_cert_chain(folder / f"{ADMINISTRATOR}.crt", folder / f"{ADMINISTRATOR}.key")
    return context


def make_credentials(folder: Path, api: str) -> None:
    """Makes what is not there: certificates, their keys, the key for tokens, kubeconfigs.

    Args:
        folder: The control plane's own.
        api: The API server's host and port. They may be others than before: ports are chosen anew
            until the control plane has been healthy once.
    """
    made = folder / "made"
    if not made.exists():
        _sign_all(folder)
        made.touch()
    for client in CLIENTS:
        _write_kubeconfig(folder, client, api)


def _sign_all(folder: Path) -> None:
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = _authority(authority_key)
    _write_certificate(folder / "ca.crt", authority)
    _key(tokens_key(folder))
    for name, subject, usage in (
        ("server", _subject("server", ""), ExtendedKeyUsageOID.SERVER_AUTH),
        *(
            (client, _subject(user, group), ExtendedKeyUsageOID.CLIENT_AUTH)
            for client, (user, group) in CLIENTS.items()
        ),
    ):
        key = _key(folder / f"{name}.key").public_key()
        builder = _builder(subject, authority.subject, key, authority_key).add_extension(
            x509.ExtendedKeyUsage([usage]), critical=False
        )
        if usage is ExtendedKeyUsageOID.SERVER_AUTH:
            address = x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))])
            builder = builder.add_extension(address, critical=False)
        _write_certificate(folder / f"{name}.crt", builder.sign(authority_key, hashes.SHA256()))


def _authority(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = _subject("rehearsal", "")
    signs = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        _builder(name, name, key.public_key(), key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(signs, critical=True)
        .sign(key, hashes.SHA256())
    )


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    authority_key: ec.EllipticCurvePrivateKey,
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    # From Python 3.13 on, clients refuse certificates that do not identify both keys.
    own = x509.SubjectKeyIdentifier.from_public_key(key)
    issuers = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        # Clocks of one machine are one clock, but for a step backwards.
        .not_valid_before(now - dt.timedelta(minutes=5))
        .not_valid_after(now + _LIFETIME)
        .add_extension(own, critical=False)
        .add_extension(issuers, critical=False)
    )


def _subject(user: str, group: str) -> x509.Name:
    names = [x509.NameAttribute(NameOID.COMMON_NAME, user)]
    if group:
        names.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, group))
    return x509.Name(names)


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
