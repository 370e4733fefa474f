"""Codes for cameras (QR) on papers."""

import io

MODULE_PIXELS = 8


def qr_png(text: str) -> bytes:
    """A QR code as PNG, black on white with its quiet zone; the same text gives the same bytes."""
    import segno

    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=MODULE_PIXELS, border=4)
    return out.getvalue()
