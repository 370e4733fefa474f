"""The service (送达) of a paper: what its way needs is asked, and nothing that was typed is lost on a refusal."""

from collections.abc import Mapping
from dataclasses import dataclass

from textual import on
from textual.widgets import Input

from inspector.domain.finding import show_due
from inspector.domain.paper import Paper
from inspector.domain.service import METHODS, Service
from inspector.language import tr
from inspector.screens.form import Line, choose, numbered
from inspector.screens.kept import Keep, KeptForm
from inspector.screens.workplace import Workplace
from inspector.services import notices, rectification
from inspector.store.workspace import Store

_ASKED: Mapping[str, tuple[str, ...]] = {
    "personal": ("receiver", "relation", "note"),
    "refused": ("receiver", "witness", "note"),
    "left": ("receiver", "witness", "note"),
    "mail": ("receiver", "relation", "note"),
    "electronic": ("receiver", "consent", "note"),
}
"""What each way of service asks for; the rest is not shown."""
_SHOWN = ("receiver", "relation", "witness", "consent", "note")


@dataclass(frozen=True, slots=True)
class Outcome:
    """A service that was recorded, in words: what runs from it, until when."""

    words: str
    hint: str


class ServeScreen(KeptForm):
    """The service of one paper; dismisses with an `Outcome`."""

    def begin(self) -> None:
        """Only what the present way asks for."""
        super().begin()
        self._show_asked()

    @on(Input.Changed, "#form-method")
    def _method_changed(self) -> None:
        self._show_asked()

    def _show_asked(self) -> None:
        method = choose(self.query_one("#form-method", Input).value, method_options(), default="personal")
        asked = _ASKED.get(method, _SHOWN)
        for name in _SHOWN:
            self.query_one(f"#line-{name}").set_class(name not in asked, "asked-later")


def method_options() -> list[tuple[str, str]]:
    """The ways of service, by code and word."""
    return [(code, tr(*words)) for code, words in METHODS.items()]


async def serving(place: Workplace, paper: Paper, *, kept: Mapping[str, str], keep: Keep) -> ServeScreen:
    """The form of a paper's service, or of its correction where it was served already."""
    person = await place.read(rectification.actor, place.store, "")
    today = await place.read(place.store.today)
    known = paper.service or Service("personal", today)
    options = method_options()
    number = str([code for code, _ in options].index(known.method) + 1) if known.method in METHODS else "1"

    async def submit(values: Mapping[str, str]) -> Outcome:
        method = choose(values["method"], options, default="personal")
        asked = _ASKED.get(method, _SHOWN)
        said = {name: values[name] if name in asked else "" for name in _SHOWN}
        service = Service(method, values["date"].strip() or today, **said)
        return await place.write(_record, place, paper, service, values)

    lines = [
        Line("method", tr("送达方式", "How"), number, hint=numbered(options), longest=20),
        Line("date", tr("送达日期", "Day"), known.date, longest=20),
        Line("receiver", tr("受送达人", "Received by"), known.receiver),
        Line("relation", tr("与当事人关系", "Who is"), known.relation),
        Line("witness", tr("见证人", "Witness"), known.witness),
        Line("consent", tr("同意电子送达", "Consent"), known.consent),
        Line("note", tr("备注", "Note"), known.note, longest=4_000),
        Line("officer", tr("送达人", "Served by"), person.name if person else ""),
    ]
    if paper.service is not None:
        lines.append(Line("reason", tr("更正理由", "Why corrected"), longest=2_000))
    title = tr(f"送达 {paper.shown}", f"Service of {paper.shown}") if paper.service is None else tr(
        f"更正送达 {paper.shown}", f"Correct the service of {paper.shown}")  # fmt: skip
    return ServeScreen(place, title, lines, submit, kept=kept, keep=keep, first="receiver")


def _record(place: Workplace, paper: Paper, service: Service, values: Mapping[str, str]) -> Outcome:
    store = place.store
    person = rectification.actor(store, values["officer"])
    if paper.service is not None:
        found = notices.correct(store, place.forms, paper.id, service, reason=values["reason"], person=person)
        return outcome_words(store, found, tr("送达已更正，已保存。", "The service is corrected and saved."))
    served = notices.serve(store, place.forms, paper.id, service, person=person)
    return outcome_words(store, served)


def outcome_words(store: Store, served: notices.Served, said: str = "") -> Outcome:
    """What runs from a service, until when."""
    words = said or tr("送达已记录。", "The service is recorded.")
    if not served.paper.items:
        return Outcome(words, "")
    lines = [item_line(store, name) for name in served.moved[:3]]
    more = len(served.moved) - len(lines)
    if served.moved:
        words += tr(
            f"{len(served.moved)} 个问题的期限从这天起算：",
            f" The deadline of {len(served.moved)} items runs from it: ",
        )
        words += tr("；", "; ").join(lines) + (tr(f"；另有 {more} 个", f"; {more} more") if more else "")
    left = len(served.left)
    hint = tr(f"{left} 个问题的状态不受这次送达影响。", f"{left} items stay as they were.") if left else ""
    return Outcome(words, hint)


def item_line(store: Store, name: str) -> str:
    """An item and its last day."""
    item = rectification.load(store, name)[0]
    return tr(f"{item.finding.item} 到 {show_due(item)}", f"{item.finding.item} until {show_due(item)}")
