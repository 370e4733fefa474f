"""Calendars and parameters as files: every fault at its line, and what lies over what."""

from pathlib import Path

import pytest

from inspector.errors import BadInput
from inspector.forms.calendars import read_calendar
from inspector.forms.county import in_force, merged, readable
from inspector.forms.library import shipped, validate_files
from inspector.forms.parameters import read_parameters
from inspector.forms.places import data_root
from inspector.forms.texts import FormText, read_texts

YEAR = """\
calendar: own
version: "1"
years:
  - year: 2028
    source: 通知（虚构）
    off:
      - {name: {zh: 元旦与春节, en: New Year}, first: 2028-01-01, last: 2028-01-03}
      - {name: {zh: 清明、劳动节、端午, en: Labour Day}, first: 2028-05-01, last: 2028-05-05}
      - {name: {zh: 中秋、国庆节, en: National Day}, first: 2028-10-01, last: 2028-10-07}
    working: [2028-01-08, 2028-05-06]
periods:
  - {kind: term, name: {zh: 学期, en: term}, first: 2028-03-01, last: 2028-07-01}
  - {kind: summer_break, name: {zh: 暑假, en: summer}, first: 2028-07-02, last: 2028-08-31}
"""


def test_a_calendar_of_both_kinds() -> None:
    """Years and periods in one file; each knows the file that says it."""
    found = read_calendar(YEAR.encode(), "x.yaml")
    assert (found.code, found.version, list(found.calendar.years)) == ("own", "1", [2028])
    assert [period.kind for period in found.calendar.periods] == ["term", "summer_break"]
    assert {period.text for period in found.calendar.periods} == {"own@1"}
    assert len(found.calendar.years[2028].working) == 2


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("first: 2028-05-01", "first: 2027-05-01", 8, "is not in 2028"),
        ("last: 2028-05-05", "last: 2028-04-30", 8, "is before"),
        ("last: 2028-05-05", "last: 2028-10-01", 9, "overlaps"),
        ("first: 2028-05-01", "first: 2028-05-32", 8, "no day 2028-05-32"),
        ("2028-05-06]", "2028-05-05]", 10, "day off and a working day"),
        ("2028-05-06]", "2028-05-08]", 10, "neither Saturday nor Sunday"),
        ("2028-05-06]", "2028-01-08]", 10, "twice"),
        ("2028-05-06]", "2027-05-08]", 10, "is not in 2028"),
        ("2028-01-01, last", "2028-01-02, last", 4, "public holiday 2028-01-01"),
        ("元旦与春节", "元旦", 4, "no row is called 春节"),
        ("清明、劳动节、端午", "劳动节", 4, "no row is called 清明、端午"),
        ("last: 2028-07-01", "last: 2028-07-02", 13, "overlaps"),
        ("last: 2028-08-31", "last: 2029-08-31", 13, "longer than a year"),
        ("kind: term", "kind: holiday", 12, "one of"),
        ("source: 通知（虚构）", "origin: 通知", 5, "does not know origin"),
        ("year: 2028", "year: 28", 4, "less than"),
        ("first: 2028-03-01", "first: 3月1日", 12, "written like"),
    ],
)
def test_faults_of_a_calendar_have_their_line(old: str, new: str, line: int, says: str) -> None:
    """Each is named with file and line, and the file is not taken."""
    with pytest.raises(BadInput) as caught:
        read_calendar(YEAR.replace(old, new, 1).encode(), "x.yaml")
    assert (f"x.yaml:{line}", True) in [(p.where, says in p.en) for p in caught.value.problems]


def test_an_empty_calendar_and_a_doubled_year() -> None:
    """A file that says nothing, or one year twice, is refused."""
    with pytest.raises(BadInput, match="needs years or periods"):
        read_calendar(b'calendar: own\nversion: "1"\n', "x.yaml")
    year = YEAR[YEAR.index("  - year") : YEAR.index("periods:")]
    with pytest.raises(BadInput, match="2028 is there twice"):
        read_calendar(YEAR.replace("periods:", year + "periods:").encode(), "x.yaml")


def test_the_invented_school_calendar_is_in_order() -> None:
    """The one that the demonstration uses."""
    path = data_root() / "demo" / "school-calendar.yaml"
    assert validate_files([path]) == []
    found = read_calendar(path.read_bytes(), path.name).calendar
    gaps = [(b.first - a.last).days for a, b in zip(found.periods, found.periods[1:], strict=False)]
    assert set(gaps) == {1}


