"""Items of rectification for tests of the domain: people, entries by several laptops, items brought to a state."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from inspector.domain import rectifying
from inspector.domain.entries import COUNTY, Draft, Entry, Ref, Stamp
from inspector.domain.office import Officer
from inspector.domain.rectification import Item, Opening, fold_item
from inspector.domain.rectification_guard import About, Service, Wish
from inspector.domain.registers import Registers

DEVICES = ("a" * 16, "b" * 16, "c" * 16)
FOUND = date(2026, 3, 2)
SERVED = FOUND + timedelta(days=1)
DUE = FOUND + timedelta(days=8)
PHOTO = {"sha256": "7" * 64, "name": "p.jpg", "bytes": 3, "facts": {}, "phase": "after"}
SHAPE = {"inspection": "i-1", "site": "s-1", "item": "T-LIC-01", "question": "问？", "severity": 3}


def person(name: str, *, standing: str = "officer", duty: str = "", department: str = "教体局") -> Officer:
    """An invented person with a certificate."""
    return Officer(f"o-{name}", f"样例{name}", department, f"样例-{name}", "", standing, duty)


FIRST, SECOND, THIRD = person("甲"), person("乙"), person("丙")
WORKER = person("网格", standing="grid_worker")
SCHOOL = person("督学", standing="school_inspector")
LEAD, SECTION, DEPUTY, HEAD = (
    person(duty, standing="helper", duty=duty) for duty in ("lead", "section", "deputy", "head")
)
EVERYBODY = (FIRST, SECOND, THIRD, WORKER, SCHOOL, LEAD, SECTION, DEPUTY, HEAD)
OPENING = Opening(concluded=True, officers=(FIRST.id, SECOND.id), day=FOUND.isoformat())


@dataclass
class Case:
    """An item, the day, and what happened to it."""

    id: str = "f-1"
    opening: Opening = OPENING
    finding: Mapping[str, Any] = field(default_factory=lambda: SHAPE)
    today: date = FOUND
    site_kind: str = "training"
    params: Mapping[str, Any] = field(default_factory=dict)
    leading: bool = True
    entries: list[Entry] = field(default_factory=list)

    def __post_init__(self) -> None:
        """The finding is recorded by the first officer."""
        if not self.entries:
            self.append([Draft("finding.recorded", self.id, COUNTY, self.finding)], FIRST)

    @property
    def about(self) -> About:
        """What decisions are made by."""
        return About(self.today, self.site_kind, self.params, self.leading)

    @property
    def item(self) -> Item:
        """As it stands."""
        found = self.folded()[0]
        assert found is not None
        return found

    def folded(self) -> tuple[Item | None, Registers]:
        """The item and its registers."""
        return fold_item(self.entries, self.opening)

    def append(self, drafts: Iterable[Draft], who: Officer | None, *, device: str = DEVICES[0]) -> list[Ref]:
        """Record drafts as a laptop does."""
        refs = []
        for draft in drafts:
            if draft.aggregate != self.id:
                continue
            seq = sum(entry.ref.device == device for entry in self.entries) + 1
            stamp = Stamp(1_790_000_000_000 + len(self.entries), 480, "0" * 16, len(self.entries))
            ref = Ref(device, seq)
            self.entries.append(
                Entry(ref, draft.type, draft.aggregate, draft.scope, who.id if who else "", stamp, draft.replaces, draft.data)
            )  # fmt: skip
            refs.append(ref)
        return refs

    def decided(self, wish: Wish, who: Officer | None) -> list[Draft]:
        """What would be recorded now."""
        item, registers = self.folded()
        assert item is not None
        return rectifying.move(item, registers, wish, who, self.about, scope=COUNTY)

    def do(self, who: Officer | None, action: str, *, device: str = DEVICES[0], **along: Any) -> "Case":
        """Do it; the case itself."""
        self.append(self.decided(wish(action, **along), who), who, device=device)
        return self

    def on(self, day: date) -> "Case":
        """Go on, on another day."""
        self.today = day
        return self

    def forge(self, who: str, data: Mapping[str, Any], *, device: str = DEVICES[0], kind: str = "rectification.moved",
              replaces: Iterable[Ref] | None = None) -> Ref:  # fmt: skip
        """What another program wrote: no guard, any data."""
        seen = self.folded()[1].seen("stage") if replaces is None else tuple(sorted(replaces))
        draft = Draft(kind, self.id, COUNTY, data, seen)
        return self.append([draft], Officer(who, who, "", "", "", ""), device=device)[0]


SERVICE = Service("w-1", "rectification_notice", SERVED, DUE)


def wish(action: str, **along: Any) -> Wish:
    """A wish with everything that the action needs; `along` says otherwise."""
    needed: dict[str, dict[str, Any]] = {
        "correct": {"photos": (PHOTO,), "signer": "样例负责人"},
        "notify": {"service": SERVICE},
        "redate": {"service": SERVICE},
        "recall": {"service": SERVICE},
        "ask_extension": {"note": "材料在办（虚构）", "until": DUE + timedelta(days=5)},
        "refuse_extension": {"note": "理由不足（虚构）"},
        "submit": {"note": "已改（虚构）"},
        "escalate": {"note": "书面督办（虚构）"},
        "plan_review": {"on": DUE},
        "pass": {"photos": (PHOTO,), "note": "逐条核对（虚构）"},
        "fail": {"photos": (PHOTO,), "note": "仍在上课（虚构）"},
        "notify_again": {"service": Service("w-2", "rectification_notice", DUE, DUE + timedelta(days=7))},
        "keep": {"note": "未反弹（虚构）"},
        "transfer": {"note": "不归本部门（虚构）", "department": "市场监管局"},
        "open_case": {"note": "拒不改正（虚构）"},
        "void": {"note": "误报同一块牌子"},
        "send_back": {"note": "照片不清（虚构）"},
    }
    return Wish(action, **{**needed.get(action, {}), **along})


_RECTIFYING: tuple[str | date, ...] = ("notify", SERVED)
_REVIEW = (*_RECTIFYING, "submit", "plan_review")
_CLOSED = (*_REVIEW, "pass", "endorse", "close")
_LATER = FOUND + timedelta(days=40)
_WAYS: dict[str, tuple[str | date, ...]] = {
    "draft": (),
    "open": (),
    "on_spot": ("correct",),
    "noticed": ("notify",),
    "rectifying": _RECTIFYING,
    "extension": (*_RECTIFYING, "ask_extension"),
    "submitted": (*_RECTIFYING, "submit"),
    "review": _REVIEW,
    "passed": (*_REVIEW, "pass"),
    "failed": (*_REVIEW, "fail"),
    "closed": _CLOSED,
    "look_back": (*_CLOSED, _LATER, "look_back"),
    "archived": (*_CLOSED, _LATER, "look_back", "keep"),
    "escalated": (*_REVIEW, "fail", "escalate"),
    "transferred": (*_RECTIFYING, "transfer"),
    "cased": (*_REVIEW, "fail", "open_case"),
    "voided": ("void",),
}
BY = {
    "pass": THIRD, "fail": THIRD, "endorse": SECTION, "close": DEPUTY, "look_back": LEAD, "escalate": LEAD,
    "transfer": LEAD, "open_case": HEAD, "void": LEAD, "grant_extension": DEPUTY, "refuse_extension": DEPUTY,
    "send_back": LEAD, "recall": LEAD,
}  # fmt: skip
"""Who does what in these tests; the officer in charge does the rest."""


def at(state: str, **fields: Any) -> Case:
    """An item that was brought to a state by steps alone."""
    case = Case(**fields)
    for step in _WAYS[state]:
        if isinstance(step, date):
            case.on(step)
        else:
            case.do(BY.get(step, FIRST), step)
    if state == "draft":
        case.opening = Opening(concluded=False, officers=OPENING.officers, day=OPENING.day)
    assert case.item.state_on(case.today) == state
    return case


def two_steps() -> Case:
    """A review on one laptop passes, on the other fails."""
    case = at("review")
    here, there = case.decided(wish("pass"), THIRD), case.decided(wish("fail"), person("戊"))
    case.append(here, THIRD, device=DEVICES[0])
    case.append(there, person("戊"), device=DEVICES[1])
    return case
