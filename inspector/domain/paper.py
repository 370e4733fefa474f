"""A paper (文书) that was given to somebody: its number, how it was served, and whether it was voided.

What is printed is a snapshot, taken when the paper is issued: a paper that left the office never changes. Its number
is kept for ever, also when it is voided.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inspector.domain.entries import Draft, Entry, Ref, Stamp
from inspector.domain.numbers import KIND, Series, show_number
from inspector.domain.objections import REASON_LENGTH, check_reason
from inspector.domain.registers import Registers, Setter, fold
from inspector.domain.scalars import day
from inspector.domain.when import local_date
from inspector.errors import BadInput, Refusal

METHODS = {
    "personal": ("直接送达", "handed over"),
    "refused": ("拒收", "refused"),
    "left": ("留置送达", "left there"),
    "mail": ("邮寄送达", "by mail"),
    "electronic": ("电子送达", "electronically"),
}
"""How a paper is served. Electronically only with consent; within 7 days where nobody was there (行政处罚法 61)."""
SERVE_DAYS = 7
SERVICE_FIELDS = ("method", "date", "receiver", "relation", "witness", "consent", "note")
DATA_BYTES_MAX = 200_000
"""Bytes of what is printed, as canonical JSON; an entry's body may have a quarter more."""
ITEMS_MAX = 500
_COPIED = (
    "kind", "authority", "year", "prefix", "word", "provisional", "items", "site", "inspection", "data", "due",
    "template_sha256",
)  # fmt: skip
_NUMBERS = "numbers"


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
class Service:
    """How, when and to whom a paper was served.

    Attributes:
        method: one of `METHODS`.
        date: the day, "YYYY-MM-DD".
        receiver, relation: who took it, and what that person is to the one it is for.
        witness: who saw that it was refused or left.
        consent: who agreed to electronic service, and how.
        note: what else there is to say; of a recording, what of it shows the service.
    """

    method: str
    date: str
    receiver: str = ""
    relation: str = ""
    witness: str = ""
    consent: str = ""
    note: str = ""


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
        conflicts: what two laptops recorded differently: "number", "service", "voided".
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


def fold_paper(entries: Iterable[Entry]) -> tuple[Paper | None, Registers]:
    """A paper from its entries; None until it is issued."""
    registers = fold(entries, VOCABULARY)
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
        "due": _day(wish.due) if wish.due else "",
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
    service = _checked(paper, service, today=today)
    if paper.service == service and not registers.conflict("service"):
        return []
    if paper.service is not None:
        raise Refusal(
            f"{paper.shown} 已于 {paper.service.date} 送达，没有改动。",
            f"{paper.shown} was served on {paper.service.date}; nothing was changed.",
            hint=("记错了可以更正（--correct），须写理由。", "What is wrong can be corrected (--correct), with a reason."),
            code="paper.served",
        )  # fmt: skip
    return [Draft("paper.served", paper.id, paper.scope, _fields(service))]


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
    service = _checked(paper, service, today=today)
    if paper.service == service and not registers.conflict("service"):
        return []
    data = {**_fields(service), "reason": reason.strip()}
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


def _fields(service: Service) -> dict[str, str]:
    return {name: getattr(service, name) for name in SERVICE_FIELDS}


def _refuse_voided(paper: Paper) -> None:
    if paper.voided:
        raise Refusal(
            f"{paper.shown} 已作废（{paper.voided}），没有改动。",
            f"{paper.shown} was voided ({paper.voided}); nothing was changed.",
            code="paper.voided",
        )


def _day(text: str) -> str:
    try:
        return day(text)
    except ValueError as error:
        raise BadInput(
            f"日期“{text}”看不懂，请写成 2027-06-30。", f"{text!r} is not a date; write 2027-06-30.", code="date"
        ) from error  # fmt: skip


def _checked(paper: Paper, service: Service, *, today: str) -> Service:
    """The service with its day in canonical form, if it is whole."""
    if service.method not in METHODS:
        raise BadInput(
            f"不认识的送达方式“{service.method}”。", f"Unknown way of service {service.method!r}.",
            hint=("、".join(METHODS), ", ".join(METHODS)), code="paper.method",
        )  # fmt: skip
    values = {name: str(getattr(service, name)).strip() for name in SERVICE_FIELDS}
    values["date"] = _day(values["date"])
    found = Service(**values)
    if found.date < paper.issued_on:
        raise BadInput(
            f"送达日期 {found.date} 早于文书日期 {paper.issued_on}，没有记录。",
            f"Served on {found.date}, before it was issued on {paper.issued_on}; it was not recorded.",
            code="paper.early",
        )
    if found.date > today:
        raise BadInput(
            f"送达日期 {found.date} 还没有到，没有记录。", f"{found.date} is yet to come; it was not recorded.",
            code="paper.future",
        )  # fmt: skip
    _refuse_incomplete(found)
    return found


def _refuse_incomplete(service: Service) -> None:
    if service.method in ("personal", "mail") and not service.receiver:
        raise BadInput(
            "没有写受送达人（签收人）。", "Nobody is named who received it.",
            hint=("写明谁签收；不是本人的，写明与当事人的关系。", "Say who took it, and what that person is to the party."),
            code="paper.receiver",
        )  # fmt: skip
    recorded = sum(sign.isalnum() for sign in service.note) >= REASON_LENGTH
    if service.method in ("refused", "left") and not service.witness and not recorded:
        raise BadInput(
            "拒收或留置要有见证人，或写明全程音像记录。",
            "A refusal, or leaving it there, needs a witness or a note of the full recording.",
            hint=("写见证人姓名（--witness），或在备注里写明音像记录的起止和内容（--note）。",
                  "Name the witness (--witness), or say in the note what of the recording shows it (--note)."),
            code="paper.witness",
        )  # fmt: skip
    if service.method == "electronic" and not service.consent:
        raise BadInput(
            "电子送达须经当事人同意并确认。", "Electronic service needs the party's recorded consent.",
            hint=("写明谁、怎样同意的（--consent）；依据行政处罚法第六十一条。",
                  "Say who agreed and how (--consent); 行政处罚法 article 61."),
            code="paper.consent",
        )  # fmt: skip
