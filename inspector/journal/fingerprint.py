"""The fingerprint by which people know a key again: on paper, read out, typed (docs/case-file.md)."""

import hashlib
import re
import unicodedata

from inspector.journal.keys import PUBLIC_BYTES
from inspector.journal.words import ALPHABET, crockford

_LOOKALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_CHARACTERS, _GROUP = 32, 4


def fingerprint(public: bytes) -> str:
    """The first 20 bytes of SHA-256(public key) in Crockford base32, eight groups of four."""
    if len(public) != PUBLIC_BYTES:
        raise ValueError("a public key has 32 bytes")
    return crockford(hashlib.sha256(public).digest()[:20])


def normal_fingerprint(text: str) -> str:
    """What somebody typed, in the form of `fingerprint`: case, spaces, dashes, full width and look-alikes do not matter.

    Empty where it is none.
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    plain = re.sub(r"[\s\-‐-―]+", "", plain).translate(_LOOKALIKE)
    if len(plain) != _CHARACTERS or any(character not in ALPHABET for character in plain):
        return ""
    return "-".join(plain[at : at + _GROUP] for at in range(0, _CHARACTERS, _GROUP))
