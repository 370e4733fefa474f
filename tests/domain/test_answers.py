"""Answers: everything that people type comes to one canonical value, or is refused with what was expected."""

import json
import string
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector import language
from inspector.domain.answers import MAX_ROWS, read_answer, show_answer
from inspector.domain.checklist import AnswerSpec, Choice, Column, Item, Words
from inspector.errors import BadInput

CHOICES = (
    Choice("permit", Words("办学许可", "permit")),
    Choice("fees", Words("收费", "fees")),
    Choice("hotline", Words("投诉电话", "complaint hotline")),
)


def item(answer_type: Any, **more: Any) -> Item:
    return Item("T-X-01", Words("题", "question"), AnswerSpec(answer_type, **more), 1, "education")


ROSTER = item(
    "roster",
    columns=(
        Column("class_name", Words("班次", "class"), AnswerSpec("text", maximum="20")),
        Column("students", Words("人数", "students"), AnswerSpec("integer", minimum="0")),
        Column("hours", Words("起止", "hours"), AnswerSpec("time_range", required=False)),
        Column("area", Words("面积", "area"), AnswerSpec("decimal", required=False)),
    ),
)
ITEMS = {
    "yes_no": item("yes_no"),
    "choice": item("choice", choices=CHOICES),
    "multi_choice": item("multi_choice", choices=CHOICES),
    "integer": item("integer", unit=Words("分钟", "minutes")),
    "decimal": item("decimal", unit=Words("㎡", "m²")),
    "date": item("date"),
    "time": item("time"),
    "time_range": item("time_range"),
    "text": item("text"),
    "roster": ROSTER,
}

TYPED = [
    ("yes_no", "是", "yes"),
    ("yes_no", " Ｙ ", "yes"),
    ("yes_no", "对", "yes"),
    ("yes_no", "有", "yes"),
    ("yes_no", True, "yes"),
    ("yes_no", "无", "no"),
    ("yes_no", "没有", "no"),
    ("yes_no", "Ｎ", "no"),
    ("yes_no", "×", "no"),
    ("yes_no", "不适用", "na"),
    ("yes_no", "N/A", "na"),
    ("choice", "fees", "fees"),
    ("choice", "２", "fees"),
    ("choice", 3, "hotline"),
    ("choice", "投诉电话", "hotline"),
    ("choice", "Complaint Hotline", "hotline"),
    ("multi_choice", "投诉电话、办学许可", ["permit", "hotline"]),
    ("multi_choice", "３，１，３", ["permit", "hotline"]),
    ("multi_choice", "3 1", ["permit", "hotline"]),
    ("multi_choice", "complaint hotline, fees", ["fees", "hotline"]),
    ("multi_choice", "无", []),
    ("multi_choice", [], []),
    ("multi_choice", ["hotline", 1], ["permit", "hotline"]),
    ("integer", "３０", 30),
    ("integer", "30分钟", 30),
    ("integer", "60分", 60),
    ("integer", "1,200", 1200),
    ("integer", "三十", 30),
    ("integer", "两百", 200),
    ("integer", "一百零五分钟", 105),
    ("integer", "3万", 30000),
    ("integer", "3.5万", 35000),
    ("integer", "三万五千", 35000),
    ("integer", "一万零一十", 10010),
    ("decimal", "3。5", "3.5"),
    ("decimal", "12平方米", "12"),
    ("integer", "30 minutes", 30),
    ("integer", "１，２００", 1200),
    ("integer", "-0", 0),
    ("integer", "007", 7),
    ("integer", 9007199254740991, 9007199254740991),
    ("decimal", "３．５０㎡", "3.5"),
    ("decimal", "12 m²", "12"),
    ("decimal", 12, "12"),
    ("decimal", "-0.0", "0"),
    ("decimal", "0.000001", "0.000001"),
    ("date", "2026.1.10", "2026-01-10"),
    ("date", "２０２６／１／１０", "2026-01-10"),
    ("date", "2026年1月10日", "2026-01-10"),
    ("date", "2026 年 1 月 10 日", "2026-01-10"),
    ("date", "20260110", "2026-01-10"),
    ("date", "2024-2-29", "2024-02-29"),
    ("time", "20:30", "20:30"),
    ("time", "20：30", "20:30"),
    ("time", "8点半", "08:30"),
    ("time", "8点", "08:00"),
    ("time", "8点一刻", "08:15"),
    ("time", "20时5分", "20:05"),
    ("time", "晚上8点半", "20:30"),
    ("time", "下午 3:05", "15:05"),
    ("time", "凌晨12点", "00:00"),
    ("time", "8:30 PM", "20:30"),
    ("time", "2030", "20:30"),
    ("time", "晚8点", "20:00"),
    ("time", "晚八点半", "20:30"),
    ("time", "二十点三十分", "20:30"),
    ("time", "20点三十", "20:30"),
    ("time", "八点零五分", "08:05"),
    ("time", "七点三刻", "07:45"),
    ("time", "20。30", "20:30"),
    ("time", "下午20:30", "20:30"),
    ("time", "中午1点", "13:00"),
    ("time", "中午12点半", "12:30"),
    ("time", "夜里11点", "23:00"),
    ("time", "夜里2点", "02:00"),
    ("time", "上午12点", "12:00"),
    ("time_range", "晚七点到八点半", {"start": "19:00", "end": "20:30"}),
    ("time_range", "8:30-10:00", {"start": "08:30", "end": "10:00"}),
    ("time_range", "１８：３０～２０：３１", {"start": "18:30", "end": "20:31"}),
    ("time_range", "晚上7点到8点半", {"start": "19:00", "end": "20:30"}),
    ("time_range", "上午11点至下午1点", {"start": "11:00", "end": "13:00"}),
    ("time_range", {"start": "8:30", "end": "9点"}, {"start": "08:30", "end": "09:00"}),
    ("text", " 第一行\r\n第二行 ", "第一行\n第二行"),
    ("text", "e\u0301", "é"),
    ("roster", [], []),
    (
        "roster",
        '[{"班次": "甲", "students": "３０", "hours": "8:00-9:00"}, {"class_name": " "}]',
        [{"class_name": "甲", "students": 30, "hours": {"start": "08:00", "end": "09:00"}}],
    ),
    (
        "roster",
        [{"class_name": "甲", "人数": "30", "area": "1.50"}, {}],
        [{"class_name": "甲", "students": 30, "area": "1.5"}],
    ),
]


