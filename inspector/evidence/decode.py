"""Opening pictures with Pillow. Runs in the decoding child only: what is opened here is not trusted.

Gives back plain JSON values exactly as the file states them; `reading` judges them, in the parent.
"""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from PIL import Image

from inspector.evidence import limits, media

_FORMATS = {media.JPEG: "JPEG", media.PNG: "PNG", media.WEBP: "WEBP", media.HEIC: "HEIF"}
_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_ORIENTATION = 0x0112
_MAIN_TEXTS = {"make": 0x010F, "model": 0x0110, "software": 0x0131, "processing": 0x000B}
_EXIF_TEXTS = {"taken": 0x9003, "offset": 0x9011, "comment": 0x9286}
_GPS_TEXTS = {"lat_ref": 1, "lon_ref": 3}
_GPS_NUMBERS = {"lat": 2, "lon": 4, "error": 31}
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class NotDecodedError(Exception):
    """The picture cannot be opened; `reason` is a flag's code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def prepare() -> None:
    """Load the decoders before limits are set and before the first photo waits for them."""
    Image.preinit()
    from PIL import WebPImagePlugin  # noqa: F401

    # Pillow would refuse at opening; the head of a picture too large to decode is still to be read.
    Image.MAX_IMAGE_PIXELS = None


def describe(data: bytes, kind: str) -> dict[str, Any]:
    """Size, orientation, metadata, and whether all of it decodes: `failure` is "" or a flag's code."""
    found: dict[str, Any] = {"failure": "", "irregular": False}
    with warnings.catch_warnings(record=True) as odd:
        warnings.simplefilter("always")
        try:
            with _open(data, kind) as image:
                found["width"], found["height"] = image.size
                if kind == media.JPEG:  # the others may decode pixels to find their metadata
                    found |= _metadata(image)
                _bounded(image)
                found["frames"] = getattr(image, "n_frames", 1)
                if kind != media.JPEG:
                    found |= _metadata(image)
                with _naming_reasons(data, kind):
                    _load(image, kind, (1, 1))
        except NotDecodedError as error:
            found["failure"] = error.reason
        found["irregular"] = found["irregular"] or bool(odd)
    return found


def scaled(data: bytes, kind: str, width: int, height: int) -> tuple[int, int, bytes]:
    """The picture, turned upright, within `width` × `height`: (width, height, RGB bytes).

    Raises:
        NotDecodedError: it cannot be opened.
    """
    image = _upright(data, kind, width, height)
    return image.width, image.height, image.tobytes()


def thumbnail(data: bytes, kind: str, longest: int) -> bytes:
    """A small upright JPEG without any metadata.

    Raises:
        NotDecodedError: it cannot be opened.
    """
    out = BytesIO()
    _upright(data, kind, longest, longest).save(out, "JPEG", quality=80)
    return out.getvalue()


