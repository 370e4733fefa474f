"""`calendar show|import`, `parameters show|import`: what the county decides."""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from inspector.cli import output
from inspector.cli.checklist import tell_dropped, warn_of_changed
from inspector.cli.session import JSON, open_store, register, workspace_path
from inspector.errors import BadInput, UsageError
from inspector.language import tr

if TYPE_CHECKING:
    from inspector.domain.calendar import Calendar, Day
    from inspector.forms.county import County, Dropped
    from inspector.forms.texts import FormText

DAYS_MAX = 1000
"""Days of one `--to`."""


def add_to(app: typer.Typer) -> None:
    """Register the groups."""
    calendar = typer.Typer(
        help="Days off, school terms and breaks. 日历：放假、调休与校历。", no_args_is_help=True
    )
    register(calendar, "show", show)
    register(calendar, "import", import_calendar)
    app.add_typer(calendar, name="calendar")
    parameters = typer.Typer(help="What the county decides. 县级参数。", no_args_is_help=True)
    register(parameters, "show", show_parameters)
    register(parameters, "import", import_parameters)
    app.add_typer(parameters, name="parameters")


def _county() -> "County":
    """What counts in the workspace; without one, what the program ships."""
    from inspector.forms.county import in_force, merged
    from inspector.forms.library import shipped
    from inspector.store.workspace import VAULT

    if not (workspace_path() / VAULT).exists():
        return merged(in_force(shipped(), ()))
    from inspector.services.forms import Forms

    with open_store() as store:
        return Forms(store).county()


def _date(text: str) -> date:
    from inspector.domain.scalars import day

    try:
        return date.fromisoformat(day(text))
    except ValueError:
        raise BadInput(
            f"“{text}”不是日期。", f"{text!r} is no date.",
            hint=("例：2026-10-01", "For example: 2026-10-01"), code="date",
        ) from None  # fmt: skip


def _today() -> date:
    from inspector.domain.when import local_date
    from inspector.store.clock import SystemClock

    return local_date(SystemClock().stamp())


