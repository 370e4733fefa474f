"""Photos made for these tests, with invented contents."""

import struct
import zlib
from datetime import datetime, timedelta, timezone
from io import BytesIO
from typing import Any

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

NOW = datetime(2026, 11, 20, 21, 30, tzinfo=timezone(timedelta(hours=8)))
RED, GREEN, BLUE, WHITE = (220, 20, 20), (20, 200, 20), (20, 20, 220), (240, 240, 240)


def encode(image: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    """The picture as a file of this format."""
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def quarters(width: int = 64, height: int = 48) -> Image.Image:
    """A picture that shows how it is turned: red, green above; blue, white below."""
    image = Image.new("RGB", (width, height), RED)
    half, middle = width // 2, height // 2
    image.paste(GREEN, (half, 0, width, middle))
    image.paste(BLUE, (0, middle, half, height))
    image.paste(WHITE, (half, middle, width, height))
    return image


def noise(width: int = 400, height: int = 300) -> Image.Image:
    """A picture that does not compress to nothing."""
    return Image.effect_noise((width, height), 80).convert("RGB")


def rational(*parts: tuple[int, int]) -> tuple[IFDRational, ...]:
    """EXIF rationals."""
    return tuple(IFDRational(above, below) for above, below in parts)


def camera_exif(
    *,
    taken: str | None = "2026:11:20 20:15:42",
    offset: str | None = "+08:00",
    gps: dict[int, Any] | None = None,
    orientation: int = 1,
    make: str = "HUAWEI",
    model: str = "ALT-AL10",
    software: str | None = None,
) -> Image.Exif:
    """The EXIF block of an invented phone."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F], exif[0x0110] = make, model
    if software is not None:
        exif[0x0131] = software
    inner = exif.get_ifd(0x8769)
    if taken is not None:
        inner[0x9003] = taken
    if offset is not None:
        inner[0x9011] = offset
    if gps is not None:
        exif.get_ifd(0x8825).update(gps)
    return exif


def here(**changes: Any) -> dict[int, Any]:
    """A GPS block somewhere in the Yangtze delta: 30°15'30.5"N 120°9'12.25"E, ± 4.2 m."""
    block: dict[int, Any] = {
        1: "N",
        2: rational((30, 1), (15, 1), (305, 10)),
        3: "E",
        4: rational((120, 1), (9, 1), (1225, 100)),
        31: IFDRational(42, 10),
    }
    names = {"lat_ref": 1, "lat": 2, "lon_ref": 3, "lon": 4, "error": 31}
    for name, value in changes.items():
        if value is None:
            del block[names[name]]
        else:
            block[names[name]] = value
    return block


def camera_photo(**changes: Any) -> bytes:
    """A photo as the invented phone writes it, with a place."""
    return encode(noise(), exif=camera_exif(**({"gps": here()} | changes)))


def png_bomb(side: int = 9000) -> bytes:
    """A few kilobytes that claim, and hold, `side` × `side` pixels of one bit."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    lines = (b"\0" * (1 + (side + 7) // 8)) * side
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(lines, 9))
        + chunk(b"IEND", b"")
    )
