"""What kind of picture some bytes are, by their first bytes alone; names and endings are not believed."""

JPEG = "image/jpeg"
PNG = "image/png"
WEBP = "image/webp"
HEIC = "image/heic"
OTHER = "application/octet-stream"

EXTENSIONS = frozenset({".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif"})
"""Endings by which photos are found on a card."""

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_HEIF_BRANDS = frozenset({b"mif1", b"msf1"})


def media_type(data: bytes) -> str:
    """JPEG, PNG, WEBP, HEIC or OTHER."""
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    return HEIC if _is_heic(data) else OTHER


def _is_heic(data: bytes) -> bool:
    """An ISO base media file (ISO/IEC 23008-12) whose brands name HEVC pictures; AVIF shares `mif1`."""
    if data[4:8] != b"ftyp":
        return False
    end = min(int.from_bytes(data[:4], "big"), 256)
    brands = {data[8:12]} | {data[at : at + 4] for at in range(16, end - 3, 4)}
    return bool(brands & _HEIC_BRANDS) or (bool(brands & _HEIF_BRANDS) and b"avif" not in brands)


def cut_short(data: bytes, kind: str) -> bool:
    """Whether a WebP or HEIC file is shorter than it says itself; their decoders do not name that reason."""
    if kind == WEBP:
        return int.from_bytes(data[4:8], "little") + 8 > len(data)
    if kind != HEIC:
        return False
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        if size < 8:  # 0: up to the end of the file
            return False
        at += size
    return at > len(data)