def masked(data: bytes, kind: str, boxes: Sequence[Sequence[int]], margin: int) -> bytes:
    """An upright JPEG without any metadata, in which these boxes are black.

    Args:
        boxes: left, top, width, height in thousandths of the upright picture.
        margin: by how much each grows on every side, thousandths.

    Raises:
        NotDecodedError: it cannot be opened.
    """
    longest = limits.MAX_THUMBNAIL_PIXELS
    image = _upright(data, kind, longest, longest)
    for left, top, wide, high in boxes:
        area = (
            max(left - margin, 0) * image.width // 1000,
            max(top - margin, 0) * image.height // 1000,
            -(-min(left + wide + margin, 1000) * image.width // 1000),
            -(-min(top + high + margin, 1000) * image.height // 1000),
        )
        image.paste((0, 0, 0), area)
    # A picture of its own: what hangs on the opened one (EXIF, comments, profiles) stays behind.
    plain = Image.frombytes("RGB", image.size, image.tobytes())
    out = BytesIO()
    plain.save(out, "JPEG", quality=88, subsampling=0)
    return out.getvalue()


@contextmanager
def _naming_reasons(data: bytes, kind: str) -> Iterator[None]:
    """Turn what decoders raise on foreign bytes, which is anything, into the code of a flag."""
    try:
        yield
    except NotDecodedError:
        raise
    except MemoryError:
        raise NotDecodedError("too_large") from None
    except Exception as error:
        short = "truncated" in str(error).lower() or media.cut_short(data, kind)
        raise NotDecodedError("truncated" if short else "unreadable") from error


def _open(data: bytes, kind: str) -> Image.Image:
    """The picture by the one decoder that its first bytes name; its pixels are not decoded yet."""
    if kind not in _FORMATS:
        raise NotDecodedError("unknown_type")
    if kind == media.HEIC:
        _register_heic()
    with _naming_reasons(data, kind):
        return Image.open(BytesIO(data), formats=[_FORMATS[kind]])


def _register_heic() -> None:
    try:
        import pillow_heif
    except ImportError:
        raise NotDecodedError("heic_not_supported") from None
    pillow_heif.register_heif_opener()


def _bounded(image: Image.Image) -> None:
    if image.width * image.height > limits.MAX_PIXELS:
        raise NotDecodedError("too_large")


def _load(image: Image.Image, kind: str, box: tuple[int, int]) -> None:
    """Decode all of the data, so that a cut file shows; a JPEG into few pixels, as `box` allows.

    Only JPEG is drafted: a HEIC would answer with the thumbnail inside it, which may show another scene.
    """
    if kind == media.JPEG:
        image.draft("RGB", box)
    image.load()


def _upright(data: bytes, kind: str, width: int, height: int) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with _open(data, kind) as image:
            _bounded(image)
            turn = _TURNS.get(_orientation(image))
            sideways = turn in {_TURNS[5], _TURNS[6], _TURNS[7], _TURNS[8]}
            box = (height, width) if sideways else (width, height)
            with _naming_reasons(data, kind):
                _load(image, kind, box)
                small = _rgb(_shrink(image, kind, box), transparent="transparency" in image.info)
                return small.transpose(turn) if turn is not None else small


def _shrink(image: Image.Image, kind: str, box: tuple[int, int]) -> Image.Image:
    """Within the box, never enlarged; 16-bit greys become 8-bit, which can be averaged."""
    if image.mode.startswith("I"):
        deep = image if image.mode in {"I", "I;16"} else image.convert("I")
        image = deep.point(lambda value: value * (1 / 256)).convert("L")
    nearest = image.mode in {"P", "1"}  # palettes cannot be averaged
    image.thumbnail(
        box,
        Image.Resampling.NEAREST if nearest else Image.Resampling.BICUBIC,
        reducing_gap=2.0 if kind == media.JPEG else None,  # a gap would draft again
    )
    return image


def _rgb(image: Image.Image, *, transparent: bool) -> Image.Image:
    """In plain RGB, transparency on white."""
    if "A" in image.mode or transparent:
        layer = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
    return image.convert("RGB")


def _orientation(image: Image.Image) -> int:
    """EXIF orientation, 1 to 8; 1 where it is missing or nonsense."""
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - a broken EXIF block must not hide the picture
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _metadata(image: Image.Image) -> dict[str, Any]:
    """What the EXIF block says, unjudged; `irregular` where parts of it cannot be read."""
    found: dict[str, Any] = {"orientation": _orientation(image), "exif": False, "texts": {}, "gps": {}}
    try:
        exif = image.getexif()
        found["exif"] = bool(exif)
        found["texts"] |= _texts(exif, _MAIN_TEXTS)
        found["texts"] |= _texts(exif.get_ifd(_EXIF_IFD), _EXIF_TEXTS)
        gps = exif.get_ifd(_GPS_IFD)
        found["gps"] = _texts(gps, _GPS_TEXTS) | {
            name: _fractions(gps[tag]) for name, tag in _GPS_NUMBERS.items() if tag in gps
        }
        if "software" not in found["texts"]:
            found["texts"] |= _texts(image.info, {"software": "Software"})
    except Exception:  # noqa: BLE001 - what was read so far is kept; the rest is flagged
        found["irregular"] = True
    return found


def _texts(block: Any, tags: dict[str, Any]) -> dict[str, str]:
    return {name: _text(block[tag]) for name, tag in tags.items() if tag in block}


def _text(value: object) -> str:
    if isinstance(value, bytes):
        value = value[: limits.MAX_TEXT * 4].decode("utf-8", "replace")
    return str(value)[: limits.MAX_TEXT].strip("\0 ")


def _fractions(value: object) -> list[list[int]]:
    """EXIF rationals as [numerator, denominator]; empty where they are something else."""
    parts = value if isinstance(value, tuple) else (value,)
    try:
        return [[int(part.numerator), int(part.denominator)] for part in parts[:3]]
    except (AttributeError, TypeError, ValueError):
        return []
