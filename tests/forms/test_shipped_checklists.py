"""What is shipped: all items of the five modules, each with rules that its own examples prove."""

import importlib
from typing import Any

import pytest

from inspector.domain.answers import expected, read_answer, show_answer
from inspector.domain.checklist import DEPARTMENTS, SEVERITIES, Checklist, Example, Item
from inspector.domain.rules import Context, compile_checklist
from inspector.errors import BadInput, NotFound
from inspector.forms.checklists import read_register
from inspector.forms.library import example_context, load, rule_pin, shipped, validate_files
from inspector.forms.packs import pack_problems
from inspector.forms.places import data_root
from inspector.forms.shelf import Shelf, over

LIBRARY = shipped()
CHECKLISTS = {code: found for code, found in LIBRARY.checklists.items() if found.form == "checklist"}
ITEMS = [(checklist, item) for checklist in CHECKLISTS.values() for item in checklist.items]
EXAMPLES = [(checklist, item, example) for checklist, item in ITEMS for example in item.examples]


def test_all_items_of_the_five_modules_are_there() -> None:
    """Codes are those of the county's draft, without a gap."""
    counts = {"T-LIC": 15, "T-AD": 12, "T-TIME": 12, "T-STF": 12, "C-HW": 15}
    assert set(CHECKLISTS) >= set(counts)
    for code, count in counts.items():
        codes = {item.code for item in LIBRARY.checklists[code].items}
        assert codes >= {f"{code}-{number:02}" for number in range(1, count + 1)}


@pytest.mark.parametrize(("checklist", "item", "example"), EXAMPLES, ids=lambda v: getattr(v, "code", None))
def test_every_example_holds(checklist: Checklist, item: Item, example: Example) -> None:
    """Each example in the files is judged as it says, with a reason in both languages without holes."""
    value = None if example.value is None else read_answer(item, example.value)
    judged = compile_checklist(checklist).judge(item.code, value, example_context(example, LIBRARY.params))
    assert judged.verdict == example.expect, judged
    assert judged.reason.zh
    assert judged.reason.en
    if judged.verdict in ("violation", "hint"):
        assert not set("{}?") & set(judged.reason.zh + judged.reason.en)


@pytest.mark.parametrize(("checklist", "item"), ITEMS, ids=lambda v: getattr(v, "code", None))
def test_every_rule_has_both_sides(checklist: Checklist, item: Item) -> None:
    """An item with a violation has an example in violation and one in order; an item without one only records."""
    verdicts = {example.expect for example in item.examples}
    if item.violations:
        assert verdicts >= {"violation", "in_order"}
    else:
        assert item.record_only
        assert "in_order" in verdicts
    assert {item.lead, *item.partners} <= set(DEPARTMENTS)
    assert item.severity in SEVERITIES
    assert all(ref in LIBRARY.register for ref in item.basis)


@pytest.mark.parametrize(("checklist", "item"), ITEMS, ids=lambda v: getattr(v, "code", None))
def test_nothing_known_is_never_in_order(checklist: Checklist, item: Item) -> None:
    """An unanswered item is unanswered; a rule that needs more than its answer is not in order without it."""
    compiled = compile_checklist(checklist)
    verdict = compiled.judge(item.code, None, Context()).verdict
    assert verdict == ("unknown" if item.derived else "unanswered")
    for example in item.examples:
        if example.expect == "violation" and not item.derived:
            value = read_answer(item, example.value)
            assert compiled.judge(item.code, value, Context()).verdict in ("violation", "unknown")


@pytest.mark.parametrize(("checklist", "item"), ITEMS, ids=lambda v: getattr(v, "code", None))
def test_every_answer_can_be_shown_and_explained(checklist: Checklist, item: Item) -> None:
    """Values of examples are shown in words, and what is expected can be said in both languages."""
    assert expected(item.answer).zh
    assert expected(item.answer).en
    for example in item.examples:
        if example.value not in (None, []):
            assert show_answer(item, read_answer(item, example.value))


def test_invalid_answers_have_reasons() -> None:
    """More full-time staff than staff, and a check dated after today, cannot be."""
    staff = compile_checklist(LIBRARY.checklist("T-STF"))
    assert staff.invalid("T-STF-02", 9, Context(answers={"T-STF-01": 8}))[0].zh == "专职 9 人多于总数 8 人"
    assert staff.invalid("T-STF-02", 8, Context(answers={"T-STF-01": 8})) == ()
    assert staff.invalid("T-STF-02", 9, Context()) == ()
    tomorrow = Context(day={"date": "2026-01-10"})
    assert staff.invalid("T-STF-07A", "2026-01-11", tomorrow)
    assert not staff.invalid("T-STF-07A", "2026-01-10", tomorrow)


