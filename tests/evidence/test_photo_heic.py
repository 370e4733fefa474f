"""HEIC: read where its decoder is installed, kept and explained where it is not."""

import sys
from pathlib import Path
from textwrap import dedent

import pytest

from inspector.evidence.examine import Examiner
from inspector.evidence.media import media_type
from tests.evidence.photo_samples import NOW, camera_exif, encode, here, quarters

pillow_heif = pytest.importorskip("pillow_heif")


@pytest.fixture(scope="module")
def photo() -> bytes:
    """A HEIC photo with time and place, standing upright by its own rotation."""
    pillow_heif.register_heif_opener()
    return encode(quarters(640, 320), "HEIF", exif=camera_exif(gps=here(), orientation=6).tobytes())


def test_heic_is_read(examiner: Examiner, photo: bytes) -> None:
    """Time, place and picture of a HEIC are those of any other photo."""
    facts = examiner.examine(photo, NOW)
    assert (facts.media_type, facts.readable, facts.flags) == ("image/heic", True, ())
    assert facts.taken == "2026-11-20T20:15:42"
    assert facts.position is not None
    cells = examiner.preview(photo, 80, 24)
    assert cells is not None
    assert cells.width < cells.height * 2


@pytest.mark.parametrize("share", [0.02, 0.5, 0.99])
def test_a_cut_heic_is_noticed(examiner: Examiner, photo: bytes, share: float) -> None:
    """A HEIC cut short is not readable and says why."""
    facts = examiner.examine(photo[: int(len(photo) * share)], NOW)
    assert not facts.readable
    assert facts.flags


def test_without_the_decoder_the_file_is_kept_and_explained(tmp_path: Path, photo: bytes) -> None:
    """Where the extra is not installed the flag says what to do; other photos are read as ever."""
    script = tmp_path / "child.py"
    script.write_text(
        dedent(f"""
            import sys
            sys.path.append({str(Path(__file__).parents[2])!r})
            sys.modules["pillow_heif"] = None
            from inspector.evidence.worker import main
            main()
        """),
        encoding="utf-8",
    )
    with Examiner(workers=1, command=[sys.executable, "-B", str(script)]) as examiner:
        facts = examiner.examine(photo, NOW)
        assert (facts.media_type, facts.flags, facts.readable) == (
            "image/heic",
            ("heic_not_supported",),
            False,
        )
        assert "JPEG" in facts.findings[0].message
        assert examiner.preview(photo, 10, 10) is None
        assert examiner.examine(encode(quarters()), NOW).readable


def test_avif_is_not_mistaken_for_heic() -> None:
    """AVIF shares the container and a brand but not the decoder."""
    assert media_type(encode(quarters(), "AVIF")) == "application/octet-stream"
