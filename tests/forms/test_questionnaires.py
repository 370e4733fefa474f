"""Questionnaires as files: what is shipped can be asked of a pupil and counted, and packs name them as what they are."""

from dataclasses import replace
from pathlib import Path

import pytest

from inspector.domain.checklist import RESPONDENTS, Checklist, Item
from inspector.errors import BadInput
from inspector.forms.checklist_faults import COUNTED
from inspector.forms.checklists import read_checklist
from inspector.forms.library import shipped, validate_files
from inspector.forms.packs import pack_problems
from inspector.forms.places import data_root

LIBRARY = shipped()
FORMS = [found for found in LIBRARY.checklists.values() if found.form == "questionnaire"]
ITEMS = [(form, item) for form in FORMS for item in form.items]
SOURCE = (data_root() / "questionnaires" / "Q-STU.yaml").read_text("utf-8")


def test_the_shipped_forms_are_for_whom_they_say() -> None:
    """Pupils, parents and teachers of schools; parents at training sites; ten or so questions each."""
    assert {form.code: (form.respondents, form.track) for form in FORMS} == {
        "Q-STU": (("student",), "school"), "Q-PAR": (("parent",), "school"), "Q-TEA": (("teacher",), "school"),
        "Q-TPAR": (("parent",), "enterprise"),
    }  # fmt: skip
    assert all(10 <= len(form.items) <= 12 for form in FORMS)
    assert LIBRARY.pack("campus-homework").questionnaires == ("Q-STU", "Q-PAR", "Q-TEA")
    assert set().union(*(form.respondents for form in FORMS)) == set(RESPONDENTS)


@pytest.mark.parametrize(("form", "item"), ITEMS, ids=lambda found: found.code)
def test_a_question_is_answered_by_digits_and_fits_a_screen(form: Checklist, item: Item) -> None:
    """Countable, nine choices at most, one short sentence in either language, nothing that asks who one is."""
    assert item.code.startswith(form.code)
    assert item.answer.type in COUNTED
    assert len(item.answer.choices) <= 9
    assert len(item.question.zh) <= 35
    assert len(item.question.en) <= 100
    assert not any(word in item.question.zh for word in ("姓名", "电话", "身份证", "学号", "哪个班"))


def test_answers_to_a_questionnaire_cannot_be_looked_at_by_rules() -> None:
    """They are many, and only counted: no rule of a checklist may name one."""
    assert not [name for name in LIBRARY.around.answers or {} if name.startswith("Q_")]


def test_packs_name_checklists_and_questionnaires_apart() -> None:
    """In the wrong place, of the other track, for other sites, or not there: each is a fault of the pack."""
    pack = LIBRARY.pack("campus-homework")
    assert pack_problems(pack, LIBRARY.checklists, "p") == []
    wrong = replace(pack, checklists=("C-HW", "Q-STU"), questionnaires=("C-HW", "Q-TPAR", "Q-NONE"))
    words = [problem.zh for problem in pack_problems(wrong, LIBRARY.checklists, "p")]
    assert [word.split("；")[0].split("：")[0] for word in words] == [
        "Q-STU 是问卷，应写在 questionnaires 里", "C-HW 是检查表，应写在 checklists 里", "Q-TPAR 属于另一条线",
        "没有检查表 Q-NONE",
    ]  # fmt: skip
    moved = replace(pack, checklists=("C-HW",), questionnaires=("Q-TPAR",), track="enterprise")
    assert any("不用于这类场所" in problem.zh for problem in pack_problems(moved, LIBRARY.checklists, "p"))


@pytest.mark.parametrize(
    "more",
    [
        "    applies: site.stage == 'primary'\n",
        "    derived: \"'1'\"\n",
        "    fact: day.kind\n",
        "    proposal: {value: \"'1'\", zh: 猜, en: guess}\n",
    ],
)
def test_a_question_that_is_judged_is_refused(more: str) -> None:
    """A questionnaire only counts: conditions, computed answers, facts and proposals have no place in it."""
    text = SOURCE.replace("    severity: 1\n", "    severity: 1\n" + more, 1)
    with pytest.raises(BadInput) as told:
        read_checklist(text.encode(), "q.yaml")
    assert any("只计数" in problem.zh for problem in told.value.problems)


def test_a_pack_of_the_office_is_checked_with_its_questionnaire(tmp_path: Path) -> None:
    """`validate` reads both files together."""
    form, pack = tmp_path / "q.yaml", tmp_path / "p.yaml"
    form.write_text(SOURCE.replace("Q-STU", "Q-OWN"), encoding="utf-8")
    source = (data_root() / "packs" / "campus-homework.yaml").read_text("utf-8")
    pack.write_text(source.replace("[Q-STU, Q-PAR, Q-TEA]", "[Q-OWN]"), encoding="utf-8")
    assert validate_files([form, pack]) == []
    assert [problem.severity for problem in validate_files([pack])] == ["error"]
