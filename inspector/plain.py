"""Text from anywhere, made harmless for a terminal: no control byte of it acts, nothing of it is hidden.

C0 controls become their pictures (U+2400 …); C1 controls, bidirectional controls, invisible characters and lone
surrogates become U+FFFD. What is stored is not touched; this is only how it is shown.
"""

import re

_C0 = {code: 0x2400 + code for code in range(32)} | {0x7F: 0x2421}
_HIDDEN = re.compile(
    "[\x80-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_KEEP_LAYOUT = {code: picture for code, picture in _C0.items() if code not in (9, 10)}


def safe_text(text: str) -> str:
    """Harmless text that may have line breaks and tabs."""
    return _HIDDEN.sub("\ufffd", text.translate(_KEEP_LAYOUT))


def safe_line(text: str) -> str:
    """Harmless text on one line: a line break shows as its picture."""
    return _HIDDEN.sub("\ufffd", text.translate(_C0))


def inert_json(document: str) -> str:
    """A JSON document whose invisible and bidirectional characters are escaped: the same value, and nothing acts."""
    return _HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", document)
