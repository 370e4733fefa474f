"""A paper (文书) that was given to somebody: its number, how it was served, and whether it was voided.

What is printed is a snapshot, taken when the paper is issued: a paper that left the office never changes. Its number
is kept for ever, also when it is voided.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from inspector.domain.checklist import Words
from inspector.domain.entries import Draft, Entry, Ref, Stamp
from inspector.domain.numbers import KIND, Series, show_number
from inspector.domain.objections import check_reason
from inspector.domain.registers import Registers, Setter, fold
from inspector.domain.service import SERVE_DAYS, SERVICE_FIELDS, Service, checked, read_day
from inspector.domain.when import local_date
from inspector.errors import BadInput, Refusal

DATA_BYTES_MAX = 200_000
"""Bytes of what is printed, as canonical JSON; an entry's body may have a quarter more."""
ITEMS_MAX = 500
ISSUED = "paper.issued"
ONCE_TYPES = frozenset({ISSUED, "paper.numbered", "paper.served"})
"""What is said of a paper once: a second one stands beside the first, as a conflict, and replaces nothing."""
_COPIED = (
    "kind", "authority", "year", "prefix", "word", "provisional", "items", "site", "inspection", "data", "due",
    "template_sha256",
)  # fmt: skip
_NUMBERS = "numbers"
CONFLICTS = {
    "number_conflict": Words("文号与另一份文书重复", "another paper has its number"),
    "issue": Words("两台电脑各说一份内容", "two laptops say what it holds"),
    "number": Words("有两个文号", "two numbers"),
    "service": Words("两份送达记录不同", "two records of its service"),
    "voided": Words("两个作废理由", "two reasons for voiding it"),
}
"""What two laptops may have recorded differently of a paper."""


def _numbered(data: Mapping[str, Any]) -> Mapping[str, Any]:
    # Beside the number itself one register for each that was ever given: no entry takes a number back.
    return {"number": data["number"], f"{_NUMBERS}/{data['number']}": True}


def _issued(data: Mapping[str, Any]) -> Mapping[str, Any]:
    issue = {name: data[name] for name in _COPIED if name in data}
    return {"issue": issue, **(_numbered(data) if "number" in data else {})}


def _service(data: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"service": {name: data.get(name, "") for name in SERVICE_FIELDS}}


VOCABULARY: dict[str, Setter] = {
    "paper.issued": _issued,
    "paper.numbered": _numbered,
    "paper.served": _service,
    "paper.service_corrected": _service,
    "paper.voided": lambda data: {"voided": data["reason"]},
}


@dataclass(frozen=True, slots=True)
class Paper:
    """The state of a paper.

    Attributes:
        kind: its code; `authority` the code of its department.
        number: its number; 0 while it has only a `provisional` one, which stays beside it.
        given: every number that was ever given to it, with the entry that gave it. More than one is a conflict.
        data: what is printed.
        due: the last day of what it asks for, "YYYY-MM-DD", or empty.
        service: None until it was served.
        voided: why it counts no longer; empty while it does.
        issued: when; `said` is the entry that says so.
        conflicts: what two laptops recorded differently: "issue", "number", "service", "voided".
    """

    id: str
    scope: str
    kind: str
    authority: str
    year: int
    prefix: str
    word: str
    number: int
    provisional: str
    given: tuple[tuple[int, Ref], ...]
    items: tuple[str, ...]
    site: str
    inspection: str
    due: str
    template_sha256: str
    service: Service | None
    voided: str
    issued: Stamp
    said: Ref
    actor: str
    conflicts: tuple[str, ...]
    data: Mapping[str, Any] = field(repr=False)

    @property
    def series(self) -> Series:
        """What its number is counted in."""
        return Series(self.authority, self.year, self.kind)

    @property
    def shown(self) -> str:
        """Its number as it is printed."""
        return show_number(self.prefix, self.word, self.year, self.number, self.provisional)

    @property
    def serve_by(self) -> str:
        """The day by which it is to be served where nobody was there to take it, `SERVE_DAYS` days after its issue."""
        return (local_date(self.issued) + timedelta(days=SERVE_DAYS)).isoformat()

    @property
    def device(self) -> str:
        """The laptop that issued it."""
        return self.said.device

    @property
    def status(self) -> str:
        """ "issued", "served" or "voided"."""
        return "voided" if self.voided else "served" if self.service else "issued"

    @property
    def issued_on(self) -> str:
        """The county's day on which it was issued."""
        return local_date(self.issued).isoformat()


def _kept(entry: Entry) -> Entry:
    """An entry as it counts: what is said once for ever takes the place of nothing, whatever its author claims."""
    return replace(entry, replaces=()) if entry.type in ONCE_TYPES and entry.replaces else entry


def fold_paper(entries: Iterable[Entry]) -> tuple[Paper | None, Registers]:
    """A paper from its entries; None until it is issued."""
    registers = fold(map(_kept, entries), VOCABULARY)
    head = registers.head("issue")
    if head is None:
        return None, registers
    issue, service = registers.value("issue"), registers.value("service")
    prefix = f"{_NUMBERS}/"
    given = sorted(
        (int(key.removeprefix(prefix)), heads[0].entry.ref)
        for key, heads in registers.heads.items()
        if key.startswith(prefix)
    )
    paper = Paper(
        id=head.aggregate,
        scope=head.scope,
        kind=issue["kind"],
        authority=issue["authority"],
        year=issue["year"],
        prefix=issue["prefix"],
        word=issue["word"],
        number=registers.value("number", 0),
        provisional=issue.get("provisional", ""),
        given=tuple(given),
        items=tuple(issue["items"]),
        site=issue["site"],
        inspection=issue.get("inspection", ""),
        due=issue.get("due", ""),
        template_sha256=issue.get("template_sha256", ""),
        service=Service(**service) if service is not None else None,
        voided=registers.value("voided", ""),
        issued=head.time,
        said=head.ref,
        actor=head.actor,
        conflicts=registers.conflicts(),
        data=issue["data"],
    )
    return paper, registers


