"""What a photo says about itself is recorded as written, and flagged where it is odd."""

import hashlib
import json
from typing import Any

import pytest
from PIL.PngImagePlugin import PngInfo

from inspector.evidence.examine import Examiner, examine
from inspector.evidence.facts import FLAGS, PhotoFacts, Position, flag
from tests.evidence.photo_samples import (
    NOW,
    camera_exif,
    camera_photo,
    encode,
    here,
    noise,
    quarters,
    rational,
)


def test_a_phone_photo_is_read_completely(examiner: Examiner) -> None:
    """Time, offset, place, device and size of an ordinary photo are there and nothing is flagged."""
    data = camera_photo(orientation=6)
    facts = examiner.examine(data, NOW)
    assert facts.sha256 == hashlib.sha256(data).hexdigest()
    assert (facts.bytes, facts.media_type, facts.readable) == (len(data), "image/jpeg", True)
    assert (facts.width, facts.height, facts.orientation) == (400, 300, 6)
    assert (facts.taken, facts.taken_offset) == ("2026-11-20T20:15:42", "+08:00")
    assert facts.position == Position(302584722, 1201534028, 5)
    assert facts.device == "HUAWEI ALT-AL10"
    assert facts.flags == ()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_every_format_carries_its_metadata(examiner: Examiner, form: str) -> None:
    """EXIF is read from each of the formats, and the type is told by content."""
    facts = examiner.examine(encode(noise(), form, exif=camera_exif(gps=here())), NOW)
    assert facts.media_type == f"image/{form.lower()}"
    assert (facts.taken, facts.flags) == ("2026-11-20T20:15:42", ())


def test_facts_survive_as_entry_data(examiner: Examiner) -> None:
    """to_data is plain JSON without floats or nulls and gives the same facts back."""

    def no_float(text: str) -> Any:
        raise AssertionError(f"float {text}")

    for data in (
        camera_photo(),
        encode(quarters()),
        b"not a picture",
        camera_photo(taken="0000:00:00 00:00:00"),
    ):
        facts = examiner.examine(data, NOW)
        text = json.dumps(facts.to_data())
        assert "null" not in text
        assert PhotoFacts.from_data(json.loads(text, parse_float=no_float)) == facts


@pytest.mark.parametrize(
    ("taken", "offset", "code"),
    [
        ("0000:00:00 00:00:00", None, "time_odd"),
        ("2026:02:30 10:00:00", None, "time_odd"),
        ("yesterday", None, "time_odd"),
        ("2026:11:20 24:00:00", None, "time_odd"),
        (None, None, "no_time"),
        ("2026:11:20 21:45:00", "+08:00", "time_future"),
        ("2026:11:20 21:35:00", None, ""),
        ("2026:11:20 21:45:00", None, "time_future"),
        ("2026:11:20 21:45:00", "+09:00", ""),
        ("2026:11:17 21:00:00", "+08:00", "time_old"),
        ("9999:12:31 23:59:59", "-14:00", "time_future"),
        ("0001:01:01 00:00:00", "+14:00", "time_old"),
        ("2026:11:20 20:00:00", "8 hours", ""),
    ],
)
def test_times_are_flagged_never_corrected(
    examiner: Examiner, taken: str | None, offset: str | None, code: str
) -> None:
    """An odd time is flagged; what stands in the file stays visible."""
    facts = examiner.examine(camera_photo(taken=taken, offset=offset), NOW)
    assert facts.flags == ((code,) if code else ())
    assert facts.taken_text == (taken or "")
    if facts.taken is not None:
        assert facts.taken.replace("-", ":").replace("T", " ") == taken
    assert facts.taken is None or code not in {"time_odd", "no_time"}
    assert facts.taken_offset in {None, offset}


