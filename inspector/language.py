"""Chinese first, English beside it: every sentence for people is written in both languages where it is used.

The process speaks one language at a time, Chinese unless `INSPECTOR_LANG=en`.
"""

import os

_ENGLISH = "en"
_chosen = os.environ.get("INSPECTOR_LANG", "zh")[:2].lower()


def use(language: str) -> None:
    """Choose the language of this process: "zh" or "en"."""
    global _chosen  # noqa: PLW0603 - one language a process, chosen at start
    _chosen = language[:2].lower()


def english() -> bool:
    """Whether this process speaks English."""
    return _chosen == _ENGLISH


def tr(zh: str, en: str) -> str:
    """The sentence in the language of this process."""
    return en if _chosen == _ENGLISH else zh
