"""What rules look at, in words: answers by their labels, facts of the site and of the day by theirs."""

from collections.abc import Mapping
from typing import Any

from inspector.domain.answers import answer_words
from inspector.domain.calendar import DAY_KINDS, WEEKDAY_LABELS
from inspector.domain.checklist import Item, Words
from inspector.domain.site_facts import BY_NAME

SITE_VALUES: Mapping[str, Words] = {
    "training": Words("培训场所", "training site"),
    "campus": Words("校园", "campus"),
    "held": Words("持有", "held"),
    "none": Words("无", "none"),
    "pending": Words("正在办理", "pending"),
    "unclear": Words("不明", "unclear"),
    "business": Words("营业执照", "business licence"),
    "civil": Words("民非登记", "civil registration"),
    "both": Words("营业执照和民非登记", "both"),
    "open": Words("在营", "open"),
    "closed": Words("已关停", "closed"),
    "transformed": Words("已转型", "transformed"),
    "long-term": Words("长期", "long-term"),
    "subject": Words("学科类", "academic subjects"),
    "non_subject": Words("非学科类", "no academic subjects"),
    "daycare": Words("托管", "day care"),
    "unknown": Words("不明", "unknown"),
}
"""Values of facts of a site that are choices or dates (`site_facts.FIELDS`)."""

NOT_KNOWN = Words("不知道", "not known")
_TYPED = frozenset(("choice", "date"))
_MOST = 200


def value_words(root: str, name: str, value: Any, items: Mapping[str, Item]) -> Words:
    """What a rule saw under `root.name`, for people.

    Args:
        items: by rule name ("T_LIC_01"), as far as they are known.
    """
    if root == "answers" and name in items:
        item = items[name]
        if item.answer.type == "roster" and isinstance(value, list):
            return Words(f"{len(value)} 行", f"{len(value)} rows")
        return _short(answer_words(item, value))
    if isinstance(value, bool):
        return Words("是", "yes") if value else Words("否", "no")
    known: Mapping[str, Words] = {}
    if root == "site" and name in BY_NAME and BY_NAME[name].type in _TYPED:
        known = SITE_VALUES
    elif root == "day":
        known = {**DAY_KINDS, **WEEKDAY_LABELS}
    if isinstance(value, list | tuple):
        parts = [value_words("params", name, part, items) for part in value]
        return _short(Words("、".join(p.zh for p in parts), ", ".join(p.en for p in parts)))
    text = str(value)
    return known.get(text, _short(Words(text, text)))


def _short(words: Words) -> Words:
    if max(len(words.zh), len(words.en)) <= _MOST:
        return words
    return Words(words.zh[:_MOST] + "…", words.en[:_MOST] + "…")