def show(
    day: Annotated[
        str, typer.Argument(metavar="[DATE]", help="The day; else today. 日期，不写为今天。")
    ] = "",
    to: Annotated[str, typer.Option(help="Show every day until this one. 到哪一天。", metavar="DATE")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Show what a day is: school day, weekend, holiday, working weekend, school break, or what is missing. 查看某天。"""
    from inspector.domain.calendar import day_of

    first = _date(day) if day else _today()
    last = _date(to) if to else first
    if last < first or (last - first).days >= DAYS_MAX:
        raise UsageError(
            f"--to 要在 {first} 当天或以后，至多{DAYS_MAX}天。", f"--to is {first} or later, {DAYS_MAX} days at most."
        )  # fmt: skip
    county = _county()
    params = county.params
    night = {"start": params.get("night_start"), "end": params.get("night_end")}
    days = [
        day_of(county.calendar, first + timedelta(days=number)) for number in range((last - first).days + 1)
    ]
    if as_json:
        found = [_data(one, night) for one in days]
        output.data(found if to else found[0])
        return
    if to:
        output.table(
            [_row(one) for one in days],
            [tr("日期", "date"), tr("星期", "weekday"), tr("属性", "kind"), tr("名称", "name")],
        )
        return
    for text in _lines(days[0], night):
        output.line(text)


def _data(day: "Day", night: dict[str, Any]) -> dict[str, Any]:
    return {
        "date": day.date.isoformat(),
        "weekday": day.weekday,
        "kind": day.kind,
        "known": day.kind is not None,
        "name": day.name.zh,
        "name_en": day.name.en,
        "statutory": day.statutory,
        "childrens_day": day.childrens_day,
        "night": night,
        "missing": [words.zh for words in day.missing],
        "missing_en": [words.en for words in day.missing],
        "sources": list(day.sources),
    }


def _kind(day: "Day") -> str:
    from inspector.domain.calendar import DAY_KINDS

    return str(DAY_KINDS[day.kind]) if day.kind else tr("不知道", "unknown")


def _row(day: "Day") -> list[str]:
    from inspector.domain.calendar import WEEKDAY_LABELS

    about = str(day.name) if day.kind else tr("缺：", "missing: ") + _joined(day.missing)
    return [day.date.isoformat(), str(WEEKDAY_LABELS[day.weekday]), _kind(day), about]


def _joined(words: Iterable[object]) -> str:
    return tr("、", ", ").join(str(one) for one in words)


def _lines(day: "Day", night: dict[str, Any]) -> Iterable[str]:
    from inspector.domain.calendar import CHILDRENS_DAY

    date_, weekday, kind, name = _row(day)
    yield f"{date_}  {weekday}  {kind}" + (f"  {name}" if name else "")
    yes_no = {True: tr("是", "yes"), False: tr("否", "no"), None: tr("不知道", "unknown")}
    yield tr("法定放假或补休：", "statutory day off: ") + yes_no[day.statutory]
    if day.childrens_day:
        yield str(CHILDRENS_DAY)
    if night["start"] and night["end"]:
        yield tr(f"夜查时段：{night['start']}—{night['end']}", f"night: {night['start']} to {night['end']}")
    if day.sources:
        yield tr("依据：", "sources: ") + _joined(day.sources)


def import_calendar(
    file: Annotated[Path, typer.Argument(help="Calendar file. 日历文件。")],
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Use a calendar file from now on: whole years of days off, or the county's school calendar. 采用日历。"""
    done = _import(file, "calendar")
    county, text = done.county, done.text
    years = [year for year, origin in county.origins["calendar"].items() if origin.sha256 == text.sha256]
    named = f"{text.code}@{text.version}"
    periods = [period for period in county.calendar.periods if period.text == named]
    if as_json:
        output.data(
            {
                **done.data(),
                "years": [int(year) for year in years],
                "periods": [
                    {"kind": p.kind, "name": p.name.zh, "name_en": p.name.en, "first": p.first.isoformat(),
                     "last": p.last.isoformat()}
                    for p in periods
                ],
            }
        )  # fmt: skip
        return
    for line in _known_now(years, county.calendar, named):
        output.line(line)
    _tell(done)


def _known_now(years: list[str], calendar: "Calendar", named: str) -> Iterable[str]:
    from inspector.domain.calendar import PERIOD_KINDS

    for year in years:
        yield tr(f"已知 {year} 年放假和调休安排", f"days off and working weekends of {year} are known")
    for period in calendar.periods:
        if period.text == named:
            yield f"{period.first} — {period.last}  {PERIOD_KINDS[period.kind]}  {period.name}"


class _Imported(NamedTuple):
    """What counts after a file was published for this workspace, its text, whether it is new, what it drops."""

    county: "County"
    text: "FormText"
    new: bool
    gone: "tuple[Dropped, ...]"

    def data(self) -> dict[str, Any]:
        """For programs, whatever is imported."""
        return {
            "code": self.text.code,
            "version": self.text.version,
            "sha256": self.text.sha256,
            "new": self.new,
            "used": _counts(self.county, self.text),
            "dropped": [name for one in self.gone for name in one.names],
        }


def _import(file: Path, kind: str) -> _Imported:
    """Publish a file for this workspace."""
    from inspector.forms.county import dropped
    from inspector.forms.texts import changed_texts, read_texts, rule_texts
    from inspector.services.forms import Forms, check_own_office, publish

    (text,) = read_texts([file])
    if text.kind != kind:
        words = {"calendar": ("日历", "a calendar"), "parameters": ("参数", "a parameter file")}[kind]
        raise BadInput(
            f"{file.name} 不是{words[0]}文件，没有采用。", f"{file.name} is not {words[1]}; it was not used.",
            hint=("检查表、检查包和法规登记表用 inspector checklist publish。",
                  "Checklists, packs and law registers: inspector checklist publish."),
            code="county.kind",
        )  # fmt: skip
    with open_store() as store:
        check_own_office(store)
        forms = Forms(store)
        known = forms.published(kind)
        warn_of_changed(changed_texts([text], [*known, *rule_texts(forms.library)]))
        gone = dropped(forms.library, known, [text])
        new = publish(store, [text])
        county = forms.county()
    tell_dropped(gone)
    if not _counts(county, text):
        used = next((pin.version for pin in county.pins if (pin.kind, pin.code) == (kind, text.code)), "")
        output.tell(
            f"注意：{text.code} 已有更高或相同的版本 {used}，这一份不采用；请改用更高的版本号。",
            f"Note: there is a version {used} of {text.code}, not lower than this one, which is not used; give it a higher one.",
        )
    return _Imported(county, text, bool(new), gone)


def _counts(county: "County", text: "FormText") -> bool:
    return any(pin.sha256 == text.sha256 for pin in county.pins)


def _tell(done: "_Imported") -> None:
    if not _counts(done.county, done.text):
        output.tell("这份文件没有被采用。", "This file is not used.")
    elif done.new:
        output.tell("已保存，从现在起采用。", "Saved; used from now on.")
    else:
        output.tell(
            "以前就采用了这份文件，没有改动。", "This very file is in use already; nothing was changed."
        )


def show_parameters(as_json: Annotated[bool, JSON] = False) -> None:
    """Show every county parameter with its value, the program's default, and where the value comes from. 查看参数。"""
    from inspector.forms.library import shipped

    county, defaults = _county(), shipped().parameters
    rows = [_parameter(county, name, defaults) for name in county.parameters]
    if as_json:
        output.data(rows)
        return
    output.table(
        [[row["name"], _value(row["value"]), row["from"] or tr("随附", "shipped"), tr(row["zh"], row["en"])] for row in rows],
        [tr("参数", "parameter"), tr("值", "value"), tr("来自", "from"), tr("含义", "meaning")],
    )  # fmt: skip


def _parameter(county: "County", name: str, defaults: Any) -> dict[str, Any]:
    found = county.parameters[name]
    return {
        "name": name,
        "value": found.value,
        "default": defaults[name].value if name in defaults else None,
        "from": county.from_office("parameters", name),
        "source": found.source,
        "type": found.type,
        "choices": list(found.choices),
        "zh": found.words.zh,
        "en": found.words.en,
    }


def _value(value: Any) -> str:
    if value is None:
        return tr("未定", "not decided")
    if isinstance(value, bool):
        return tr("是", "yes") if value else tr("否", "no")
    return str(value)


def import_parameters(
    file: Annotated[Path, typer.Argument(help="Parameter file. 参数文件。")],
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Use the county's own values from now on; a file may hold only some of them. 采用县级参数。"""
    done = _import(file, "parameters")
    county, text = done.county, done.text
    used = [name for name, origin in county.origins["parameters"].items() if origin.sha256 == text.sha256]
    if as_json:
        values = {name: county.parameters[name].value for name in used}
        output.data({**done.data(), "values": values})
        return
    for name in used:
        output.line(f"{name}  {_value(county.parameters[name].value)}  {county.parameters[name].words}")
    _tell(done)
