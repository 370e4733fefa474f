"""A command that is written wrongly is answered in the language of the person, with how it is written."""

from pathlib import Path

import pytest

from inspector import language
from inspector.domain.case import check_edition
from inspector.errors import UsageError
from tests.cli.command_line import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A folder without a workspace."""
    return Desk(tmp_path, workspace=False)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("export", "case", "x", "--out", "a.zip"), "缺少选项 --reason"),
        (("inspect", "show"), "缺少 "),
        (("task", "import", "a.xlsx", "--as", "甲"), "没有选项 --as"),
        (("checklist", "nothing"), "没有命令“nothing”"),
        (("export", "geojson", "--out", "a", "--grid", "G05"), "多写了：G05"),
        (("export", "case", "x", "--reason"), "选项 --reason 后面要写内容"),
        (("activity", "list", "--nonsense"), "没有选项 --nonsense"),
        (("--nonsense",), "没有选项 --nonsense"),
    ],
)
def test_a_mistake_is_told_in_chinese(desk: Desk, words: tuple[str, ...], said: str) -> None:
    """What is wrong, how the command is written, where all options are; status 2, nothing on standard output."""
    done = desk.run(*words)
    assert (done.status, done.out) == (2, "")
    assert said in done.err
    assert "写法" in done.err
    assert " -h" in done.err
    assert "Error" not in done.err


def test_english_people_get_it_in_english(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Click says it."""
    monkeypatch.setattr(language, "_chosen", "en")
    assert "No such command" in desk.run("checklist", "nothing").err


def test_programs_get_both(desk: Desk) -> None:
    """The document of a mistake holds the Chinese and the English sentence."""
    error = desk.run("checklist", "nothing", "--json").json["error"]
    assert "没有命令" in error["message"]
    assert "No such command" in error["message_en"]


def test_an_edition_is_known_by_the_word_on_the_screen() -> None:
    """What the screens and the guide call an edition may be given to the command; another word lists both."""
    assert (check_edition("公开件"), check_edition("内部卷")) == ("redacted", "internal")
    with pytest.raises(UsageError, match="外部"):
        check_edition("外部")
