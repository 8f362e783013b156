"""A certificate for a server on this machine that signs itself, and its key."""

import datetime as dt
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from rehearsal.servers.folder import write_private
from rehearsal.servers.server import HOST

_LIFETIME = dt.timedelta(days=365)


def make_certificate(folder: Path, server: str) -> None:
    """Writes ``server.crt``, which clients trust as it is, and ``server.key``.

    Args:
        folder: Where both go.
        server: Whom it is for, beside this machine's loopback address.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, server)])
    places = [x509.IPAddress(ip_address(HOST)), x509.DNSName("localhost")]
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # Clocks of one machine are one clock, but for a step backwards.
        .not_valid_before(now - dt.timedelta(minutes=5))
        .not_valid_after(now + _LIFETIME)
        .add_extension(x509.SubjectAlternativeName(places), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoded = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    write_private(folder / "server.key", encoded)
    (folder / "server.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
