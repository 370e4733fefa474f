"""The stages of a school (学段), from the words of a registry."""

import re

_RULES = (
    (re.compile("十二年"), ("primary", "junior", "senior")),
    (re.compile("九年"), ("primary", "junior")),
    (re.compile("完全中学|完中|初中.*高中|高中.*初中"), ("junior", "senior")),
    (re.compile("小学.*初中"), ("primary", "junior")),
    (re.compile("小学|教学点"), ("primary",)),
    (re.compile("初中|初级中学"), ("junior",)),
    (re.compile("高中|高级中学"), ("senior",)),
)
"""As the shipped checklists propose the answer of C-SL-01A; the first that fits counts."""


def stages_of(words: str) -> frozenset[str]:
    """ "primary", "junior", "senior"; empty where the words do not say."""
    return next((frozenset(found) for pattern, found in _RULES if pattern.search(words)), frozenset())
