"""Names of things: short enough to type, long enough not to collide, the same on every laptop where they can be.

A derived id is a function of what the thing is (an officer's certificate, a site's credit code), so two
offline laptops that record the same thing record it under one name. A random id is for acts.
"""

import base64
import hashlib

_LENGTH = 12


def _spell(digest: bytes) -> str:
    return base64.b32encode(digest).decode("ascii").lower().rstrip("=")[:_LENGTH]


def derived_id(prefix: str, *parts: str) -> str:
    """`prefix-` and 12 characters (60 bits) from the parts; the same parts give the same id everywhere."""
    text = "\x1f".join((prefix, *parts))
    return f"{prefix}-{_spell(hashlib.sha256(text.encode('utf-8')).digest())}"


def random_id(prefix: str, randomness: bytes) -> str:
    """`prefix-` and 12 characters from at least 8 random bytes."""
    if len(randomness) < 8:
        raise ValueError("an id needs 8 random bytes")
    return f"{prefix}-{_spell(randomness)}"
