"""The engine's own logs of a rehearsal, opened: it encrypts those of a stack by its passphrase.

Its own command for that fails on the log of a preview, whose lines are too long for it.
"""

import gzip
import io
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import yaml
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

_ENCRYPTED, _COMPRESSED = b"PLOG\x01", b"\x1f\x8b"
"""How such files begin; the last byte of the first is the version of the form."""

_ROUNDS, _NONCE = 1_000_000, 12
"""Of the engine's secrets by passphrase (``sdk/go/common/resource/config/crypt.go``)."""


def opened(folder: Path) -> Iterator[bytes]:
    """The text of each log, as far as it was written; one holds some 100 MB.

    Args:
        folder: The rehearsal's folder.

    Raises:
        RuntimeError: One is of neither kind, or can't be opened: nobody knows what is in it.
    """
    stack: AESGCM | None = None
    for file in sorted(folder.glob("home/logs/*")):
        content = file.read_bytes()
        if not content:
            continue
        if content.startswith(_COMPRESSED):
            yield _decompressed(content)
        elif content.startswith(_ENCRYPTED):
            stack = stack or _key(folder)
            try:
                yield _decompressed(_decrypted(memoryview(content)[len(_ENCRYPTED) :], stack))
            except InvalidTag:
                raise RuntimeError(f"{file} can't be opened by its stack's passphrase") from None
        else:
            raise RuntimeError(f"{file} is neither an encrypted nor a compressed log")


def _decompressed(content: bytes) -> bytes:
    """As far as it goes: a command that is at work, or was killed, has not written its end."""
    text = io.BytesIO()
    try:
        with gzip.open(io.BytesIO(content)) as log:
            while part := log.read1():
                text.write(part)
    except EOFError:
        pass
    return text.getvalue()


def _key(folder: Path) -> AESGCM:
    """The stack's, of which each log's own key is encrypted."""
    (file,) = folder.glob("stack/Pulumi.*.yaml")
    _, salt, _ = yaml.safe_load(file.read_text(encoding="utf-8"))["encryptionsalt"].split(":", 2)
    derive = PBKDF2HMAC(algorithm=SHA256(), length=32, salt=b64decode(salt), iterations=_ROUNDS)
    return AESGCM(derive.derive((folder / "passphrase").read_bytes().strip()))


def _decrypted(content: memoryview, stack: AESGCM) -> bytes:
    """One key for all, after its length; then parts, each after its length and with its nonce."""
    # A view: a log has thousands of parts, and what is left would be copied after each.
    length, content = int.from_bytes(content[:2]), content[2:]
    _, nonce, key = str(content[:length], "ascii").split(":")
    own = AESGCM(stack.decrypt(b64decode(nonce), b64decode(key), None))
    content = content[length:]
    texts: list[bytes] = []
    while len(content) >= 4 + (length := int.from_bytes(content[:4])):
        part, content = content[4 : 4 + length], content[4 + length :]
        texts.append(own.decrypt(bytes(part[:_NONCE]), part[_NONCE:], None))
    return b"".join(texts)