@pytest.mark.parametrize(("kind", "raw", "value"), TYPED)
def test_people_type_in_many_ways(kind: str, raw: object, value: object) -> None:
    """Each way of typing an answer gives its one canonical value."""
    assert read_answer(ITEMS[kind], raw) == value


REFUSED = [
    *[
        (kind, raw)
        for kind in ITEMS
        if kind not in ("text", "multi_choice")
        for raw in ("", "也许吧", "\x1b[31m")
    ],
    *[(kind, raw) for kind in ITEMS for raw in (None, 3.5, b"x", object(), "x" * 300_000)],
    ("yes_no", "是否"),
    ("choice", "0"),
    ("choice", "4"),
    ("choice", True),
    ("multi_choice", "收费、别的"),
    ("multi_choice", "、"),
    ("multi_choice", ["none of these"]),
    ("integer", "3.5"),
    ("integer", "约30"),
    ("integer", "3万5"),
    ("integer", "三万五"),
    ("integer", "一百二"),
    ("integer", "两百五"),
    ("integer", "万"),
    ("integer", "3" + "万" * 5000),
    ("integer", "1小时"),
    ("integer", "0.00001万"),
    ("integer", "9007199254740992"),
    ("integer", 2**53),
    ("integer", True),
    ("integer", "1,20"),
    ("integer", "٣"),
    ("decimal", "1e3"),
    ("decimal", "nan"),
    ("decimal", "1.1234567"),
    ("decimal", "9" * 5000),
    ("date", "2025-02-29"),
    ("date", "1月10日"),
    ("date", "1899-12-31"),
    ("date", "2026-13-01"),
    ("time", "24:00"),
    ("time", "上午15点"),
    ("time", "晚上12点"),
    ("time", "晚上2点"),
    ("time", "晚上0点"),
    ("time", "中午8点"),
    ("time", "二十五点"),
    ("time", "十" * 100_000 + "刻"),
    ("time", "20:60"),
    ("time", "8"),
    ("time_range", "20:30-18:30"),
    ("time_range", "18:30-18:30"),
    ("time_range", "18:30"),
    ("time_range", {"start": "18:30"}),
    ("text", "a\x00b"),
    ("text", "a\x1bb"),
    ("text", "a\x85b"),
    ("text", "\ud800"),
    ("text", "x" * 4001),
    ("roster", "[" * 100_000),
    ("roster", '[{"students": 1, "students": 2}]'),
    ("roster", "{}"),
    ("roster", [1]),
    ("roster", [{}] * (MAX_ROWS + 1)),
    ("roster", '[{"class_name": "甲", "students": ' + "9" * 5000 + "}]"),
]


@pytest.mark.parametrize(("kind", "raw"), REFUSED)
def test_what_cannot_be_read_is_refused_by_name(kind: str, raw: object) -> None:
    """A refusal names the item and what is expected in both languages, and shows no control character."""
    with pytest.raises(BadInput) as caught:
        read_answer(ITEMS[kind], raw)
    for sentence in (caught.value.zh, caught.value.en):
        assert "T-X-01" in sentence
        assert sentence.isprintable()
        assert len(sentence) < 400


def test_a_roster_names_row_and_column() -> None:
    """Every bad cell of a table is named at once, by row and column."""
    rows = [
        {"class_name": "甲", "students": "三十多"},
        {"class_name": "乙"},
        {"students": 1, "class_name": "丙", "x": 1},
    ]
    with pytest.raises(BadInput) as caught:
        read_answer(ROSTER, rows)
    assert [(p.where, p.en.split(".")[0]) for p in caught.value.problems] == [
        ("第1行“人数”", '"三十多" should be a whole number (0 ~ …)'),
        ("第2行“人数”", "is empty"),
        ("第3行“x”", "is no column"),
    ]


