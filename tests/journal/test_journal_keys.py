"""Keys: RFC 8032 vectors, strict verification, device names."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.journal.keys import SigningKey, device_id, is_public_key, verify

# RFC 8032 §7.1, tests 1 to 3: seed, public key, message, signature.
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
]
PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, PRIME) % PRIME


def _add(left: tuple[int, int], right: tuple[int, int]) -> tuple[int, int]:
    """Addition on edwards25519 in affine coordinates (RFC 8032 §5.1.4), as plain as can be."""
    (x1, y1), (x2, y2) = left, right
    product = D * x1 * x2 * y1 * y2 % PRIME
    x3 = (x1 * y2 + x2 * y1) * pow(1 + product, -1, PRIME) % PRIME
    y3 = (y1 * y2 + x1 * x2) * pow(1 - product, -1, PRIME) % PRIME
    return x3, y3


def _x_of(y: int) -> int | None:
    """An x with this y on the curve, or None (RFC 8032 §5.1.3)."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * pow(2, (PRIME - 1) // 4, PRIME) % PRIME
    return x if (x * x - square) % PRIME == 0 else None


def _times(number: int, point: tuple[int, int]) -> tuple[int, int]:
    total = (0, 1)
    while number:
        if number & 1:
            total = _add(total, point)
        point = _add(point, point)
        number >>= 1
    return total


def _small_order_y() -> set[int]:
    """All y of points of order 1, 2, 4, 8: multiples by the group order of points of the whole curve."""
    found: set[int] = set()
    for y in range(2, 40):
        x = _x_of(y)
        if x is not None:
            torsion = _times(ORDER, (x, y))
            found |= {_times(n, torsion)[1] for n in range(8)}
    return found


@pytest.mark.parametrize(("seed", "public", "message", "signature"), RFC_8032)
def test_rfc_8032_vectors(seed: str, public: str, message: str, signature: str) -> None:
    """Keys and signatures are byte for byte those of the standard."""
    key = SigningKey.from_seed(bytes.fromhex(seed))
    assert key.public.hex() == public
    assert key.sign(bytes.fromhex(message)).hex() == signature
    assert verify(key.public, bytes.fromhex(signature), bytes.fromhex(message))


def test_keys_of_small_order_are_refused() -> None:
    """No encoding of the eight points of small order is taken as a key: they would verify foreign messages."""
    small = _small_order_y()
    assert len(small) == 5, "three for orders 1, 2, 4 and two for order 8"
    for y in small:
        for sign in (0, 1 << 255):
            public = (y | sign).to_bytes(32, "little")
            assert not is_public_key(public)
            identity_signature = (1).to_bytes(32, "little") + bytes(32)
            assert not verify(public, identity_signature, b"anything")


def test_a_second_encoding_of_a_key_or_signature_is_refused() -> None:
    """y + p for y, and S + L for S, are refused, so that all verifiers agree on one form."""
    for y in range(19):
        assert not is_public_key((y + PRIME).to_bytes(32, "little"))
    key = SigningKey.from_seed(b"\x05" * 32)
    signature = key.sign(b"m")
    twin = signature[:32] + (int.from_bytes(signature[32:], "little") + ORDER).to_bytes(32, "little")
    assert verify(key.public, signature, b"m")
    assert not verify(key.public, twin, b"m")


def test_a_second_encoding_of_r_is_refused() -> None:
    """With R the neutral point, whose y = 1 can also be written as p + 1, only the first encoding verifies."""
    seed = b"\x09" * 32
    public = SigningKey.from_seed(seed).public
    clamped = int.from_bytes(hashlib.sha512(seed).digest()[:32], "little") & ((1 << 254) - 8) | (1 << 254)
    verdicts = []
    for y in (1, PRIME + 1):
        r = y.to_bytes(32, "little")
        challenge = int.from_bytes(hashlib.sha512(r + public + b"m").digest(), "little")
        verdicts.append(verify(public, r + (challenge * clamped % ORDER).to_bytes(32, "little"), b"m"))
    assert verdicts == [True, False]


@given(st.binary(max_size=60), st.integers(0, 511), st.integers(0, 255))
def test_a_changed_bit_never_verifies(message: bytes, signature_bit: int, key_bit: int) -> None:
    """Neither signature, key nor message can change."""
    key = SigningKey.from_seed(b"\x06" * 32)
    signature = key.sign(message)
    bent = (int.from_bytes(signature, "big") ^ (1 << signature_bit)).to_bytes(64, "big")
    other = (int.from_bytes(key.public, "big") ^ (1 << key_bit)).to_bytes(32, "big")
    assert not verify(key.public, bent, message)
    assert not verify(other, signature, message)
    assert not verify(key.public, signature, message + b"\x00")


def test_wrong_lengths_never_verify() -> None:
    """Lengths are checked before anything is computed."""
    key = SigningKey.from_seed(b"\x07" * 32)
    signature = key.sign(b"m")
    assert not verify(key.public[:-1], signature, b"m")
    assert not verify(key.public, signature + b"\x00", b"m")
    assert not verify(b"", b"", b"m")
    for wrong in (b"", b"x" * 31, b"x" * 33):
        with pytest.raises(ValueError, match="32 bytes"):
            SigningKey.from_seed(wrong)
        with pytest.raises(ValueError, match="32 bytes"):
            device_id(wrong)


def test_a_device_is_named_by_its_key() -> None:
    """Sixteen characters that every base32 reader turns back into the beginning of the key's hash."""
    key = SigningKey.generate(b"\x08" * 32)
    name = device_id(key.public)
    assert base64.b32decode(name.upper()) == hashlib.sha256(key.public).digest()[:10]
    assert len(name) == 16
    assert name == name.lower()


def test_the_seed_is_never_shown() -> None:
    """A representation, as logs and tracebacks have it, names the device only."""
    key = SigningKey.from_seed(b"\xab" * 32)
    assert repr(key) == f"SigningKey({device_id(key.public)})"
    assert key.seed == b"\xab" * 32
