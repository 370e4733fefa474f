"""What is checked across the school modules: negative lists, the thirty measures, papers, look-backs."""

import re
from typing import Any

import pytest

from inspector.domain.answers import read_answer
from inspector.domain.rules import Context, compile_checklist
from tests.forms.judging import LIBRARY, judge


def test_ten_points_and_thirty_measures() -> None:
    """Ten points of homework, fifteen bans and fifteen must-nots, each a yes/no question that finds something."""
    points = [item for item in LIBRARY.checklist("C-NEG").items if item.code[-1].isdigit()]
    assert [item.code for item in points] == [f"C-NEG-{n:02}" for n in range(1, 11)]
    measures = LIBRARY.checklist("C-BAN").items
    assert [item.code for item in measures] == [f"C-BAN-{n:02}" for n in range(1, 31)]
    for item in (*points, *measures):
        assert item.answer.type == "yes_no"
        assert judge(item.code, "yes").verdict == "violation"
        assert judge(item.code, "no").verdict == "in_order"
    assert all(item.photo for item in points)
    kinds = [item.help.zh[:2] for item in measures if item.help]
    assert kinds == ["严禁"] * 15 + ["不得"] * 15


def test_what_is_found_by_a_self_check_is_described() -> None:
    """The proof of a point is asked for when the point was found, and only then."""
    for module in ("C-NEG", "C-NL"):
        compiled = compile_checklist(LIBRARY.checklist(module))
        proofs = [i for i in LIBRARY.checklist(module).items if i.answer.type == "text"]
        assert proofs
        for proof in proofs:
            point = re.sub(r"[A-Z]$", "", proof.code)
            assert compiled.applies(proof.code, Context(answers={point: "yes"})) is True
            others = {point: "no", f"{point}A": "no"}
            assert compiled.applies(proof.code, Context(answers=others)) is False


def test_the_list_of_2025_has_no_made_up_points() -> None:
    """Twelve points are named by reports; every question says that number and wording are to be checked."""
    items = [i for i in LIBRARY.checklist("C-NL").items if i.answer.type == "yes_no"]
    assert [i.code for i in items if i.code[-1].isdigit()] == [f"C-NL-{n:02}" for n in range(1, 13)]
    assert all(i.help and "待核" in i.help.zh for i in items)
    assert all(i.basis == ("negative-2025",) for i in items)
    assert not LIBRARY.register["negative-2025"].verified


def test_too_much_homework_is_proposed_from_the_ten_points() -> None:
    """What was found in the first self check of the pack is offered in the second, and never from a no."""
    compiled = compile_checklist(LIBRARY.checklist("C-NL"))
    for answers, proposed in (
        ({"C-NEG-01": "no", "C-NEG-02": "yes"}, True),
        ({"C-NEG-01": "yes"}, True),
        ({"C-NEG-01": "no", "C-NEG-02": "no"}, False),
        ({"C-NEG-01": "no"}, False),
    ):
        proposal = compiled.propose("C-NL-02", Context(answers=answers))
        assert (proposal is not None) is proposed
        if proposal:
            assert read_answer(LIBRARY.checklist("C-NL").item("C-NL-02"), proposal[0]) == "yes"


def test_the_thirty_measures_lean_on_the_county_and_point_further() -> None:
    """Their numbers and words are the county's: nothing verified is cited, and the closer item exists."""
    checklist = LIBRARY.checklist("C-BAN")
    assert "县" in checklist.title.zh
    assert "由县" in LIBRARY.register["county-bans"].note
    for item in checklist.items:
        assert "county-plan" in item.basis
        assert not any(LIBRARY.register[ref].verified for ref in item.basis)
    for module in ("C-BAN", "C-NEG", "C-NL", "C-DOC"):
        for item in LIBRARY.checklist(module).items:
            for code in re.findall(r"\bC-[A-Z]+-\d\d", item.help.zh if item.help else ""):
                other = LIBRARY.checklists.get(code[:-3])
                assert other is None or other.item(code).code == code


def test_papers_are_counted() -> None:
    """What is missing or incomplete is counted when all papers were looked at, and unknown before."""
    papers = [i.code for i in LIBRARY.checklist("C-DOC").items if not i.derived]
    assert len(papers) == 22
    answers = dict.fromkeys(papers, "complete") | {
        papers[0]: "missing",
        papers[4]: "incomplete",
        papers[9]: "not_here",
    }
    compiled = compile_checklist(LIBRARY.checklist("C-DOC"))
    assert compiled.derive("C-DOC-23", Context(answers=answers))[0] == 2
    del answers[papers[21]]
    assert compiled.derive("C-DOC-23", Context(answers=answers))[0] is None


def test_papers_only_record() -> None:
    """What a paper lacks is found by the item about it; nobody is told to write records of bullying afterwards."""
    for item in LIBRARY.checklist("C-DOC").items:
        assert item.record_only
        if not item.derived:
            assert {judge(item.code, seen).verdict for seen in ("没有", "不全")} == {"hint"}
            assert {judge(item.code, seen).verdict for seen in ("齐全", "本校不涉及")} == {"in_order"}
            assert item.photo == (item.code not in ("C-DOC-15", "C-DOC-22")), item.code
    assert "不得倒补记录" in judge("C-DOC-22", "没有").reason.zh
    handling = LIBRARY.checklist("C-HS").item("C-HS-10")
    assert handling.measure is not None
    assert "不得倒补记录" in handling.measure.zh
    assert handling.deadline_days == 7


def look_back(*outcomes: str) -> list[dict[str, Any]]:
    return [{"problem": f"问题{n}", "outcome": o, "seen": "现场查看"} for n, o in enumerate(outcomes, 1)]


@pytest.mark.parametrize(
    ("outcomes", "verdict", "severity", "conclusion"),
    [
        (("kept", "kept"), "in_order", 0, "kept"),
        (("kept", "partly"), "violation", 2, "partly"),
        (("partly", "relapse"), "violation", 3, "relapse"),
        (("never",), "violation", 3, "relapse"),
    ],
)
def test_a_look_back_says_what_came_back(
    outcomes: tuple[str, ...], verdict: str, severity: int, conclusion: str
) -> None:
    """Each earlier problem by its outcome; the conclusion follows from the worst one."""
    rows = look_back(*outcomes)
    judged = judge("C-LB-01", rows)
    assert (judged.verdict, judged.severity) == (verdict, severity)
    for row in rows:
        assert (row["problem"] in judged.reason.zh) == (row["outcome"] != "kept")
    compiled = compile_checklist(LIBRARY.checklist("C-LB"))
    assert compiled.derive("C-LB-02", Context(answers={"C-LB-01": rows}))[0] == conclusion


@pytest.mark.parametrize(
    ("closed", "verdict"),
    [("2026-03-02", "hint"), ("2026-03-01", "in_order"), ("2025-12-31", "in_order"), ("2025-12-30", "hint")],
)
def test_a_look_back_has_its_time(closed: str, verdict: str) -> None:
    """From 30 to 90 days after closing; outside of that a word, and a date to come cannot be."""
    day = {"date": "2026-03-31"}
    assert judge("C-LB-03", closed, day=day).verdict == verdict
    compiled = compile_checklist(LIBRARY.checklist("C-LB"))
    assert compiled.invalid("C-LB-03", "2026-04-01", Context(day=day))
    assert not compiled.invalid("C-LB-03", "2026-03-31", Context(day=day))