def test_the_quadrant_is_derived_and_never_guessed() -> None:
    """证照分类 follows from the two answers; an expired permit leaves it unknown."""
    licences = compile_checklist(LIBRARY.checklist("T-LIC"))
    table: dict[tuple[str, str], Any] = {
        ("valid", "both"): "licensed_registered",
        ("not_required", "none"): None,
        ("valid", "none"): "licensed_unregistered",
        ("none", "civil"): "unlicensed_registered",
        ("none", "none"): "neither",
        ("expired", "business"): None,
    }
    for (permit, registration), quadrant in table.items():
        context = Context(answers={"T-LIC-01": permit, "T-LIC-02": registration})
        assert licences.derive("T-LIC-03", context)[0] == quadrant
    value, missing = licences.derive("T-LIC-03", Context(answers={"T-LIC-01": "valid"}))
    assert value is None
    assert [words.zh for words in missing] == ["T-LIC-02 的回答"]


def test_a_full_roster_is_still_judged() -> None:
    """The rule that compares every class with every other one holds for as many rows as the table takes."""
    homework = LIBRARY.checklist("C-HW")
    item = homework.item("C-HW-01")
    rows = [
        {
            "grade": 3 + n // 2 % 7,
            "class_name": str(n // 14),
            "subject": ("语文", "数学")[n % 2],
            "minutes": 30,
            "sample": 10,
        }
        for n in range(int(item.answer.maximum))
    ]
    context = Context(params=LIBRARY.params)
    compiled = compile_checklist(homework)
    assert compiled.judge(item.code, read_answer(item, rows), context).verdict == "in_order"
    rows[-1]["minutes"] = 91
    assert compiled.judge(item.code, read_answer(item, rows), context).verdict == "violation"
    with pytest.raises(BadInput):
        read_answer(item, [*rows, *rows])


def test_packs_are_whole_and_of_one_track() -> None:
    """Every pack has checklists that are there, of its own track and for its kind of site."""
    assert LIBRARY.pack("campus-homework").checklists == ("C-SL", "C-HW")
    for pack in LIBRARY.packs.values():
        assert pack_problems(pack, LIBRARY.checklists, pack.code) == []


def test_only_read_articles_are_verified() -> None:
    """Exactly the articles that were read in their source are verified; what is doubtful carries no article."""
    first = read_register((data_root() / "law" / "register.yaml").read_bytes(), "register.yaml")
    verified = {ref for ref, basis in first.items() if basis.verified}
    assert verified == {
        *("ppel-42", "ppel-62", "ppel-64", "pper-16", "pper-20", "pper-22", "pper-34", "pper-63-9"),
        *("moe53-17", "moe53-18", "sc684-6", "sc684-13", "pneu-27"),
        *("ad-9", "ad-24", "ad-39", "ad-41", "ad-57", "ad-58", "preschool-59"),
        *("minors-33", "minors-62", "minors-126", "double-4", "double-5"),
        *("disguise-2", "disguise-3", "disguise-4", "disguise-6"),
    }
    assert all(not basis.article for basis in LIBRARY.register.values() if not basis.verified)


def test_shipped_files_pass_validation_together() -> None:
    """`validate` has nothing to say about any shipped file, answers across checklists included."""
    assert validate_files(sorted(data_root().glob("*/*.yaml"))) == []


def test_sources_are_the_exact_bytes() -> None:
    """What is published of a checklist is its file, by its hash."""
    data = (data_root() / "training" / "T-LIC.yaml").read_bytes()
    assert LIBRARY.sources[LIBRARY.checklist("T-LIC").sha256] == data


def test_what_is_not_there_is_named() -> None:
    """Asking for an unknown checklist or pack says which there are."""
    with pytest.raises(NotFound, match="T-LIC"):
        LIBRARY.checklist("T-NO")
    with pytest.raises(NotFound, match="night-patrol"):
        LIBRARY.pack("day-patrol")


def test_the_installed_package_is_looked_at_first(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Data inside the installed package wins over a folder beside it, and either can be loaded."""
    places = importlib.import_module("inspector.forms.places")
    package = tmp_path / "inspector"
    (package / "forms").mkdir(parents=True)
    (tmp_path / "checklists" / "schema").mkdir(parents=True)
    monkeypatch.setattr(places, "__file__", str(package / "forms" / "places.py"))
    assert places.data_root() == tmp_path / "checklists"
    (package / "checklists" / "schema").mkdir(parents=True)
    assert places.data_root() == package / "checklists"
    monkeypatch.undo()
    assert set(load(data_root()).checklists) == set(LIBRARY.checklists)


def test_a_form_is_found_by_the_name_of_its_file_and_read_on_use() -> None:
    """Names of files are codes, heads of texts say what they are, and a library is not read before it is needed."""
    fresh = load(data_root())
    assert {pin: rule_pin(pin.kind, fresh.sources[pin.sha256]) for pin in fresh.rules} == {
        p: p for p in fresh.rules
    }
    assert all(fresh.checklist(code).code == code for code in fresh.checklists)
    unread = Shelf({"T-X": lambda: pytest.fail("it was read")})
    assert "T-X" in unread
    assert len(over(unread, LIBRARY.checklists)) == len(LIBRARY.checklists) + 1
    assert over(unread, {"T-X": LIBRARY.checklist("T-LIC")})["T-X"].code == "T-LIC"
