"""Tips (举报线索): recorded, assigned, answered, listed with what is overdue. Who reported stays on this laptop."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import Any

from inspector.domain import tip as tips
from inspector.domain.departments import department_code
from inspector.domain.entries import COUNTY, Draft
from inspector.domain.ids import random_id
from inspector.domain.objections import Advisory
from inspector.domain.tidy import tidy_line, tidy_text
from inspector.domain.tip import Deadlines, Tip, fold_tip
from inspector.domain.when import CHINA
from inspector.errors import NotFound, Refusal
from inspector.forms.county import County
from inspector.services import lookup
from inspector.services.days import read_day
from inspector.services.forms import Forms
from inspector.services.plans import find_plan
from inspector.store import planning, queries
from inspector.store.planning import TipRow
from inspector.store.workspace import Store, View

_REPORTER = "tip_reporter/"
"""Settings of the workspace: encrypted with it, never entries, so they never travel."""
FIGURES_MAX = 1_000_000


def find_tip(store: Store, text: str) -> Tip:
    """The tip with that id or start of an id.

    Raises:
        NotFound: none, or more than one.
    """
    return _state(store, lookup.one("tip", text, queries.ids_like(store.connection, "tip", text.strip())))


def _state(store: Store, name: str) -> Tip:
    found, _ = fold_tip(store.entries(name))
    if found is None:
        raise NotFound(f"没有找到线索“{name}”。", f"No tip {name!r}.", code="tip.unknown")
    return found


@dataclass(frozen=True, slots=True)
class Reported:
    """A tip that was recorded, and a word of advice about it."""

    tip: Tip
    advice: Advisory | None


def add_tip(
    store: Store,
    *,
    channel: str,
    content: str,
    received: str = "",
    site: str = "",
    address: str = "",
    category: Sequence[str] = (),
    named: bool = False,
    name: str = "",
    phone: str = "",
    actor: str = "",
) -> Reported:
    """Record a tip in the grid of its site, or for the county where the site is not known.

    Args:
        channel: of `tip.CHANNELS`, by code or word.
        received: the day, in any spelling; empty: today.
        site: id, name or credit code.
        named: the person gave a name; so it is where `name` is given.
        name, phone: who reported. They are kept on this laptop only and are no part of the record.

    Raises:
        Refusal: it says nothing or not where, by an unknown channel, on a day to come, or tells who reported.
        NotFound: no such site.
        BadInput: `received` is no day.
    """
    reporter = _reporter(name, phone)
    where = lookup.site(store, site) if site.strip() else None
    words = [tidy_line(word, limit=40) for word in category]
    report: dict[str, Any] = {
        "channel": _code(channel, tips.CHANNELS),
        "content": tidy_text(content),
        "received": _day(store, received),
        "named": named or bool(reporter.get("name")),
        "site": where.id if where else "",
        "address": tidy_line(address),
        "category": [word for word in words if word],
    }
    tips.check_silence([report["content"], report["address"], *report["category"]], reporter)
    tip = random_id("t", store.clock.random(8))
    drafts = tips.record_tip(
        tip=tip, scope=where.scope if where else COUNTY, report=report, today=_today(store)
    )
    settings: dict[str, Any] = {_REPORTER + tip: reporter} if reporter else {}
    store.decide(lambda _: drafts, actor=actor, **settings)
    return Reported(_state(store, tip), tips.personal_words(f"{report['content']}\n{report['address']}"))


def _reporter(name: str, phone: str) -> dict[str, str]:
    given = {"name": tidy_line(name, limit=80), "phone": tidy_line(phone, limit=80)}
    return {key: value for key, value in given.items() if value}


def reporter_of(store: Store, tip: str) -> dict[str, str]:
    """Who reported (`name`, `phone`), if this laptop knows; shown only where somebody asks for it."""
    found = store.json_setting(_REPORTER + tip)
    return found if isinstance(found, dict) else {}


def set_reporter(store: Store, tip: str, *, name: str = "", phone: str = "") -> None:
    """Keep who reported on this laptop; both empty: forget it."""
    store.set_settings(**{_REPORTER + tip: _reporter(name, phone) or None})


def _today(store: Store) -> date:
    return date.fromisoformat(store.today())


def _day(store: Store, text: str) -> str:
    return read_day(text) if text.strip() else store.today()


def day_or_none(text: str) -> str:
    """A day in any spelling as "YYYY-MM-DD"; empty where nothing is written.

    Raises:
        BadInput: it is no day.
    """
    return read_day(text) if text.strip() else ""


def begins(day: str) -> int:
    """The first moment of a day in the county, ms since 1970 UTC."""
    return int(datetime.combine(date.fromisoformat(day), time(), CHINA).timestamp() * 1000)


def _code(text: str, words: Mapping[str, Any]) -> str:
    typed = text.strip().lower()
    named = next((code for code, word in words.items() if typed in (word.zh, word.en.lower())), "")
    return named or typed


# -- what follows ----------------------------------------------------------------------------------------------


def assign_tip(
    store: Store,
    tip: str,
    *,
    plan: str = "",
    department: str = "",
    officer: str = "",
    due: str = "",
    site: str = "",
    actor: str = "",
) -> Tip:
    """Give a tip to a plan, a department or an officer; what was said before no longer counts.

    Args:
        due: the last day of the answer; empty: as many days as the county gives.
        site: where it turned out to be.

    Raises:
        Refusal: it is voided or answered, or nobody is named.
        NotFound: no such tip, plan, officer or site.
        BadInput: `due` is no day.
    """
    found = find_tip(store, tip)
    when = deadlines_of(Forms(store), found)
    last, estimated = (_day(store, due), False) if due.strip() else (_iso(when), not when.answer.certain)
    named = tidy_line(department, limit=80)
    fields: dict[str, Any] = {
        "plan": find_plan(store, plan).id if plan.strip() else "",
        "department": department_code(named) or named,
        "officer": lookup.officer(store, officer).id if officer.strip() else "",
        "due": last,
        "due_estimated": estimated,
        "site": lookup.site(store, site).id if site.strip() else found.site,
    }
    tips.check_silence([fields["department"]], reporter_of(store, found.id))

    def decide(view: View) -> list[Draft]:
        state, known = fold_tip(view.entries(found.id))
        return tips.assign_tip(known, state, fields)

    store.decide(decide, actor=actor)
    return _state(store, found.id)


def _iso(when: Deadlines) -> str:
    return when.answer.date.isoformat()


def answer_tip(
    store: Store,
    tip: str,
    *,
    outcome: str = "",
    text: str = "",
    day: str = "",
    told: bool | None = None,
    passed_to: str = "",
    items: Sequence[str] = (),
    inspection: str = "",
    actor: str = "",
) -> Tip:
    """Answer a tip, or add to its answer; what is not given stays as it was.

    Args:
        outcome: of `tip.OUTCOMES`, by code or word.
        told: whoever gave a name was told the outcome.
        items: findings that came of it, by id.

    Raises:
        Refusal: as `tip.answer_tip`; or the words tell who reported.
        NotFound: no such tip, finding or inspection.
        BadInput: `day` is no day.
    """
    found = find_tip(store, tip)
    if told and not found.named:
        raise Refusal(
            "这是匿名举报，没有人可以告知。", "Nobody gave a name, so there is nobody to tell.", code="tip.anonymous"
        )  # fmt: skip
    passed = tidy_line(passed_to, limit=80)
    given: dict[str, Any] = {
        "outcome": _code(outcome, tips.OUTCOMES),
        "text": tidy_text(text),
        "passed_to": department_code(passed) or passed,
        "items": [lookup.finding(store, item) for item in items if item.strip()],
        "inspection": lookup.inspection(store, inspection).id if inspection.strip() else "",
    }
    fields = {name: value for name, value in given.items() if value}
    if told is not None:
        fields["told"] = told
    if day.strip() or not found.answered:
        fields["date"] = _day(store, day)
    tips.check_silence([given["text"], given["passed_to"]], reporter_of(store, found.id))
    today = _today(store)

    def decide(view: View) -> list[Draft]:
        state, known = fold_tip(view.entries(found.id))
        return tips.answer_tip(known, state, fields, today=today)

    store.decide(decide, actor=actor)
    return _state(store, found.id)


def void_tip(store: Store, tip: str, *, reason: str, actor: str = "") -> None:
    """Take a tip back that was recorded by mistake or twice; who reported it is forgotten.

    Raises:
        Refusal: the reason is too short, or tells who reported.
        NotFound: no such tip.
    """
    found = find_tip(store, tip)
    why = tidy_text(reason)
    tips.check_silence([why], reporter_of(store, found.id))

    def decide(view: View) -> list[Draft]:
        state, known = fold_tip(view.entries(found.id))
        return tips.void_tip(known, state, why)

    store.decide(decide, actor=actor, **{_REPORTER + found.id: None})


# -- looking ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TipLine:
    """A tip of a list, with what the day makes of it.

    Attributes:
        next_due: the last day that counts next, "YYYY-MM-DD"; empty where nothing is left to do.
        next_due_estimated: a year on the way to it is not known.
        late: what is overdue: "accept", "answer", "tell", or nothing.
        reporter_here: this laptop knows who reported.
    """

    row: TipRow
    next_due: str
    next_due_estimated: bool
    late: str
    reporter_here: bool

    def to_data(self) -> dict[str, Any]:
        """For programs."""
        own: dict[str, Any] = asdict(self)
        row: dict[str, Any] = own.pop("row")
        return row | own


def deadlines_of(forms: Forms, tip: Tip | TipRow, county: County | None = None) -> Deadlines:
    """The last days of a tip by the county's parameters and calendar."""
    county = county or forms.county()
    return tips.deadlines(
        received=tip.received,
        due=tip.due,
        due_estimated=tip.due_estimated,
        named=tip.named,
        answered=tip.answered,
        calendar=county.calendar,
        params=county.params,
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """What the day makes of a tip: the last day that counts next, whether that is an estimate, and what is overdue."""

    next_due: str
    estimated: bool
    late: str


def standing(store: Store, forms: Forms, tip: Tip | TipRow, county: County | None = None) -> Standing:
    """What is due next and what is overdue.

    Args:
        county: what the county decides, where it was read already.
    """
    when = deadlines_of(forms, tip, county)
    due = tips.next_due(tip.state, tip.told, when)
    late = tips.late(tip.state, tip.told, when, _today(store))
    return Standing(due.date.isoformat() if due else "", bool(due and not due.certain), late)


def tip_lines(
    store: Store, forms: Forms, *, state: str = "", plan: str = "", limit: int = 500
) -> list[TipLine]:
    """Tips: what is overdue first, then what is due next; what is done comes last, the newest first.

    Args:
        state: of `tip.STATES`, "overdue", or empty for all but voided ones.
    """
    county = forms.county()
    known = {
        row[0].removeprefix(_REPORTER)
        for row in store.connection.execute("SELECT key FROM setting WHERE key LIKE 'tip_reporter/%'")
    }
    wanted = state if state in tips.STATES else ""
    found: list[TipLine] = []
    for row in planning.tips(store.connection, state=wanted, plan=plan):
        now = standing(store, forms, row, county)
        if (row.state == "voided" and state != "voided") or (state == "overdue" and not now.late):
            continue
        found.append(TipLine(row, now.next_due, now.estimated, now.late, row.id in known))
    found.sort(key=lambda line: (not line.late, not line.next_due, line.next_due))
    return found[:limit]


def tip_figures(store: Store, forms: Forms, *, first: str = "", last: str = "") -> dict[str, int]:
    """举报受理、分办、办结、按期、实名告知 of the tips received in a time (`tip.figures`), as known on this laptop."""
    counted, county = [], forms.county()
    for row in planning.tips(store.connection, since=first, until=last, limit=FIGURES_MAX):
        when = deadlines_of(forms, row, county)
        counted.append(
            tips.Counted(row.state, row.named, row.told, row.answered, when.answer.date.isoformat())
        )
    return tips.figures(counted, store.today())
