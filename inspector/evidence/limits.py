"""What a photo may cost. One table, so that intake, examination and documentation say the same numbers."""

from typing import Final

MAX_FILE_BYTES: Final = 32 * 1024 * 1024
"""The largest photo file taken in."""

MAX_PIXELS: Final = 50 * 1024 * 1024
"""The largest picture decoded. A phone's "50 megapixel" mode is 8192 × 6144, which fits."""

CHILD_MEMORY_BYTES: Final = 512 * 1024 * 1024
"""Address space of the decoding child, where the system can bound it (POSIX)."""

CHILD_SECONDS: Final = 10
"""Seconds for one photo: of processor time where the system can bound it, of wall time everywhere."""

CHILD_START_SECONDS: Final = 30
"""Seconds for a decoding child to come up; a cold disk at night is slow."""

CHILD_PHOTOS: Final = 256
"""Photos after which a decoding child is replaced, so that what a decoder leaks stays small."""

MAX_HEADER_BYTES: Final = 64 * 1024
"""The largest JSON header between parent and child."""

MAX_PREVIEW_COLUMNS: Final = 500
MAX_PREVIEW_ROWS: Final = 200
"""The largest preview, in terminal cells."""

MAX_THUMBNAIL_PIXELS: Final = 4096
"""The longest side of a derived copy, in pixels."""

MAX_TEXT: Final = 120
"""Characters kept of a text inside a photo (maker, model, software)."""

MAX_NAME: Final = 80
"""Characters shown of a file name."""

FUTURE_MINUTES: Final = 10
"""How far a camera's clock may run ahead before the time is flagged."""

OLD_HOURS: Final = 72
"""After how long a photo is flagged as not of these days: a weekend between patrol and import is ordinary."""

MAX_DEPTH: Final = 6
"""Levels of folders searched below the one that was named."""

MAX_CANDIDATES: Final = 5_000
"""Photos offered from one card: the newest."""

MAX_SCANNED: Final = 100_000
"""Directory entries looked at before asking for a smaller folder."""
