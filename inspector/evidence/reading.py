"""Judging what a photo says about itself: pure, from the plain values that the decoding child gave back."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from inspector.evidence import limits, media
from inspector.evidence.facts import FLAGS, PhotoFacts, Position, in_order
from inspector.evidence.wording import plain

_TAKEN = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)", re.ASCII)
_OFFSET = re.compile(r"[+-](0\d|1[0-4]):[0-5]\d", re.ASCII)
_DEGREE = 10_000_000
_CHINA_LAT, _CHINA_LON = (3, 54), (73, 136)
_TALL = Fraction(19, 10)
_EDITORS = re.compile(
    r"photoshop|lightroom|adobe|gimp|snapseed|picsart|pixelmator|affinity|paint\.net|canva|polarr|facetune|vsco|"
    r"meitu|meiyan|beauty|b612|faceu|camera360|acdsee|美图|美颜|醒图|轻颜|修图",
    re.IGNORECASE,
)


def judge(sha256: str, size: int, kind: str, raw: Mapping[str, Any], now: datetime) -> PhotoFacts:
    """The facts of a photo.

    Args:
        raw: what `decode.describe` found; `failure` is "" or the code of a flag.
        now: the present, with its offset from UTC.
    """
    texts, flags = _strings(raw.get("texts")), set[str]()
    failure = str(raw.get("failure", ""))
    if failure:
        flags.add(failure if failure in FLAGS else "unreadable")
    seen = _whole(raw.get("width"), 1, 1 << 31) > 0
    if raw.get("irregular"):
        flags.add("irregular")
    if kind in {media.PNG, media.WEBP} and _whole(raw.get("frames"), 1, 1 << 31) > 1:
        flags.add("animated")
    text = texts.get("taken", "")
    taken, offset = _taken(text, texts.get("offset", ""))
    position, odd = _position(raw.get("gps"))
    device = _device(texts)
    if seen and raw.get("exif") is False:
        flags.add("no_exif")
    elif seen and "exif" in raw:
        flags |= {odd or ("no_position" if position is None else "")}
        flags |= {_time_flag(text, taken, offset, now)}
    if seen and _like_screenshot(kind, raw, device, texts.get("comment", "")):
        flags.add("screenshot_like")
    software = texts.get("software", "")
    if _EDITORS.search(f"{software} {texts.get('processing', '')}"):
        flags.add("edited")
    return PhotoFacts(
        sha256=sha256,
        bytes=size,
        media_type=kind,
        width=_whole(raw.get("width"), 1, 1 << 31),
        height=_whole(raw.get("height"), 1, 1 << 31),
        orientation=_whole(raw.get("orientation"), 1, 8) or 1,
        taken=taken,
        taken_offset=offset,
        taken_text=text,
        position=position,
        device=device,
        software=software,
        readable=seen and not failure,
        flags=in_order(flags),
    )


def _strings(value: object) -> dict[str, str]:
    if not isinstance(value, Mapping):
        return {}
    return {str(name): plain(str(text), limits.MAX_TEXT) for name, text in value.items()}


def _whole(value: object, low: int, high: int) -> int:
    """The integer where it is one in range, else 0."""
    return value if isinstance(value, int) and low <= value <= high else 0


def _taken(text: str, offset: str) -> tuple[str | None, str | None]:
    """EXIF 2.32 "YYYY:MM:DD HH:MM:SS" with hyphens and a T, if it names a real moment."""
    match = _TAKEN.fullmatch(text)
    if match is None:
        return None, None
    written = f"{match[1]}-{match[2]}-{match[3]}T{match[4]}"
    try:
        datetime.fromisoformat(written)
    except ValueError:
        return None, None
    return written, offset if _OFFSET.fullmatch(offset) else None


def _time_flag(text: str, taken: str | None, offset: str | None, now: datetime) -> str:
    if not text:
        return "no_time"
    if taken is None:
        return "time_odd"
    moment = datetime.fromisoformat(taken + (offset or ""))
    if (
        offset is None
    ):  # most cameras write local time without saying where; the laptop's zone is the best guess
        moment = moment.replace(tzinfo=now.tzinfo)
    try:
        age = now - moment
    except OverflowError:
        return "time_odd"
    if age < -timedelta(minutes=limits.FUTURE_MINUTES):
        return "time_future"
    return "time_old" if age > timedelta(hours=limits.OLD_HOURS) else ""


def _position(gps: object) -> tuple[Position | None, str]:
    """The place and "", or what there is of it and "position_odd"; (None, "") where none was written."""
    if not isinstance(gps, Mapping) or not ("lat" in gps or "lon" in gps):
        return None, ""
    lat = _angle(gps.get("lat"), gps.get("lat_ref"), "NS", 90)
    lon = _angle(gps.get("lon"), gps.get("lon_ref"), "EW", 180)
    if lat is None or lon is None:
        return None, "position_odd"
    spread = gps.get("error")
    metres = _ratio(spread[0]) if isinstance(spread, list) and spread else None
    accuracy = -int(-metres // 1) if metres is not None and 0 <= metres <= 10_000_000 else None
    inside = _within(lat, _CHINA_LAT) and _within(lon, _CHINA_LON)
    return Position(lat, lon, accuracy), "" if inside else "position_odd"


def _within(value: int, bounds: tuple[int, int]) -> bool:
    return bounds[0] * _DEGREE <= value <= bounds[1] * _DEGREE


def _angle(parts: object, side: object, sides: str, most: int) -> int | None:
    """Degrees, minutes, seconds and a letter as an integer of 1e-7 degree; None where they make no sense."""
    letter = side.strip("\0 ").upper()[:1] if isinstance(side, str) else ""
    if not isinstance(parts, list) or not parts or not letter or letter not in sides:
        return None
    total = Fraction(0)
    for part, unit in zip(parts, (1, 60, 3600), strict=False):
        ratio = _ratio(part)
        if ratio is None or ratio < 0 or (unit > 1 and ratio >= 61):
            return None
        total += ratio / unit
    if total > most:
        return None
    whole = round(total * _DEGREE)
    return -whole if letter == sides[1] else whole


def _ratio(part: object) -> Fraction | None:
    match part:
        case [int(above), int(below)] if below != 0:
            return Fraction(above, below)
    return None


def _device(texts: Mapping[str, str]) -> str:
    """Maker and model; many models repeat their maker."""
    make, model = texts.get("make", ""), texts.get("model", "")
    if model.casefold().startswith(make.casefold()):
        return model
    return plain(f"{make} {model}", limits.MAX_TEXT)


def _like_screenshot(kind: str, raw: Mapping[str, Any], device: str, comment: str) -> bool:
    """Says so itself; or names no camera and is a PNG (cameras write none) or has a screen's shape."""
    if "screenshot" in comment.casefold():
        return True
    if device:
        return False
    width, height = _whole(raw.get("width"), 1, 1 << 31), _whole(raw.get("height"), 1, 1 << 31)
    return kind == media.PNG or max(width, height) > _TALL * max(min(width, height), 1)
