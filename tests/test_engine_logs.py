"""What the engine's logs say is read, and never passed over."""

import gzip
import zlib
from base64 import b64encode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from rehearsal.engine.logs import opened

LINES = [b"it begins\n", b"a token: nightingale\n"]
SALT, NONCE = b"8 octets", b"12 of octets"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A rehearsal's, without logs."""
    for name in ("home/logs", "stack"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "passphrase").write_text("of this stack\n")
    salt = b64encode(SALT).decode()
    (tmp_path / "stack/Pulumi.sandbox.yaml").write_text(f"encryptionsalt: v1:{salt}:v1:other\n")
    return tmp_path


def encrypted(text: bytes, parts: int, passphrase: bytes = b"of this stack") -> bytes:
    derive = PBKDF2HMAC(algorithm=SHA256(), length=32, salt=SALT, iterations=1_000_000)
    own = AESGCM.generate_key(256)
    sealed = AESGCM(derive.derive(passphrase)).encrypt(NONCE, own, None)
    key = f"v1:{b64encode(NONCE).decode()}:{b64encode(sealed).decode()}".encode()
    size = -(-len(text) // parts)
    chunks = [
        NONCE + AESGCM(own).encrypt(NONCE, text[at : at + size], None)
        for at in range(0, len(text), size)
    ]
    told = b"".join(len(chunk).to_bytes(4) + chunk for chunk in chunks)
    return b"PLOG\x01" + len(key).to_bytes(2) + key + told


def flushed() -> bytes:
    """Compressed as the engine does it, flushed after each line and not yet ended."""
    packer = zlib.compressobj(wbits=31)
    return b"".join(packer.compress(line) + packer.flush(zlib.Z_SYNC_FLUSH) for line in LINES)


def test_logs_of_both_kinds_are_opened(folder: Path) -> None:
    (folder / "home/logs/a.log").write_bytes(gzip.compress(LINES[0]))
    (folder / "home/logs/b.log").write_bytes(encrypted(gzip.compress(LINES[1]), parts=3))
    assert [*opened(folder)] == LINES


def test_of_one_that_has_no_end_all_is_read_that_is_written(folder: Path) -> None:
    (folder / "home/logs/a.log").write_bytes(flushed())
    (folder / "home/logs/b.log").write_bytes(encrypted(flushed(), parts=2) + b"\0\0\0\x20half")
    (folder / "home/logs/c.log").touch()
    assert [*opened(folder)] == [b"".join(LINES)] * 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a token: nightingale", "neither an encrypted nor a compressed log"),
        (b"PLOG\x02", "neither an encrypted nor a compressed log"),
        (encrypted(flushed(), 1, b"of another"), "can't be opened by its stack's passphrase"),
    ],
)
def test_what_can_t_be_opened_is_named(folder: Path, content: bytes, said: str) -> None:
    (folder / "home/logs/a.log").write_bytes(content)
    with pytest.raises(RuntimeError, match=rf"a\.log .*{said}"):
        list(opened(folder))
