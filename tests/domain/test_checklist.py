"""The values of a checklist: words in both languages, names for rules, what a document may print."""

import subprocess
import sys

import pytest

from inspector import language
from inspector.domain.checklist import AnswerSpec, Checklist, Item, LegalBasis, Words, answer_name


def test_words_speak_the_language_of_the_process() -> None:
    """`str()` of words follows the language that was chosen."""
    words = Words("作业", "homework")
    assert str(words) == "作业"
    language.use("en")
    try:
        assert str(words) == "homework"
    finally:
        language.use("zh")


def test_items_are_found_by_code() -> None:
    """An item is found by its code and called by rules with underscores."""
    item = Item("T-LIC-01", Words("题", "q"), AnswerSpec("yes_no"), 1, "education")
    checklist = Checklist("T-LIC", "1", Words("证", "l"), "enterprise", ("training",), (item,), "0" * 64)
    assert checklist.item("T-LIC-01") is item
    assert item.name == answer_name("T-LIC-01") == "T_LIC_01"
    with pytest.raises(KeyError):
        checklist.item("T-LIC-02")


def test_an_unverified_article_is_never_printed() -> None:
    """A citation carries its article only when somebody has read it in the source."""
    name = Words("广告法", "Advertising Law")
    verified = LegalBasis("ad-24", name, "2021年修正", "第二十四条", "verified")
    doubtful = LegalBasis("ad-99", name, "2021年修正", "第九十九条", "unverified")
    assert verified.citation("2026-01-10") == "《广告法》（2021年修正）第二十四条"
    assert doubtful.citation("2026-01-10") == "《广告法》（2021年修正）（条号待法制审核）"


def test_importing_loads_nothing_heavy() -> None:
    """The values can be imported without YAML, JSON Schema or the rule language."""
    code = "import sys, inspector.domain.checklist; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    ).stdout.split()
    assert not {"yaml", "jsonschema", "cel_expr_python", "textual", "sqlalchemy"} & set(loaded)
