"""Words of the field as the screens say them."""

from collections.abc import Mapping

from inspector.domain.checklist import Pack
from inspector.domain.site_facts import QUADRANT_LABELS, QuadrantCode
from inspector.language import tr

KIND_WORDS = {"training": ("培训", "training"), "campus": ("校园", "campus"), "": ("全部", "all")}

VERDICT_WORDS = {
    "violation": ("问题", "violation"),
    "hint": ("提示", "hint"),
    "unknown": ("待核", "unknown"),
    "in_order": ("正常", "in order"),
    "not_applicable": ("不涉及", "n/a"),
    "unanswered": ("", ""),
}

STATUS_WORDS = {
    "open": ("检查中", "open"),
    "concluded": ("已办结", "concluded"),
    "voided": ("已作废", "voided"),
}


def quadrant_words(code: str) -> str:
    """有证有照 and its sisters."""
    try:
        return tr(*QUADRANT_LABELS[QuadrantCode(code)])
    except ValueError:
        return ""


def size_words(size: int) -> str:
    """A number of bytes for people."""
    if size >= 1_000_000:
        return f"{size / 1_000_000:.1f} MB"
    return f"{max(1, size // 1000)} KB"


def pack_title(packs: Mapping[str, Pack], code: str) -> str:
    """What a pack is called; its code where it is not known here."""
    return str(packs[code].title) if code in packs else code
