"""Which texts this workspace goes by: those shipped, those published, and those pinned by inspections."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from inspector.domain.calendar import Calendar
from inspector.domain.checklist import Checklist, Item, Pack
from inspector.domain.entries import COUNTY, Draft
from inspector.domain.inspection import Inspection, PackPin, RulePin
from inspector.domain.office import RULE_KINDS, TEXT_KINDS, VOCABULARY, checklist_aggregate, publish_text
from inspector.domain.registers import fold
from inspector.domain.rules import Compiled, compile_checklist
from inspector.domain.site import Site
from inspector.errors import BadInput, Damaged, NotFound, Refusal
from inspector.forms.county import County, in_force, merged, readable
from inspector.forms.library import Library, shipped
from inspector.forms.shelf import over
from inspector.forms.texts import FormText, rule_texts, text_drafts, version_parts
from inspector.store import queries
from inspector.store.workspace import Store, View

if TYPE_CHECKING:
    from inspector.store.queries import FormRow

DEFAULT_PACKS = {"training": "routine-check", "campus": "campus-homework"}
OCCASION_PACKS = {
    "night": "night-patrol",
    "weekend": "holiday-patrol",
    "holiday": "holiday-patrol",
    "vacation": "holiday-patrol",
}
"""What a patrol of that occasion begins with at a training site, where the office assigned nothing."""


@dataclass(frozen=True, slots=True)
class FormSet:
    """The exact checklists of one inspection, ready to be judged."""

    checklists: tuple[Compiled, ...]

    def item(self, code: str) -> tuple[Compiled, Item]:
        """The item with that code, in any spelling of case.

        Raises:
            NotFound: none of these checklists has it.
        """
        for compiled in self.checklists:
            for item in compiled.checklist.items:
                if item.code.lower() == code.strip().lower():
                    return compiled, item
        raise NotFound(
            f"这次检查没有“{code}”这一项。", f"This inspection has no item {code!r}.",
            hint=("用 inspector inspect show 查看各项编码。", "inspector inspect show lists the items."),
            code="item.unknown",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pins:
    """The exact texts that an inspection is started with."""

    pack: PackPin
    checklists: tuple[PackPin, ...]
    questionnaires: tuple[PackPin, ...] = ()


class Forms:
    """Checklists and packs by code and by exact text; keeps what it has compiled."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._by_sha: dict[str, Checklist] = {}

    @property
    def library(self) -> Library:
        """What the program ships."""
        return shipped()

    def _read_row(self, row: "FormRow") -> Checklist:
        from inspector.forms.checklists import read_checklist

        if row.sha256 not in self._by_sha:
            self._by_sha[row.sha256] = read_checklist(row.text.encode("utf-8"), f"{row.code}@{row.version}")
        return self._by_sha[row.sha256]

    def packs(self) -> dict[str, Pack]:
        """Packs by code: shipped ones, and those of the office over them (the highest version of a code)."""
        from inspector.forms.checklists import read_pack

        found = dict(self.library.packs)
        for row in self._of_the_office("pack"):
            try:
                pack = read_pack(row.text.encode("utf-8"), f"{row.code}@{row.version}")
            except BadInput:  # of a newer program: those that can be read go on
                continue
            if row.code not in found or version_parts(pack.version) > version_parts(found[row.code].version):
                found[row.code] = pack
        return found

    def checklists(self) -> Mapping[str, Checklist]:
        """Checklists by code: shipped ones, and those of the office over them (the highest version of a code)."""
        own: dict[str, Checklist] = {}
        for row in self._of_the_office("checklist"):
            if row.sha256 in self.library.sources:
                continue
            known = own.get(row.code) or self.library.checklists.get(row.code)
            if known is None or version_parts(row.version) > version_parts(known.version):
                with contextlib.suppress(BadInput):  # of a newer program: those that can be read go on
                    own[row.code] = self._read_row(row)
        return over(self.library.checklists, own)

    def versions(self, code: str) -> list[Checklist]:
        """Every version of a checklist that the office published and this program can read."""
        found: list[Checklist] = []
        for row in self._of_the_office("checklist"):
            if row.code == code:
                with contextlib.suppress(BadInput):  # of a newer program: those that can be read go on
                    found.append(self._read_row(row))
        return found

    def _of_the_office(self, kind: str) -> "list[FormRow]":
        """Published texts that may stand for a code: the centre's, or this workspace's own while it has no centre.

        Others' texts, and its own from before it had a centre, only serve the inspections that are pinned to them.
        """
        return queries.forms(self._store.connection, kind, devices=office_devices(self._store))

    def county(self) -> County:
        """What the county decides by now: shipped values, and those of the office over them."""
        return merged(in_force(self.library, [text for kind in RULE_KINDS for text in self.published(kind)]))

    def published(self, kind: str) -> list[FormText]:
        """The texts of a kind that the office of this workspace published (`office_devices`)."""
        return [_form_text(row) for row in self._of_the_office(kind)]

    def params(self) -> Mapping[str, Any]:
        """County parameters by name; None where nobody has decided."""
        return self.county().params

    def calendar(self) -> Calendar:
        """Statutory years, terms and breaks, as far as they are known."""
        return self.county().calendar

    def rules(self, inspection: Inspection) -> County:
        """What an inspection is judged by: what counts now while it is open, and for ever what its conclusion names.

        A conclusion that names nothing was judged by what the program ships.

        Raises:
            Damaged: a text that its conclusion names is not in this workspace.
        """
        if inspection.conclusion is None:
            return self.county()
        if not inspection.rules:
            return merged(in_force(self.library, ()))
        return merged(tuple(self._rule_text(pin) for pin in inspection.rules))

    def _rule_text(self, pin: RulePin) -> FormText:
        there = {text.sha256: text for text in rule_texts(self.library)}
        found = there.get(pin.sha256)
        if found is not None and pin == RulePin(found.kind, found.code, found.version, found.sha256):
            return found
        row = queries.form(self._store.connection, pin.sha256)
        found = found or (None if row is None else _form_text(row))
        if found is None:
            raise Damaged(
                f"办结时所依据的{pin.code}（{pin.version}）的原文不在本机。",
                f"The text of {pin.code} {pin.version}, by which this was concluded, is not here.",
                hint=("与中心同步一次即可取回。", "Sync with the centre to fetch it."), code="rules.missing",
            )  # fmt: skip
        text = replace(found, kind=pin.kind, code=pin.code, version=pin.version)
        if not readable(text, typed=False):
            raise Damaged(
                f"办结时所依据的{pin.code}（{pin.version}）的原文与校验值不符或读不懂，没有采用。",
                f"The text of {pin.code} {pin.version} is not the one that was pinned, or cannot be read; it was not used.",
                hint=("请更新本程序；仍不行时告诉中心管理员。",
                      "Update this program; if that does not help, tell the centre's administrator."),
                code="rules.changed",
            )  # fmt: skip
        return text

    def pack_for(self, site: Site, code: str = "", *, occasion: str = "", planned: str = "") -> Pack:
        """The pack with that code, or the plan's, or the one assigned to the site's grid and kind, or the usual one.

        Args:
            occasion: of the patrol, `domain.patrol.OCCASIONS`.
            planned: the pack of the patrol's plan, where that is for this kind of site.

        Raises:
            NotFound: no such pack.
            Refusal: the pack is for another kind of site.
        """
        packs = self.packs()
        if not code and planned in packs and site.kind in packs[planned].site_kinds:
            code = planned
        code = code or self._assigned(site, occasion)
        if code not in packs:
            names = "、".join(sorted(packs))
            raise NotFound(
                f"没有检查包“{code}”。",
                f"There is no pack {code!r}.",
                hint=(f"可用：{names}", f"Known: {names}"),
            )
        pack = packs[code]
        if site.kind not in pack.site_kinds:
            raise Refusal(
                f"检查包“{pack.title.zh}”不适用于这类场所。", f"Pack {code!r} is not for this kind of site.",
                code="pack.site_kind",
            )  # fmt: skip
        return pack

    def _assigned(self, site: Site, occasion: str) -> str:
        known = {(row.grid, row.site_kind): row.pack for row in queries.assignments(self._store.connection)}
        for grid in (site.scope, COUNTY):
            if (grid, site.kind) in known:
                return known[grid, site.kind]
        usual = DEFAULT_PACKS[site.kind]
        return OCCASION_PACKS.get(occasion, usual) if site.kind == "training" else usual

    def pins(self, pack: Pack) -> Pins:
        """The exact versions that an inspection with this pack is filled with now.

        Raises:
            NotFound: a checklist or a questionnaire of the pack is not here.
        """
        checklists = self.checklists()
        for code in (*pack.checklists, *pack.questionnaires):
            if code not in checklists:
                raise NotFound(
                    f"检查包“{pack.code}”用到的检查表 {code} 不在本机。",
                    f"The checklist {code} of the pack {pack.code!r} is not here.",
                    hint=(
                        "与中心同步，或请办公室一并发布。",
                        "Sync with the centre, or ask the office to publish it too.",
                    ),
                    code="checklist.missing",
                )

        def exact(codes: Sequence[str]) -> tuple[PackPin, ...]:
            return tuple(
                PackPin(code, checklists[code].version, checklists[code].sha256, pack.items_of(code))
                for code in codes
            )

        whole = PackPin(pack.code, pack.version, pack.sha256)
        return Pins(whole, exact(pack.checklists), exact(pack.questionnaires))

    def publishing(self, view: View, pins: Pins) -> list[Draft]:
        """Drafts that put the pinned texts into the journal where they are not there yet.

        With them the pinned hash can be resolved on every laptop and after every upgrade.
        """
        texts = (*pins.checklists, *pins.questionnaires)
        return self._publishing(view, [("pack", pins.pack), *(("checklist", pin) for pin in texts)])

    def publishing_rules(self, view: View, pins: Sequence[RulePin]) -> list[Draft]:
        """Drafts that put the texts of a conclusion into the journal, as `publishing`."""
        return self._publishing(view, [(pin.kind, pin) for pin in pins])

    def _publishing(self, view: View, pins: Sequence[tuple[str, PackPin | RulePin]]) -> list[Draft]:
        drafts: list[Draft] = []
        for kind, pin in pins:
            known = fold(view.entries(checklist_aggregate(pin.sha256)), VOCABULARY)
            if not known.heads:
                text = self.library.sources[pin.sha256].decode("utf-8")
                drafts += publish_text(
                    kind,
                    known,
                    code=pin.code,
                    version=pin.version,
                    sha256=pin.sha256,
                    text=text,
                    pinned=True,
                )
        return drafts

    def of(self, inspection: Inspection) -> FormSet:
        """The checklists that an inspection is pinned to.

        Raises:
            Damaged: a pinned text is not in this workspace.
        """
        return FormSet(
            tuple(compile_checklist(self._pinned(pin), pin.items) for pin in inspection.checklists)
        )

    def questionnaires(self, inspection: Inspection) -> tuple[Checklist, ...]:
        """The questionnaires that an inspection is pinned to.

        Raises:
            Damaged: a pinned text is not in this workspace.
        """
        return tuple(self._pinned(pin) for pin in inspection.questionnaires)

    def _pinned(self, pin: PackPin) -> Checklist:
        if pin.sha256 in self._by_sha:
            return self._by_sha[pin.sha256]
        known = self.library.checklists.get(pin.code)
        if known is not None and known.sha256 == pin.sha256:
            self._by_sha[pin.sha256] = known
            return known
        row = queries.form(self._store.connection, pin.sha256)
        if row is None:
            raise Damaged(
                f"检查表 {pin.code}（{pin.version}）的原文不在本机。", f"The text of {pin.code} {pin.version} is not here.",
                hint=("与中心同步一次即可取回。", "Sync with the centre to fetch it."), code="checklist.missing",
            )  # fmt: skip
        found = self._read_row(row)
        if found.sha256 != pin.sha256:
            raise Damaged(
                f"检查表 {pin.code}（{pin.version}）的原文与校验值不符，没有采用。",
                f"The text of {pin.code} {pin.version} is not the one that was pinned; it was not used.",
                hint=("请把这一情况告诉中心管理员。", "Tell the centre's administrator."), code="checklist.changed",
            )  # fmt: skip
        return found