@dataclass(frozen=True, slots=True)
class Wish:
    """A paper that is to be issued. `word` follows the authority's prefix in its number: 责改, 停字 …"""

    kind: str
    authority: str
    word: str
    site: str
    items: Sequence[str] = ()
    inspection: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    due: str = ""
    template_sha256: str = ""


def issue_paper(
    wish: Wish, *, paper: str, scope: str, year: int, prefix: str, number: int = 0, waiting: str = ""
) -> list[Draft]:
    """Issue a paper, under its number or a provisional one.

    Raises:
        BadInput: a kind that is no code, no word, more items than belong on a paper, or a last day that is no date.
    """
    if KIND.fullmatch(wish.kind) is None:
        raise BadInput(
            f"“{wish.kind}”不是文书种类的代码。", f"{wish.kind!r} is no code of a kind of paper.", code="paper.kind"
        )  # fmt: skip
    if not wish.word.strip() or len(wish.word) > 20:
        raise BadInput(
            "文号里没有种类字（如“责改”），或太长。", "The word of the kind in the number is missing or too long.",
            code="paper.word",
        )  # fmt: skip
    if len(wish.items) > ITEMS_MAX:
        raise BadInput(
            f"一份文书最多{ITEMS_MAX}项。", f"A paper has at most {ITEMS_MAX} items.", code="paper.items"
        )  # fmt: skip
    data: dict[str, Any] = {
        "kind": wish.kind,
        "authority": wish.authority,
        "year": year,
        "prefix": prefix,
        "word": wish.word,
        "items": list(dict.fromkeys(wish.items)),
        "site": wish.site,
        "inspection": wish.inspection,
        "data": wish.data,
        "due": read_day(wish.due) if wish.due else "",
        "template_sha256": wish.template_sha256,
        **({"number": number} if number else {"provisional": waiting}),
    }
    return [Draft("paper.issued", paper, scope, data)]


def number_paper(known: tuple[Paper, Registers], number: int) -> list[Draft]:
    """Give a paper that has a provisional number its own, once; none where it has one or counts no longer."""
    paper, registers = known
    if registers.heads.get("number") or paper.voided:
        return []
    return [Draft("paper.numbered", paper.id, paper.scope, {"number": number})]


def serve_paper(known: tuple[Paper, Registers], service: Service, *, today: str) -> list[Draft]:
    """Record that a paper was served; none where exactly this is known.

    Raises:
        BadInput: what its method needs is not said, or its day cannot be.
        Refusal: it was voided, or was served otherwise already.
    """
    paper, registers = known
    _refuse_voided(paper)
    service = checked(service, issued_on=paper.issued_on, today=today)
    if paper.service == service and not registers.conflict("service"):
        return []
    if paper.service is not None:
        raise Refusal(
            f"{paper.shown} 已于 {paper.service.date} 送达，没有改动。",
            f"{paper.shown} was served on {paper.service.date}; nothing was changed.",
            hint=("记错了可以更正（--correct），须写理由。", "What is wrong can be corrected (--correct), with a reason."),
            code="paper.served",
        )  # fmt: skip
    return [Draft("paper.served", paper.id, paper.scope, service.to_data())]


def correct_service(
    known: tuple[Paper, Registers], service: Service, *, reason: str, today: str
) -> list[Draft]:
    """Put right how a paper was served, or settle two records of it; both stay traceable.

    Raises:
        BadInput: as `serve_paper`.
        Refusal: it was voided, was not served yet, or the reason says nothing.
    """
    paper, registers = known
    _refuse_voided(paper)
    if paper.service is None:
        raise Refusal(
            f"{paper.shown} 还没有送达记录，没有可更正的。", f"{paper.shown} has not been served yet.", code="paper.unserved"
        )  # fmt: skip
    check_reason(reason)
    service = checked(service, issued_on=paper.issued_on, today=today)
    if paper.service == service and not registers.conflict("service"):
        return []
    data = {**service.to_data(), "reason": reason.strip()}
    return [Draft("paper.service_corrected", paper.id, paper.scope, data, registers.seen("service"))]


def void_paper(known: tuple[Paper, Registers], *, reason: str, override: str = "") -> list[Draft]:
    """Void a paper; its number is kept and never given again. None where it is voided.

    Args:
        override: why a paper that was served is voided all the same.

    Raises:
        Refusal: a reason says nothing, or the paper was served and `override` is empty.
    """
    paper, registers = known
    if paper.voided:
        return []
    check_reason(reason)
    if paper.service is not None:
        if not override.strip():
            raise Refusal(
                f"{paper.shown} 已经送达，不能直接作废。", f"{paper.shown} was served and cannot simply be voided.",
                hint=("确需撤回的，另写明理由（--override）。", "Where it has to be withdrawn, say why (--override)."),
                code="paper.void_served",
            )  # fmt: skip
        check_reason(override)
    data = {"reason": reason.strip(), **({"override": override.strip()} if override.strip() else {})}
    return [Draft("paper.voided", paper.id, paper.scope, data, registers.seen("voided"))]


def _refuse_voided(paper: Paper) -> None:
    if paper.voided:
        raise Refusal(
            f"{paper.shown} 已作废（{paper.voided}），没有改动。",
            f"{paper.shown} was voided ({paper.voided}); nothing was changed.",
            code="paper.voided",
        )
