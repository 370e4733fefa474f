"""Small pictures: upright, within their box, free of metadata."""

from io import BytesIO

import pytest
from PIL import Image, ImageOps

from inspector.evidence.examine import Examiner
from inspector.evidence.preview import half_cells
from tests.evidence.photo_samples import BLUE, GREEN, NOW, RED, WHITE, camera_exif, encode, here, quarters


def near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether two colours are the same but for lossy coding."""
    return all(abs(a - b) < 40 for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_all_orientations_are_shown_upright(examiner: Examiner, orientation: int, form: str) -> None:
    """The corners of the preview are those of the picture turned by Pillow's own rule."""
    data = encode(quarters(640, 320), form, exif=camera_exif(orientation=orientation, gps=here()))
    upright = ImageOps.exif_transpose(Image.open(BytesIO(data)))
    cells = examiner.preview(data, 40, 10)
    assert cells is not None
    assert (cells.width > cells.height * 2) == (upright.width > upright.height)
    wide, high = upright.width - 9, upright.height - 9
    corners = [upright.getpixel(point) for point in ((8, 8), (wide, 8), (8, high), (wide, high))]
    rows = cells.rows
    shown = [rows[0][0][0], rows[0][-1][0], rows[-1][0][0], rows[-1][-1][0]]
    for expected, seen in zip(corners, shown, strict=True):
        assert isinstance(expected, tuple)
        assert near(expected, seen)


@pytest.mark.parametrize(
    ("size", "box"),
    [((640, 320), (40, 10)), ((300, 900), (80, 24)), ((3, 2), (80, 24)), ((2000, 5), (80, 24))],
)
def test_previews_fit_and_keep_their_shape(
    examiner: Examiner, size: tuple[int, int], box: tuple[int, int]
) -> None:
    """A preview never exceeds its box, never enlarges and every row has its width."""
    cells = examiner.preview(encode(quarters(*size), "PNG"), *box)
    assert cells is not None
    assert cells.width <= min(box[0], size[0])
    assert cells.height <= min(box[1], (size[1] + 1) // 2)
    assert len(cells.rows) == cells.height
    assert all(len(row) == cells.width for row in cells.rows)


def test_half_cells_pair_lines() -> None:
    """Each cell holds a pixel and the one below it; a lone last line has black below."""
    cells = half_cells(bytes([*RED, *GREEN, *BLUE, *WHITE, *RED, *RED]), 2, 3)
    assert cells.rows == (((RED, BLUE), (GREEN, WHITE)), ((RED, (0, 0, 0)), (RED, (0, 0, 0))))
    with pytest.raises(ValueError, match="not 2 × 2"):
        half_cells(b"abc", 2, 2)


def test_transparency_is_shown_on_white(examiner: Examiner) -> None:
    """What is see-through becomes white, not whatever colour lies beneath."""
    cells = examiner.preview(encode(Image.new("RGBA", (8, 8), (255, 0, 0, 0)), "PNG"), 8, 4)
    assert cells is not None
    assert {colour for row in cells.rows for pair in row for colour in pair} == {(255, 255, 255)}


def test_thumbnails_are_small_upright_and_bare(examiner: Examiner) -> None:
    """A derived copy is turned, bounded, and carries no place or device."""
    data = encode(quarters(640, 320), exif=camera_exif(orientation=6, gps=here()))
    small = examiner.thumbnail(data, 100)
    assert small is not None
    with Image.open(BytesIO(small)) as image:
        assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (50, 100), {})
    assert examiner.examine(small, NOW).flags == ("no_exif", "screenshot_like")


def test_what_cannot_be_decoded_has_no_preview(examiner: Examiner) -> None:
    """No picture, no preview, no error."""
    for data in (b"", b"text", encode(quarters())[:200]):
        assert examiner.preview(data, 10, 10) is None
        assert examiner.thumbnail(data, 10) is None


@pytest.mark.parametrize("box", [(0, 5), (5, 0), (501, 5), (5, 201)])
def test_boxes_are_bounded(examiner: Examiner, box: tuple[int, int]) -> None:
    """A size that no terminal has is a mistake of the caller."""
    with pytest.raises(ValueError, match="size"):
        examiner.preview(encode(quarters()), *box)
    with pytest.raises(ValueError, match="size"):
        examiner.thumbnail(encode(quarters()), 5000)