@pytest.mark.parametrize(
    ("gps", "position", "code"),
    [
        (None, None, "no_position"),
        (here(error=None), Position(302584722, 1201534028), ""),
        (here(lat=None), None, "position_odd"),
        (here(lat_ref=None), None, "position_odd"),
        (
            here(lat=rational((0, 1), (0, 1), (0, 1)), lon=rational((0, 1), (0, 1), (0, 1))),
            Position(0, 0, 5),
            "position_odd",
        ),
        (here(lat=rational((30, 0), (0, 0), (0, 0))), None, "position_odd"),
        (here(lat=rational((91, 1), (0, 1), (0, 1))), None, "position_odd"),
        (here(lat=rational((30, 1), (75, 1), (0, 1))), None, "position_odd"),
        (here(lon_ref="W"), Position(302584722, -1201534028, 5), "position_odd"),
        (here(lat_ref="S"), Position(-302584722, 1201534028, 5), "position_odd"),
        (here(lat=rational((302584722, 10_000_000))), Position(302584722, 1201534028, 5), ""),
    ],
)
def test_places_are_exact_and_flagged_when_odd(
    examiner: Examiner, gps: dict[int, Any] | None, position: Position | None, code: str
) -> None:
    """A place is an exact integer of 1e-7 degree; zero, incomplete, impossible and foreign ones are flagged."""
    facts = examiner.examine(camera_photo(gps=gps), NOW)
    assert facts.position == position
    assert facts.flags == ((code,) if code else ())


def test_a_photo_from_a_chat_app_says_nothing(examiner: Examiner) -> None:
    """Without EXIF one flag says it all."""
    facts = examiner.examine(encode(noise()), NOW)
    assert (facts.flags, facts.readable, facts.taken) == (("no_exif",), True, None)


def test_screenshots_are_noticed(examiner: Examiner) -> None:
    """A PNG without a camera, a tall JPEG without a camera and a picture that says so look like screenshots."""
    said = camera_exif(gps=here())
    said.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0Screenshot"
    assert "screenshot_like" in examiner.examine(encode(noise(), "PNG"), NOW).flags
    assert "screenshot_like" in examiner.examine(encode(noise(108, 240)), NOW).flags
    assert examiner.examine(encode(noise(), exif=said), NOW).flags == ("screenshot_like",)


def test_editors_are_noticed(examiner: Examiner) -> None:
    """The name of an image editor in the file is flagged; a phone's own firmware is not."""
    assert examiner.examine(camera_photo(software="Adobe Photoshop 27.0"), NOW).flags == ("edited",)
    assert examiner.examine(camera_photo(software="ALT-AL10 4.2.0.172"), NOW).flags == ()
    info = PngInfo()
    info.add_text("Software", "GIMP 3.0")
    assert "edited" in examiner.examine(encode(noise(), "PNG", pnginfo=info), NOW).flags


def test_text_inside_a_photo_cannot_reach_the_terminal(examiner: Examiner) -> None:
    """Escape, bidirectional and other control characters of EXIF text are replaced before anyone sees them."""
    nasty = "X\x1b]0;owned\x07\x9b31m\u202eevil"
    facts = examiner.examine(camera_photo(make="A", model=nasty, software=nasty, taken=f"2026{nasty}"), NOW)
    for text in (facts.device, facts.software, facts.taken_text):
        assert text
        assert not set(text) & set("\x1b\x07\x9b\u202e")
    assert "time_odd" in facts.flags


def test_animated_pictures_are_flagged(examiner: Examiner) -> None:
    """An animated WebP or PNG shows its first frame and says that it is animated."""
    for form in ("WEBP", "PNG"):
        moving = encode(
            quarters(), form, save_all=True, append_images=[noise(64, 48)], exif=camera_exif(gps=here())
        )
        assert examiner.examine(moving, NOW).flags == ("animated",)


def test_a_present_without_zone_is_refused(examiner: Examiner) -> None:
    """Comparing needs an offset; guessing one would make flags lie."""
    with pytest.raises(ValueError, match="offset"):
        examiner.examine(b"", NOW.replace(tzinfo=None))


def test_one_photo_alone() -> None:
    """The single call starts and ends its own child."""
    assert examine(camera_photo(), NOW).readable


def test_every_flag_speaks_both_languages() -> None:
    """Each flag has a sentence in Chinese and English; an unknown one shows its code."""
    assert all(one.zh and one.en and one.zh != one.en for one in FLAGS.values())
    assert flag("from_the_future").message == "from_the_future"
