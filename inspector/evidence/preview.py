"""A picture in terminal cells: each cell shows two pixels, one above the other, as "▀" in two colours.

Pure: RGB bytes in, colours out. Widgets turn them into segments.
"""

from dataclasses import dataclass

Colour = tuple[int, int, int]
"""Red, green, blue, each 0 to 255."""

_BLACK: Colour = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class HalfCells:
    """A picture of `width` × `height` cells; each cell is (upper colour, lower colour)."""

    width: int
    height: int
    rows: tuple[tuple[tuple[Colour, Colour], ...], ...]


def half_cells(rgb: bytes, width: int, height: int) -> HalfCells:
    """Pair the lines of a picture of `width` × `height` pixels, 3 bytes each; an odd last one gets black.

    Raises:
        ValueError: the bytes are not of that size.
    """
    if width < 1 or height < 1 or len(rgb) != width * height * 3:
        raise ValueError(f"{len(rgb)} bytes are not {width} × {height} pixels")
    flat = list(zip(rgb[0::3], rgb[1::3], rgb[2::3], strict=True))
    lines = [flat[start : start + width] for start in range(0, len(flat), width)]
    if height % 2:
        lines.append([_BLACK] * width)
    rows = tuple(
        tuple(zip(upper, lower, strict=True)) for upper, lower in zip(lines[0::2], lines[1::2], strict=True)
    )
    return HalfCells(width, len(rows), rows)
