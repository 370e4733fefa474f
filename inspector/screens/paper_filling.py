"""Filling in one paper: what it would say now, its items, what is typed for it, facts that it lacks; kept from key to key."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import ClassVar

from textual import on
from textual.widget import Widget

from inspector.commands import Command
from inspector.domain.checklist import DEPARTMENTS
from inspector.domain.paper_kind import PaperKind
from inspector.errors import InspectorError
from inspector.language import tr
from inspector.screens import paper_forms
from inspector.screens.base import Page, guarded
from inspector.screens.paper_words import paper_rows, where_words
from inspector.screens.workplace import Workplace
from inspector.services import notices, numbering, paper_desk, rectification
from inspector.services.notices import Asked, Prepared
from inspector.services.paper_desk import Desk, PaperDraft
from inspector.widgets.lines import Column, LineList


class Filling(Page):
    """A paper's page as far as it is filled in."""

    KEYS: ClassVar[tuple[Command, ...]] = ()

    def __init__(self, place: Workplace, kind: PaperKind, found: Desk) -> None:
        super().__init__(place)
        self._kind, self._desk = kind, found
        self._key = paper_desk.draft_key(kind.code, found)
        self._draft: PaperDraft | None = None
        self._department = ""
        self._prepared: Prepared | None = None
        self._fault: Exception | None = None
        self._issuing = False

    def body(self) -> Iterable[Widget]:
        """One list."""
        yield LineList(
            [Column("", 4), Column(tr("项目", "What"), 24), Column(tr("内容", "Text"))],
            heading=False,
            id="fields",
        )

    def heading(self) -> str:
        """The kind, and whom it is for."""
        return str(self._kind.title) + (f"　{self._desk.site.name}" if self._desk.site else "")

    @property
    def lines(self) -> LineList:
        """The list."""
        return self.query_one("#fields", LineList)

    @property
    def draft(self) -> PaperDraft:
        """What was typed so far."""
        return self._draft or PaperDraft()

    # -- what it shows -----------------------------------------------------------------------------------------

    async def reload(self) -> None:
        """What it would say now, from what is recorded and typed."""
        fresh = self._draft is None
        self._prepared = await self.place.write(self._read)
        rows = paper_rows(self._prepared, self._kind, self._desk, self.draft, self._department)
        self.lines.show(rows)
        if self._fault is not None:
            self.tell_error(self._fault)
        elif fresh and not self.draft.empty:
            self.tell(
                tr(
                    "上次写了一半的内容还在；F8 重填。",
                    "What was typed last time is still here; F8 drops it.",
                )
            )

    def _read(self) -> Prepared | None:
        store = self.place.store
        if self._draft is None:
            self._draft = paper_desk.drafts(store).get(self._key) or PaperDraft()
        draft, found = self._draft, paper_desk.desk(
            store, items=self._desk.asked, inspection=self._desk.inspection,
            site=self._desk.site.id if self._desk.site else "",
        )  # fmt: skip
        self._desk = found
        known = {row.id: row for row in found.items}
        if draft.items is None:
            draft.items = paper_desk.chosen_at_first(found, self._kind)
        draft.items = tuple(name for name in draft.items if name in known)
        leads = [known[name].lead for name in draft.items]
        self._department = draft.authority or paper_desk.department_for(store, leads)
        try:
            self._fault = None
            return self._prepare(draft.typed)
        except InspectorError as error:
            self._fault = error
            return None

    def _prepare(self, typed: Mapping[str, str]) -> Prepared:
        found = self._desk
        asked = Asked(
            self._kind.code, items=self.draft.items or (), inspection=found.inspection or ("" if self.draft.items else found.visit),
            site=found.site.id if found.site else "", authority=self._department, typed=dict(typed),
        )  # fmt: skip
        return notices.prepare(self.place.store, self.place.forms, asked)

    def _keep(self) -> None:
        draft, key = self.draft, self._key
        kept = PaperDraft(draft.items, draft.authority, dict(draft.typed), dict(draft.typing))
        self.place.keep(
            f"paper {key}", lambda store: paper_desk.keep_draft(store, key, None if kept.empty else kept)
        )

    # -- choosing and filling in -------------------------------------------------------------------------------

    @guarded
    async def action_take(self) -> None:
        """An item on the paper, or not."""
        row = self.lines.row
        kind, _, name = row.key.partition(":") if row is not None else ("", "", "")
        if kind != "item":
            self.tell(tr("空格只用于问题行。", "Space is for the lines of items."))
            return
        items = self.draft.items or ()
        chosen = {*items} ^ {name}
        self.draft.items = tuple(one.id for one in self._desk.items if one.id in chosen)
        self._keep()
        await self.reload()
        self.lines.select(row.key if row is not None else "")

    async def action_go(self) -> None:
        """As Enter in the list."""
        self.lines.action_choose()

    @on(LineList.Chosen, "#fields")
    @guarded
    async def _go(self, event: LineList.Chosen) -> None:
        kind, _, name = event.row.key.partition(":")
        if kind == "typed":
            self._type(name)
        elif kind == "item":
            self._word(name)
        elif kind == "authority":
            await self._choose_authority()
        elif kind == "lack":
            await self._fill(name)

    async def _fill(self, field: str) -> None:
        """To where a lacking field is filled."""
        known = next(one for one in self._kind.fields if one.name == field)
        group, _, name = field.partition(".")
        typed = {one.typed for one in self._kind.typed}
        if known.typed or group in typed:
            self._type(known.typed or group)
        elif known.source == "authority":
            await self._record_authority(name)
        elif known.source == "items" and not self.draft.items:
            self._to_items()
        elif known.source == "items" and name in paper_desk.worded(self._kind) and self._prepared is not None:
            rows = self._prepared.data["findings"]
            self._word(next(row["id"] for row in rows if not row.get(name)), first=name)
        elif known.source == "site":
            await self._record_site(field)
        else:
            where = where_words(known)
            self.tell(
                tr(
                    f"“{known.words.zh}”不在这里填。{where}。",
                    f"{known.words.en} is not filled in here: {where}.",
                ),
                "warn",
            )

    def _to_items(self) -> None:
        if self._desk.items:
            self.lines.select(f"item:{self._desk.items[0].id}")
            self.tell(tr("用空格选上要写进文书的问题。", "Space takes an item onto the paper."), "warn")
        else:
            self.tell(tr("这个点位没有挂账的问题。", "This site has no open item."), "warn")

    def _type(self, name: str) -> None:
        """A typed field."""
        field = next(one for one in self._kind.typed if one.typed == name)
        shown = self.draft.typed.get(name, "")
        default = ""
        if not shown and field.form != "date" and self._prepared is not None:
            shown = default = str(self._prepared.data["t"].get(name, ""))

        async def submit(value: str) -> bool:
            await self._accept({name: "" if value.strip() == default.strip() else value})
            return True

        form = paper_forms.field_form(
            self.place, field, shown, submit,
            kept=self.draft.typing.get(name), keep=lambda value: self._typing({name: value}),
        )  # fmt: skip
        self.app.push_screen(form, self._filled)

    def _word(self, item: str, *, first: str = "") -> None:
        """The words of one finding on this paper."""
        row = next((one for one in self._findings() if one["id"] == item), None)
        names = paper_desk.worded(self._kind)
        if row is None or not names:
            self.tell(tr("先按空格选上这个问题。", "Take the item in first: Space.") if names else
                      tr("这种文书不逐条写问题。", "This kind of paper does not word its items."))  # fmt: skip
            return
        values = {name: str(row[name]) for name in names}

        async def submit(typed: Mapping[str, str]) -> bool:
            await self._accept(
                {
                    f"{name}.{item}": text
                    for name, text in typed.items()
                    if text.strip() != values[name].strip()
                }
            )
            return True

        form = paper_forms.finding_form(
            self.place, tr(f"第 {row['no']} 项　{row['item']}", f"Item {row['no']}  {row['item']}"), values, submit,
            first=first or names[0], kept=self._kept_of({name: f"{name}.{item}" for name in names}),
            keep=partial(self._typing_of, {name: f"{name}.{item}" for name in names}),
        )  # fmt: skip
        self.app.push_screen(form, self._filled)

    def _findings(self) -> list[Mapping[str, str]]:
        return list(self._prepared.data["findings"]) if self._prepared is not None else []

    async def _accept(self, changed: Mapping[str, str]) -> None:
        """Take what was typed, if the paper can be made with it."""
        typed = {**self.draft.typed, **changed}
        typed = {name: text for name, text in typed.items() if text.strip()}
        # What was typed for a finding that was taken off is kept: it counts again with the finding.
        await self.place.write(self._prepare, typed)
        self.draft.typed = typed
        self._keep()

    def _typing(self, values: Mapping[str, str | None]) -> None:
        for name, value in values.items():
            if value is None:
                self.draft.typing.pop(name, None)
            else:
                self.draft.typing[name] = value
        self._keep()

    def _typing_of(self, names: Mapping[str, str], values: Mapping[str, str] | None) -> None:
        """Keep, or drop, the lines of a form under the names of the draft."""
        self._typing({full: None if values is None else values.get(name) for name, full in names.items()})

    def _kept_of(self, names: Mapping[str, str]) -> dict[str, str]:
        return {name: self.draft.typing[full] for name, full in names.items() if full in self.draft.typing}

    async def _filled(self, done: bool | None) -> None:
        if done:
            await self._after_filling()

    @guarded
    async def _after_filling(self) -> None:
        await self.refresh_all()
        lacking = self._prepared.lacking if self._prepared is not None else ()
        if lacking:
            self.lines.select(f"lack:{lacking[0].field}")
            self.tell(tr(f"已保存，还缺 {len(lacking)} 项。", f"Saved; {len(lacking)} lacking."), "good")
        elif self._fault is None:
            self.tell(
                tr("已保存，齐了。", "Saved; nothing is lacking."),
                "good",
                tr("F6 看全文，F2 签发。", "F6 reads it, F2 issues it."),
            )

    async def _record_site(self, field: str) -> None:
        lacking = [one.field for one in self._prepared.lacking] if self._prepared is not None else [field]
        names = {name: f"site:{name}" for name in (*paper_forms.SITE_LINES, "party", "unregistered")}
        person = await self.place.read(rectification.actor, self.place.store, "")
        form = None
        if self._desk.site is not None:
            form = paper_forms.site_form(
                self.place, self._desk.site.id, lacking, first=field, actor=person.id if person else "", for_paper=self._accept,
                kept=self._kept_of(names), keep=partial(self._typing_of, names),
            )  # fmt: skip
        if form is None:
            self.tell(
                tr(
                    "从点位或检查打开文书，才有这一项。",
                    "Open the papers from a site or an inspection for this.",
                ),
                "warn",
            )
            return
        self.app.push_screen(form, self._filled)

    async def _choose_authority(self) -> None:
        """The next recorded authority; the only one is shown for correcting."""
        known = await self.place.read(numbering.authorities, self.place.store)
        codes = [one.department for one in known]
        if len(codes) > 1 or (codes and self._department not in codes):
            at = codes.index(self._department) + 1 if self._department in codes else 0
            self.draft.authority = codes[at % len(codes)]
            self._keep()
            await self.reload()
            self.lines.select("authority:")
            word = DEPARTMENTS[self.draft.authority]
            self.tell(
                tr(f"出文机关：{word}。再按回车换下一个。", f"Whose paper: {word}. Enter takes the next one.")
            )
            return
        await self._record_authority("name")

    async def _record_authority(self, first: str) -> None:
        known = await self.place.read(numbering.authorities, self.place.store)
        present = next((one for one in known if one.department == self._department), None)
        names = {name: f"authority:{name}" for name in ("name", "prefix", "address", "phone", "contact")}
        self.app.push_screen(
            paper_forms.authority_form(
                self.place, self._department, present, first=first,
                kept=self._kept_of(names), keep=partial(self._typing_of, names),
            ),
            self._filled,
        )  # fmt: skip