def _form_text(row: "FormRow") -> FormText:
    return FormText(row.kind, row.code, row.version, row.sha256, row.text)


def publish(store: Store, texts: Sequence[FormText]) -> int:
    """Put the office's own texts into the journal, each exact text once; how many were new.

    Raises:
        Refusal: the workspace has a centre, which publishes instead.
    """
    check_own_office(store)
    return len(store.decide(lambda view: text_drafts(texts, view.entries, authors=office_devices(store))))


def office_devices(store: Store) -> tuple[str, ...]:
    """The devices whose texts count here: its centre's, or its own where the workspace is its own office."""
    if not is_enrolled(store):
        return (store.device,)
    known = store.json_setting("centre_devices") or []
    return tuple(dict.fromkeys((store.setting("centre_device") or "", *known)))


def set_aside(store: Store) -> tuple[str, ...]:
    """Codes of texts that the workspace published for itself and that count no longer, as it has a centre now."""
    if not is_enrolled(store):
        return ()
    of_centre = office_devices(store)
    found: dict[str, None] = {}
    for kind in TEXT_KINDS:
        there = {row.sha256 for row in queries.forms(store.connection, kind, devices=of_centre)}
        own = queries.forms(store.connection, kind, devices=(store.device,))
        found |= dict.fromkeys(row.code for row in own if row.sha256 not in there)
    return tuple(found)


def is_enrolled(store: Store) -> bool:
    """Whether the workspace has a centre, which then is the office."""
    return store.setting("centre_device") is not None


def check_own_office(store: Store) -> None:
    """Whether texts may be published here.

    Raises:
        Refusal: the workspace has a centre.
    """
    if is_enrolled(store):
        raise Refusal(
            "本机已加入中心：检查表、参数和日历由中心发布，本机不能自行采用；没有改动任何内容。",
            "This laptop has a centre, which publishes checklists, parameters and calendars; nothing was changed.",
            hint=("请把文件交给办公室，由其在中心运行 inspector central publish --file 文件；下次同步时收到。",
                  "Have the office run inspector central publish --file FILE at the centre; the next sync brings it."),
            code="office.centre",
        )  # fmt: skip
