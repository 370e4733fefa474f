"""Contact sheets: small pictures with their numbers, many on a page. Only pixels come from the decoding child."""

from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING

from inspector.evidence.examine import Examiner

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

COLUMNS, ROWS = 4, 5
TILE_WIDTH, TILE_HEIGHT, LABEL_HEIGHT, GAP = 300, 300, 34, 12
PER_SHEET = COLUMNS * ROWS
_WHITE, _GREY, _BLACK = (255, 255, 255), (225, 225, 225), (0, 0, 0)

Shot = tuple[str, Callable[[], bytes | None]]
"""A number, and what reads the photo; None where it is not to be shown."""


def sheets(shots: Iterable[Shot], examiner: Examiner) -> Iterator[bytes]:
    """The sheets as JPEG, one after another; one photo is in memory at a time."""
    left = iter(shots)
    while page := tuple(islice(left, PER_SHEET)):
        yield _sheet(page, examiner)


def _sheet(page: tuple[Shot, ...], examiner: Examiner) -> bytes:
    from PIL import Image, ImageDraw, ImageFont

    rows = -(-len(page) // COLUMNS)
    size = (
        COLUMNS * (TILE_WIDTH + GAP) + GAP,
        rows * (TILE_HEIGHT + LABEL_HEIGHT + GAP) + GAP,
    )
    sheet = Image.new("RGB", size, _WHITE)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(24)
    for place, (label, read) in enumerate(page):
        left = GAP + place % COLUMNS * (TILE_WIDTH + GAP)
        top = GAP + place // COLUMNS * (TILE_HEIGHT + LABEL_HEIGHT + GAP)
        picture = _small(read(), examiner)
        if picture is None:
            box = (left, top, left + TILE_WIDTH, top + TILE_HEIGHT)
            draw.rectangle(box, fill=_GREY)
        else:
            at = (left + (TILE_WIDTH - picture.width) // 2, top + (TILE_HEIGHT - picture.height) // 2)
            sheet.paste(picture, at)
        middle = (left + TILE_WIDTH // 2, top + TILE_HEIGHT + LABEL_HEIGHT // 2)
        draw.text(middle, label, fill=_BLACK, font=font, anchor="mm")
    out = BytesIO()
    sheet.save(out, "JPEG", quality=82)
    return out.getvalue()


def _small(data: bytes | None, examiner: Examiner) -> "Picture | None":
    from PIL import Image

    found = None if data is None else examiner.pixels(data, TILE_WIDTH, TILE_HEIGHT)
    if found is None:
        return None
    width, height, rgb = found
    return Image.frombytes("RGB", (width, height), rgb)