PARAMETERS = 'parameters: county\nversion: "{version}"\nvalues:\n  {values}\n'


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ('offline_end: {value: "8:30"}', "a time"),
        ("offline_end: {value: 20}", "a time"),
        ('online_lesson_minutes: {value: "30"}', "a whole number"),
        ("online_lesson_minutes: {value: true}", "a whole number"),
        ("senior_weekend_ban: {value: 1}", "true or false"),
        ("approves_closing: {value: 3}", "a text"),
        ('fee_benchmark: {value: "35,5"}', "a number"),
        ("school_hours_start: {value: 八点}", "a time"),
        ("deadline_days_kind: {value: workdays}", "one of natural, working"),
        ("own: {value: 1}", "needs zh and en"),
    ],
)
def test_a_value_of_another_type_is_a_fault(values: str, says: str) -> None:
    """Against the program's own value, or the type that it names where that is null."""
    text = PARAMETERS.format(version=1, values=values)
    with pytest.raises(BadInput) as caught:
        read_parameters(text.encode(), "x.yaml", shipped().parameters)
    (problem,) = caught.value.problems
    assert (problem.where, says in problem.en) == ("x.yaml:4", True)


@pytest.mark.parametrize(
    "values",
    ['fee_benchmark: {value: "35.5"}', "fee_benchmark: {value: 35}", "offline_end: {value: null}", 'own: {value: "x", zh: 数, en: x}'],
)  # fmt: skip
def test_good_values_are_taken(values: str) -> None:
    """Some values, without words where the program has them; null is always allowed."""
    text = PARAMETERS.format(version=1, values=values)
    assert len(read_parameters(text.encode(), "x.yaml", shipped().parameters).values) == 1


def _text(folder: Path, words: str) -> FormText:
    path = folder / "x.yaml"
    path.write_text(words, encoding="utf-8")
    (text,) = read_texts([path])
    return text


def test_what_lies_over_what(tmp_path: Path) -> None:
    """Published values over shipped ones, the higher version of a code over the lower, each with its origin."""
    old = _text(tmp_path, PARAMETERS.format(version="1.9", values="online_break_minutes: {value: 15}"))
    new = _text(tmp_path, PARAMETERS.format(version="1.10", values="online_lesson_minutes: {value: 25}"))
    for published in ([old, new], [new, old]):
        county = merged(in_force(shipped(), published))
        assert (county.params["online_break_minutes"], county.params["online_lesson_minutes"]) == (10, 25)
        assert county.from_office("parameters", "online_lesson_minutes") == "county@1.10"
        assert county.from_office("parameters", "online_break_minutes") == ""
        assert (
            county.parameters["online_lesson_minutes"].words
            == shipped().parameters["online_lesson_minutes"].words
        )
        own = [pin.code for pin in shipped().rules if pin.kind == "parameters"]
        assert [pin.code for pin in county.pins if pin.kind == "parameters"] == [*own, "county"]


def test_the_programs_newer_text_lies_over_an_older_one_of_its_code(tmp_path: Path) -> None:
    """What was published under the program's own code counts while it is the higher version."""
    for version, minutes in (("2026.0", 30), ("2999.1", 25)):
        words = PARAMETERS.format(version=version, values="online_lesson_minutes: {value: 25}")
        text = _text(tmp_path, words.replace("county", "defaults"))
        assert merged(in_force(shipped(), [text])).params["online_lesson_minutes"] == minutes


def test_years_and_periods_are_put_together(tmp_path: Path) -> None:
    """A published calendar adds its year to the program's own, and its law to the law."""
    law = (
        'register: law\nversion: "2999.1"\ndocuments:\n  - name: {zh: 令, en: order}\n'
        "    articles:\n      own-1: {status: unverified}\n"
    )
    county = merged(in_force(shipped(), [_text(tmp_path, YEAR), _text(tmp_path, law)]))
    assert list(county.calendar.years) == [2024, 2025, 2026, 2028]
    assert county.from_office("calendar", "2028") == "own@1"
    assert county.register.keys() == shipped().register.keys() | {"own-1"}


def test_what_cannot_be_read_is_left_aside(tmp_path: Path) -> None:
    """A text of a newer program, or one that says another name than it is published under, changes nothing."""
    from dataclasses import replace

    good = _text(tmp_path, YEAR)
    assert readable(good)
    for bad in (
        replace(good, text="calendar: [\n"),
        replace(good, code="school"),
        replace(good, kind="register"),
    ):
        assert not readable(bad)
        assert merged(in_force(shipped(), [bad])).calendar == shipped().calendar


def test_a_parameter_that_only_the_county_knows_is_pointed_out(tmp_path: Path) -> None:
    """As a warning: it may be a slip of the pen, or be meant for own checklists."""
    path = tmp_path / "p.yaml"
    path.write_text(PARAMETERS.format(version=1, values="ofline_end: {value: 1, zh: 数, en: x}"), "utf-8")
    assert [(p.severity, p.where) for p in validate_files([path])] == [("warning", f"{path}:4")]
