"""The fingerprint by which people know a key again: on paper, read out, typed (docs/case-file.md)."""

import hashlib
import re
import unicodedata

from inspector.journal.keys import PUBLIC_BYTES

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_CHARACTERS, _GROUP = 32, 4


def fingerprint(public: bytes) -> str:
    """The first 20 bytes of SHA-256(public key) in Crockford base32, eight groups of four."""
    if len(public) != PUBLIC_BYTES:
        raise ValueError("a public key has 32 bytes")
    number = int.from_bytes(hashlib.sha256(public).digest()[:20], "big")
    text = "".join(_ALPHABET[(number >> (5 * place)) & 31] for place in range(_CHARACTERS - 1, -1, -1))
    return "-".join(text[at : at + _GROUP] for at in range(0, _CHARACTERS, _GROUP))


def normal_fingerprint(text: str) -> str:
    """What somebody typed, in the form of `fingerprint`: case, spaces, dashes, full width and look-alikes do not matter.

    Empty where it is none.
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    plain = re.sub(r"[\s\-‐-―]+", "", plain).translate(_LOOKALIKE)
    if len(plain) != _CHARACTERS or any(character not in _ALPHABET for character in plain):
        return ""
    return "-".join(plain[at : at + _GROUP] for at in range(0, _CHARACTERS, _GROUP))
