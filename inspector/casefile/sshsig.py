"""SSHSIG signatures (OpenSSH PROTOCOL.sshsig) by Ed25519 keys: what `ssh-keygen -Y verify` reads, in one form."""

import base64
import hashlib
import struct
from collections.abc import Callable

from inspector.journal.canonical import MalformedError
from inspector.journal.keys import PUBLIC_BYTES, SIGNATURE_BYTES

NAMESPACE = "inspector-case"
PRINCIPAL = "inspector"
_MAGIC = b"SSHSIG"
_TYPE = b"ssh-ed25519"
_HASH = b"sha512"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----\n", "-----END SSH SIGNATURE-----\n"
_LINE_CHARS = 70
_KEY_AT = len(_MAGIC) + 4 + 4 + 4 + len(_TYPE) + 4


def sign(public: bytes, message: bytes, signer: Callable[[bytes], bytes]) -> bytes:
    """The signature's file.

    Args:
        public: the key, 32 bytes.
        signer: gives the key's Ed25519 signature, 64 bytes.
    """
    return _file(public, signer(signed_bytes(message)))


def signed_bytes(message: bytes) -> bytes:
    """What the key signs for a message."""
    return _MAGIC + _strings(NAMESPACE.encode(), b"", _HASH, hashlib.sha512(message).digest())


def parse(data: bytes) -> tuple[bytes, bytes]:
    """The public key and the signature of a file; neither is verified.

    Raises:
        MalformedError: not the very file that `sign` writes for them.
    """
    try:
        text = data.decode("ascii")
        blob = base64.b64decode(text[len(_BEGIN) : -len(_END)].replace("\n", ""), validate=True)
    except ValueError:
        blob = b""
    public, signature = blob[_KEY_AT : _KEY_AT + PUBLIC_BYTES], blob[-SIGNATURE_BYTES:]
    if len(public) != PUBLIC_BYTES or len(signature) != SIGNATURE_BYTES or _file(public, signature) != data:
        raise MalformedError("不是签名文件", "not the file of a signature")
    return public, signature


def allowed_signers(public: bytes) -> bytes:
    """The file that tells `ssh-keygen -Y verify` the key."""
    key = base64.b64encode(_key(public)).decode()
    return f'{PRINCIPAL} namespaces="{NAMESPACE}" ssh-ed25519 {key}\n'.encode()


def _file(public: bytes, signature: bytes) -> bytes:
    blob = _MAGIC + struct.pack(">I", 1)
    blob += _strings(_key(public), NAMESPACE.encode(), b"", _HASH, _strings(_TYPE, signature))
    text = base64.b64encode(blob).decode()
    lines = "".join(f"{text[at : at + _LINE_CHARS]}\n" for at in range(0, len(text), _LINE_CHARS))
    return (_BEGIN + lines + _END).encode()


def _key(public: bytes) -> bytes:
    return _strings(_TYPE, public)


def _strings(*values: bytes) -> bytes:
    return b"".join(struct.pack(">I", len(value)) + value for value in values)
