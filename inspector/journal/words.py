"""Short fingerprints of hashes, for people: on paper, over the telephone, from one screen to another.

80 bits of a hash as 16 letters in four groups, and the same bits as eight words. 80 bits: nobody makes another record that has the
fingerprint of a given one; two records of one's own choice with the same fingerprint take 2^40 attempts, so where both sides may
cheat the whole hash counts.
"""

from inspector.journal.word_list import WORDS

BITS = 80
"""Bits of a hash that a fingerprint tells, from its beginning."""
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: no I, L, O, U."""
_WORD = 10


def fingerprint(digest: bytes) -> str:
    """The first 80 bits as 16 letters of Crockford's base32 in four groups: "0A1B-…".

    Raises:
        ValueError: fewer than 10 bytes.
    """
    _number(digest)
    return crockford(digest[: BITS // 8])


def crockford(data: bytes) -> str:
    """Bytes (a multiple of 5) in Crockford's base32, in groups of four letters."""
    number, bits = int.from_bytes(data, "big"), len(data) * 8
    letters = "".join(ALPHABET[number >> shift & 31] for shift in range(bits - 5, -1, -5))
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def words(digest: bytes) -> tuple[str, ...]:
    """The first 80 bits as eight words out of 1024, in order.

    Raises:
        ValueError: fewer than 10 bytes.
    """
    number = _number(digest)
    return tuple(WORDS[number >> shift & (1 << _WORD) - 1] for shift in range(BITS - _WORD, -1, -_WORD))


def _number(digest: bytes) -> int:
    if len(digest) * 8 < BITS:
        raise ValueError("a fingerprint needs 10 bytes")
    return int.from_bytes(digest[: BITS // 8], "big")


def seal_link(inspection: str, digest: bytes) -> str:
    """What the code on a paper holds: which inspection, and the whole hash of its seal."""
    return f"inspector:seal:{inspection}:{digest.hex()}"
