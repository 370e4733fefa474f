"""Ed25519 keys (RFC 8032), strict verification, and the name that a device has from its key.

Keys and signatures are raw bytes: seed 32, public key 32, signature 64. Randomness is an argument.
"""

import base64
import hashlib

SEED_BYTES = 32
PUBLIC_BYTES = 32
SIGNATURE_BYTES = 64

_FIELD = 2**255 - 19
_SIGN_BIT = 1 << 255
# The y coordinates of the eight points of small order: under such a key a signature can fit many messages.
_SMALL_ORDER_Y = frozenset(
    {
        0,
        1,
        _FIELD - 1,
        int.from_bytes(
            bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
        ),
        int.from_bytes(
            bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"
        ),
    }
)


class SigningKey:
    """A private key. It never shows its seed in a representation."""

    __slots__ = ("_private", "_seed", "public")

    public: bytes

    def __init__(self, seed: bytes) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        if len(seed) != SEED_BYTES:
            raise ValueError("a seed has 32 bytes")
        self._seed = bytes(seed)
        self._private = Ed25519PrivateKey.from_private_bytes(self._seed)
        self.public = self._private.public_key().public_bytes_raw()

    @classmethod
    def generate(cls, random: bytes) -> "SigningKey":
        """A new key from 32 bytes that nobody can guess (`secrets.token_bytes(32)`)."""
        return cls(random)

    @classmethod
    def from_seed(cls, seed: bytes) -> "SigningKey":
        """The key of a stored seed."""
        return cls(seed)

    @property
    def seed(self) -> bytes:
        """The 32 secret bytes, for the vault alone."""
        return self._seed

    def sign(self, message: bytes) -> bytes:
        """The signature of a message, 64 bytes; the same message always gives the same."""
        return self._private.sign(message)

    def __repr__(self) -> str:
        return f"SigningKey({device_id(self.public)})"


def verify(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the signature is this key's over this message.

    Strict, so that all verifiers agree: keys that are not canonical or of small order are refused here; S ≥ L
    (RFC 8032 §5.1.7) and other encodings of R are refused by the library, and the tests hold it to that.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    if len(signature) != SIGNATURE_BYTES or not is_public_key(public):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def is_public_key(public: bytes) -> bool:
    """Whether the bytes may be a public key: canonical and not of small order."""
    if len(public) != PUBLIC_BYTES:
        return False
    y = int.from_bytes(public, "little") & (_SIGN_BIT - 1)
    return y < _FIELD and y not in _SMALL_ORDER_Y


def device_id(public: bytes) -> str:
    """The name of the device that holds this key: 16 characters of a-z2-7.

    Lower-case base32 (RFC 4648) of the first 10 bytes of SHA-256(public key).
    """
    if len(public) != PUBLIC_BYTES:
        raise ValueError("a public key has 32 bytes")
    return base64.b32encode(hashlib.sha256(public).digest()[:10]).decode().lower()
