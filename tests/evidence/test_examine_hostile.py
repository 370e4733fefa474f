"""Hostile and broken files: the hash is right, the reason is named, the program lives."""

import hashlib
import random
import zipfile
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from inspector.evidence import limits
from inspector.evidence.examine import Examiner
from inspector.evidence.facts import FLAGS, PhotoFacts
from tests.evidence.photo_samples import (
    NOW,
    camera_exif,
    camera_photo,
    encode,
    here,
    noise,
    png_bomb,
    quarters,
)

PHOTO = camera_photo()


def kept(examiner: Examiner, data: bytes) -> PhotoFacts:
    """Examine, and check what holds for every file."""
    facts = examiner.examine(data, NOW)
    assert facts.sha256 == hashlib.sha256(data).hexdigest()
    assert facts.bytes == len(data)
    assert set(facts.flags) <= set(FLAGS)
    return facts


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_half_copied_files_are_noticed(examiner: Examiner, form: str, share: float) -> None:
    """A file cut short anywhere is not readable, and says that it is cut."""
    data = encode(noise(), form)
    facts = kept(examiner, data[: int(len(data) * share)])
    assert not facts.readable
    assert "truncated" in facts.flags


def test_metadata_of_a_cut_photo_is_still_read(examiner: Examiner) -> None:
    """What the head of a broken photo says remains evidence."""
    facts = kept(examiner, PHOTO[: len(PHOTO) // 2])
    assert (facts.taken, facts.device, facts.flags) == (
        "2026-11-20T20:15:42",
        "HUAWEI ALT-AL10",
        ("truncated",),
    )


def test_a_decompression_bomb_is_not_decoded(examiner: Examiner) -> None:
    """Ten kilobytes that would become 81 million pixels are refused by their stated size."""
    bomb = png_bomb()
    assert len(bomb) < 20_000
    facts = kept(examiner, bomb)
    assert (facts.width, facts.height, facts.readable) == (9000, 9000, False)
    assert "too_large" in facts.flags
    assert examiner.preview(bomb, 40, 20) is None
    assert examiner.thumbnail(bomb, 100) is None


def test_a_photo_too_large_to_decode_still_says_when_and_where(examiner: Examiner) -> None:
    """The head of a phone's 100-megapixel photo is read though its pixels are not."""
    data = camera_photo()
    frame = data.index(b"\xff\xc0") + 5
    giant = data[:frame] + (12_000).to_bytes(2, "big") + (9_000).to_bytes(2, "big") + data[frame + 4 :]
    facts = kept(examiner, giant)
    assert (facts.width, facts.height, facts.flags) == (9000, 12000, ("too_large",))
    assert (facts.taken, facts.device) == ("2026-11-20T20:15:42", "HUAWEI ALT-AL10")
    assert facts.position is not None


def test_too_many_bytes_are_hashed_but_not_decoded(examiner: Examiner) -> None:
    """Above the file limit nothing is decoded."""
    facts = kept(examiner, PHOTO + b"\0" * limits.MAX_FILE_BYTES)
    assert facts.flags == ("too_large",)


@pytest.mark.parametrize("form", ["GIF", "TIFF", "BMP", "EPS", "PPM", "ICO"])
def test_other_formats_are_never_opened(examiner: Examiner, form: str) -> None:
    """Only the allowed formats reach a decoder, whatever the file is called."""
    facts = kept(examiner, encode(quarters(), form))
    assert (facts.media_type, facts.flags, facts.width) == ("application/octet-stream", ("unknown_type",), 0)


def test_a_format_behind_a_false_head_is_not_opened(examiner: Examiner) -> None:
    """A GIF or TIFF with the first bytes of a JPEG gets the JPEG decoder, which refuses it."""
    for form in ("GIF", "TIFF", "EPS"):
        facts = kept(examiner, b"\xff\xd8\xff" + encode(quarters(), form))
        assert (facts.media_type, facts.readable) == ("image/jpeg", False)


def test_a_photo_that_is_also_an_archive_is_a_photo(examiner: Examiner) -> None:
    """A JPEG with a ZIP behind it keeps the hash of all its bytes and is examined as a JPEG."""
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("../evil.sh", "rm -rf /")
    facts = kept(examiner, PHOTO + archive.getvalue())
    assert (facts.media_type, facts.readable, facts.flags) == ("image/jpeg", True, ())


def test_huge_and_broken_exif_does_not_hide_the_picture(examiner: Examiner) -> None:
    """Half a megabyte of EXIF is read; a garbled block is flagged and the picture still shows."""
    exif = camera_exif(gps=here())
    exif.get_ifd(0x8769)[0x927C] = b"M" * 500_000
    assert kept(examiner, encode(noise(), "PNG", exif=exif)).flags == ()
    garbled = encode(noise(), exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + bytes(range(256)) * 20)
    facts = kept(examiner, garbled)
    assert facts.readable
    assert {"irregular", "no_exif"} & set(facts.flags)
    assert examiner.preview(garbled, 20, 10) is not None


@pytest.mark.parametrize("mode", ["CMYK", "L", "1", "P", "LA", "RGBA", "I;16"])
def test_unusual_colours_are_shown(examiner: Examiner, mode: str) -> None:
    """Printing colours, greys, palettes, transparency and 16 bits decode and preview."""
    image = Image.new("I;16", (64, 48), 40_000) if mode == "I;16" else noise(64, 48).convert(mode)
    data = encode(image, "JPEG" if mode == "CMYK" else "PNG")
    assert kept(examiner, data).readable
    cells = examiner.preview(data, 16, 6)
    assert cells is not None
    if mode == "I;16":
        assert cells.rows[0][0][0] == (156, 156, 156)


def test_random_bit_flips_never_hurt(examiner: Examiner) -> None:
    """Photos with flipped bits are examined and previewed or refused with a reason."""
    dice = random.Random(7)
    for data in (PHOTO, encode(quarters(), "PNG"), encode(quarters(), "WEBP", exif=camera_exif(gps=here()))):
        for _ in range(40):
            flipped = bytearray(data)
            for _ in range(dice.randint(1, 8)):
                flipped[dice.randrange(len(flipped))] ^= 1 << dice.randrange(8)
            facts = kept(examiner, bytes(flipped))
            assert facts.readable or facts.flags
            examiner.preview(bytes(flipped), 8, 4)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    head=st.sampled_from(
        [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x10\0\0\0WEBPVP8 ", b"\0\0\0\x18ftypheic"]
    ),
    rest=st.binary(max_size=400),
)
def test_arbitrary_bytes_give_facts(examiner: Examiner, head: bytes, rest: bytes) -> None:
    """No bytes whatever raise out of examining; what cannot be shown has a flag."""
    facts = kept(examiner, head + rest)
    assert facts.readable or facts.flags


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    at=st.integers(0, 700),
    patch=st.binary(min_size=1, max_size=12),
    cut=st.integers(0, 3),
)
def test_mutations_of_the_head_of_a_photo_give_facts(
    examiner: Examiner, at: int, patch: bytes, cut: int
) -> None:
    """Overwriting or removing bytes in the headers and the EXIF block of a photo never raises."""
    kept(examiner, PHOTO[:at] + patch + PHOTO[at + len(patch) + cut :])