@pytest.mark.parametrize(
    ("kind", "low", "high", "below", "inside", "above"),
    [
        ("integer", "0", "100", -1, [0, 100], 101),
        ("decimal", "0.5", "10", "0.499999", ["0.5", "10", "9.99"], "10.000001"),
        ("date", "2026-01-02", "2026-01-03", "2026-01-01", ["2026-01-02", "2026-01-03"], "2026-01-04"),
        ("time", "08:00", "20:30", "07:59", ["08:00", "20:30"], "20:31"),
        ("text", "2", "3", "一", ["一二", "一二三"], "一二三四"),
    ],
)
def test_bounds_hold_at_their_edges(
    *, kind: str, low: str, high: str, below: Any, inside: list[Any], above: Any
) -> None:
    """A bound itself is allowed, one step beyond is not; numbers compare as numbers, not as texts."""
    bounded = item(kind, minimum=low, maximum=high)
    for raw in inside:
        read_answer(bounded, raw)
    for raw in (below, above):
        with pytest.raises(BadInput):
            read_answer(bounded, raw)


CLOCK = st.times().map(lambda t: t.strftime("%H:%M"))
TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=40)
ROW = st.fixed_dictionaries(
    {"class_name": st.text(string.ascii_letters, min_size=1, max_size=20), "students": st.integers(0, 10**6)},
    optional={"area": st.decimals(0, 10**6, places=2).map(str)},
)
TYPICAL = {
    "yes_no": st.sampled_from(["yes", "no", "na"]),
    "choice": st.sampled_from([c.code for c in CHOICES]),
    "multi_choice": st.lists(st.sampled_from([c.code for c in CHOICES])),
    "integer": st.integers(-(2**53) + 1, 2**53 - 1),
    "decimal": st.decimals(-(10**6), 10**6, places=4).map(str),
    "date": st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)).map(str),
    "time": CLOCK,
    "time_range": st.tuples(CLOCK, CLOCK).filter(lambda p: p[0] < p[1]).map(lambda p: f"{p[0]}-{p[1]}"),
    "text": TEXT,
    "roster": st.lists(ROW, max_size=5),
}
KIND_AND_RAW = st.sampled_from(sorted(TYPICAL)).flatmap(lambda k: st.tuples(st.just(k), TYPICAL[k]))


@settings(deadline=None)
@given(KIND_AND_RAW)
def test_canonical_values_are_fixed_points(pair: tuple[str, Any]) -> None:
    """Reading a canonical value, or its JSON for a table, gives that value again."""
    kind, raw = pair
    value = read_answer(ITEMS[kind], raw)
    assert read_answer(ITEMS[kind], value) == value
    if kind == "roster":
        assert read_answer(ITEMS[kind], json.dumps(value)) == value


@pytest.mark.parametrize("spoken", ["zh", "en"])
@settings(deadline=None)
@given(pair=KIND_AND_RAW.filter(lambda p: p[0] != "roster"))
def test_what_is_shown_can_be_typed(spoken: str, pair: tuple[str, Any]) -> None:
    """What the screen shows of an answer, typed in again, is the same answer, in either language."""
    kind, raw = pair
    value = read_answer(ITEMS[kind], raw)
    language.use(spoken)
    try:
        shown = show_answer(ITEMS[kind], value)
    finally:
        language.use("zh")
    assert read_answer(ITEMS[kind], shown) == value


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def has_float(value: Any) -> bool:
    if isinstance(value, list | dict):
        return any(map(has_float, value.values() if isinstance(value, dict) else value))
    return isinstance(value, float)


@settings(deadline=None)
@given(st.sampled_from(sorted(ITEMS)), JSON)
def test_reading_never_fails_otherwise(kind: str, raw: object) -> None:
    """Whatever comes, it is read into strict values without floats, or refused as BadInput."""
    try:
        value = read_answer(ITEMS[kind], raw)
    except BadInput:
        return
    assert not has_float(value)
    assert read_answer(ITEMS[kind], value) == value


@settings(deadline=None)
@given(st.sampled_from(sorted(ITEMS)), JSON)
def test_showing_never_fails(kind: str, value: object) -> None:
    """A value from elsewhere that is not of the item's kind is shown as it is."""
    assert isinstance(show_answer(ITEMS[kind], value), str)


@given(st.integers(0, 99_999_999))
def test_a_number_in_characters_is_read_as_it_is_written(number: int) -> None:
    """Every number in its usual form is read back."""
    from inspector.domain.numerals import _whole, chinese_number

    assert chinese_number(_whole(number)) == number


def test_a_refused_number_says_what_is_expected() -> None:
    """The sentence has the form and the unit, and says that the earlier answer stays."""
    with pytest.raises(BadInput) as caught:
        read_answer(item("integer", unit=Words("分钟", "minutes")), "3万5")
    assert "整数，单位 分钟" in caught.value.zh
