"""What may be destroyed today, and destroying it: only what is closed, for as many years as the county decided."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from inspector.domain import lifecycle, retention
from inspector.domain.checklist import Words
from inspector.domain.entries import Draft, Entry, Ref
from inspector.domain.ids import random_id
from inspector.domain.inspection import VOCABULARY as INSPECTION
from inspector.domain.inspection import VOID, fold_inspection
from inspector.domain.lifecycle import CASED, TRANSFERRED, Transition
from inspector.domain.objections import check_reason
from inspector.domain.office import Officer
from inspector.domain.rectification import VOCABULARY as RECTIFICATION
from inspector.domain.rectification import Item
from inspector.domain.rectification_guard import About, duty_objections
from inspector.domain.rectifying import refuse
from inspector.domain.registers import Registers, Setter, fold
from inspector.domain.retention import REFS_MAX, RULES, Rule, years_later
from inspector.domain.site import VOCABULARY as SITE
from inspector.domain.tidy import tidy_text
from inspector.domain.tip import VOCABULARY as TIP
from inspector.domain.tip import fold_tip
from inspector.domain.when import local_date
from inspector.errors import NotFound, Refusal, UsageError
from inspector.services import rectification
from inspector.services.forms import Forms
from inspector.store import planning, queries
from inspector.store.workspace import Store, View

_ACT = Transition("destroy", Words("销毁到期信息", "destroy what has expired"), (), "", "deputy")
_VOCABULARY: dict[str, Setter] = {**INSPECTION, **RECTIFICATION, **SITE, **TIP}
_MANY = 100_000


@dataclass(frozen=True, slots=True)
class Due:
    """Something that has been kept long enough.

    Attributes:
        rule: of `retention.RULES`.
        subject: the inspection, tip or site; `title` its site's name or address.
        closed: the day from which the years are counted, "YYYY-MM-DD"; `due` the day from which it may go.
        scope, refs: the entries whose bodies go, all of one scope.
    """

    rule: str
    subject: str
    title: str
    closed: str
    due: str
    scope: str
    refs: tuple[Ref, ...]


def expired(
    store: Store | View, forms: Forms, *, today: date, subjects: Collection[str] | None = None
) -> list[Due]:
    """What may be destroyed on this day, by rule and subject.

    Nothing of a rule for which the county has decided no years; nothing of an inspection that is open, or that has an item
    which is not closed, was handed over or became a case: how that ended is not known here.

    Args:
        subjects: look at these inspections, tips and sites alone.
    """
    params = forms.params()
    wanted = {code: params.get(rule.parameter) for code, rule in RULES.items()}
    years = {code: value for code, value in wanted.items() if isinstance(value, int) and value > 0}
    found = _Search(store, years, subjects).all() if years else []
    return [one for one in found if one.due <= today.isoformat()]


class _Search:
    """Goes through inspections, tips and sites; knows of each inspection when it was closed."""

    def __init__(self, store: Store | View, years: dict[str, int], subjects: Collection[str] | None) -> None:
        self._store, self._years, self._subjects = store, years, subjects
        self._ends: dict[str, date | None] = {}

    def all(self) -> list[Due]:
        """Everything that is closed, also what has not been kept long enough."""
        return [*self._of_inspections(), *self._of_tips(), *self._of_sites()]

    def _wanted(self, name: str) -> bool:
        return self._subjects is None or name in self._subjects

    def _end(self, inspection: str) -> date | None:
        if inspection not in self._ends:
            self._ends[inspection] = _closed(self._store, inspection)
        return self._ends[inspection]

    def _of_inspections(self) -> Iterator[Due]:
        codes = [code for code in ("rosters", "responses", "photos") if code in self._years]
        for row in queries.inspections(self._store.connection, limit=_MANY) if codes else ():
            end = self._end(row.id) if self._wanted(row.id) else None
            if end is not None:
                names = [row.id, *queries.finding_ids(self._store.connection, row.id)]
                for code in codes:
                    rule, years = RULES[code], self._years[code]
                    yield from _dues(self._store, rule, names, (row.id, row.site_name), (end, years))

    def _of_tips(self) -> Iterator[Due]:
        years = self._years.get("tips")
        for tip in planning.tips(self._store.connection, limit=_MANY) if years else ():
            end = self._tip_ended(tip.id) if self._wanted(tip.id) else None
            if end is not None and years:
                subject = (tip.id, tip.site_name or tip.address)
                yield from _dues(self._store, RULES["tips"], [tip.id], subject, (end, years))

    def _tip_ended(self, tip: str) -> date | None:
        entries = self._store.entries(tip)
        state, _ = fold_tip(entries)
        if state is None or state.state not in ("answered", "voided"):
            return None
        days = [max(local_date(entry.time) for entry in entries)]
        if state.inspection:
            end = self._end(state.inspection)
            if end is None:
                return None
            days.append(end)
        return max(days)

    def _of_sites(self) -> Iterator[Due]:
        years = self._years.get("contacts")
        for site in queries.facts_of_sites(self._store.connection) if years else ():
            if years and self._wanted(site):
                visits = queries.inspections(self._store.connection, site=site, limit=_MANY)
                if all(self._end(row.id) is not None for row in visits):
                    yield from _replaced(self._store, site, years)


def _dues(
    store: Store | View, rule: Rule, names: Sequence[str], subject: tuple[str, str], kept: tuple[date, int]
) -> Iterator[Due]:
    by_scope: dict[str, list[Ref]] = {}
    for name in names:
        entries = store.entries(name)
        refs = [entry.ref for entry in entries if entry.type in rule.types and entry.data is not None]
        for ref in _harmless(entries, refs):
            scope = next(entry.scope for entry in entries if entry.ref == ref)
            by_scope.setdefault(scope, []).append(ref)
    end, years = kept
    due = years_later(end, years).isoformat()
    for scope, refs in sorted(by_scope.items()):
        yield Due(rule.code, *subject, end.isoformat(), due, scope, tuple(sorted(refs)))


def _harmless(entries: Sequence[Entry], refs: Collection[Ref]) -> list[Ref]:
    """These entries, if destroying them changes nothing that others of the aggregate say; none otherwise."""
    before, after = fold(entries, _VOCABULARY), fold(_without(entries, refs), _VOCABULARY)
    kept = {key: _heads(before, key, refs) for key in before.heads}
    same = all(_heads(after, key, refs) == kept[key] for key in kept if kept[key])
    return list(refs) if same else []


def _without(entries: Sequence[Entry], refs: Collection[Ref]) -> list[Entry]:
    gone = set(refs)
    return [replace(entry, data=None) if entry.ref in gone else entry for entry in entries]


def _heads(registers: Registers, key: str, refs: Collection[Ref]) -> list[tuple[Ref, Any]]:
    heads = registers.heads.get(key, ())
    return [(head.entry.ref, head.value) for head in heads if head.entry.ref not in refs]


def _closed(store: Store | View, inspection: str) -> date | None:
    """The day on which the last thing about an inspection was done; None while something is open."""
    state, registers = fold_inspection(store.entries(inspection))
    if state is None or state.status == "open":
        return None
    end = registers.head(VOID) if state.status == "voided" else None
    moment = end.time if end is not None else state.concluded_at
    if moment is None:
        return None
    days = [local_date(moment)]
    for name in queries.finding_ids(store.connection, inspection):
        try:
            item, _ = rectification.load(store, name)
        except NotFound:
            return None  # its finding is not here: nobody knows whether it is closed
        if not _is_closed(item):
            return None
        days += [local_date(item.last.time)] if item.last is not None else []
    return max(days)


def _is_closed(item: Item) -> bool:
    return item.settled and item.state not in (CASED, TRANSFERRED)


def _replaced(store: Store | View, site: str, years: int) -> Iterator[Due]:
    """Entries of a site that say nothing which counts any more, since the day on which the last of them was replaced."""
    entries = store.entries(site)
    heads = {head.entry.ref for found in fold(entries, SITE).heads.values() for head in found}
    old = [entry for entry in entries if entry.data is not None and entry.type == "site.recorded"]
    dead = [entry for entry in old if entry.ref not in heads]
    title = next((str(entry.data["facts"].get("name") or "") for entry in old if entry.data), "")
    by_day: dict[tuple[str, date], list[Ref]] = {}
    for entry in dead:
        after = [other.time for other in entries if entry.ref in other.replaces]
        if after:
            day = max(local_date(moment) for moment in after)
            by_day.setdefault((entry.scope, day), []).append(entry.ref)
    for (scope, day), refs in sorted(by_day.items()):
        kept = _harmless(entries, refs)
        if kept:
            due = years_later(day, years).isoformat()
            yield Due("contacts", site, title, day.isoformat(), due, scope, tuple(sorted(kept)))


def destroy(
    store: Store,
    forms: Forms,
    *,
    rules: Collection[str] = (),
    subject: str = "",
    reason: str,
    person: Officer | None,
) -> list[Due]:
    """Destroy what has been kept long enough, here at once and everywhere else with the next syncs. It cannot be undone.

    Args:
        rules: codes of `retention.RULES`; empty: all of them.
        subject: only what is about this inspection, tip or site (its id); empty: everything.

    Returns: what was destroyed.

    Raises:
        UsageError: an unknown rule.
        Guarded: this person, or this laptop, may not approve it.
        Refusal: no reason that says something, or there is nothing to destroy.
    """
    for code in rules:
        if code not in RULES:
            raise UsageError(
                f"没有“{code}”这一类。", f"There is no rule {code!r}.",
                hint=("有：" + "、".join(RULES), "There are: " + ", ".join(RULES)), code="retention.rule",
            )  # fmt: skip
    words = tidy_text(reason)
    check_reason(words)
    today = local_date(store.clock.stamp())
    params = forms.params()
    duty = lifecycle.duty_of(str(params.get("approves_destruction") or "")) or _ACT.who
    about = About(today=today, site_kind="training", params=params, leading=rectification.may_approve(store))
    refuse(duty_objections(_ACT, person, about, duty))
    done: list[Due] = []
    # Found outside of the transaction, which is short, and looked at again inside of it.
    candidates = {one.subject for one in expired(store, forms, today=today) if subject in ("", one.subject)}

    def decide(view: View) -> list[Draft]:
        found = expired(view, forms, today=today, subjects=candidates) if candidates else []
        done[:] = [one for one in found if not rules or one.rule in rules]
        return list(_drafts(done, words, store))

    store.decide(decide, actor=person.id if person is not None else "")
    if not done:
        raise Refusal(
            "没有到期可销毁的内容，没有改动。", "Nothing has been kept long enough; nothing was changed.",
            hint=("年限见县参数 retention_…；未结的检查和问题不会列入。",
                  "The county's parameters retention_… say how long; what is open is never listed."),
            code="retention.nothing",
        )  # fmt: skip
    return done


def _drafts(found: Sequence[Due], reason: str, store: Store) -> Iterator[Draft]:
    together: dict[tuple[str, str], list[Ref]] = {}
    for one in found:
        together.setdefault((one.rule, one.scope), []).extend(one.refs)
    for (rule, scope), refs in sorted(together.items()):
        for start in range(0, len(refs), REFS_MAX):
            name = random_id("rd", store.clock.random(8))
            some = refs[start : start + REFS_MAX]
            yield retention.destroy(aggregate=name, scope=scope, rule=rule, refs=some, reason=reason)
