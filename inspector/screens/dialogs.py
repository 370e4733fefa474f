"""The forms of the field: a new site, a new person, a note, a finding, the way to the centre."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inspector.commands import Command
from inspector.domain.checklist import DEPARTMENTS, SEVERITIES
from inspector.domain.finding import show_due
from inspector.domain.office import STANDINGS
from inspector.errors import BadInput, SyncError
from inspector.language import tr
from inspector.screens.form import FormScreen, Line, choose, numbered
from inspector.screens.workplace import Workplace
from inspector.services import inspections, people, sites
from inspector.services.findings import amend_finding, measure_word
from inspector.services.sheets import Line as SheetLine
from inspector.store.queries import FindingRow

FINDING_PHOTO = Command(
    "finding.photo", "f7", "also", "拍照", "Photo",
    "保存这个问题，然后为它加照片。", "Save the finding, then add photos to it.", footer=True,
)  # fmt: skip


def new_site(place: Workplace, *, actor: str) -> FormScreen:
    """A place that is in no registry; dismisses with its id."""
    kinds = [("training", tr("培训场所", "training site")), ("campus", tr("校园", "campus"))]

    async def submit(values: Mapping[str, str]) -> str:
        site = await place.write(
            sites.add_site,
            place.store,
            name=values["name"],
            address=values["address"],
            kind=choose(values["kind"], kinds, default="training"),
            grid=values["grid"].strip(),
            found=values["found"],
            actor=actor,
        )
        return site.id

    return FormScreen(
        place,
        tr("登记新点位", "Record a new site"),
        [
            Line(
                "name",
                tr("名称", "Name"),
                hint=tr("没有招牌就留空，写明地址", "Empty where there is no sign"),
            ),
            Line("address", tr("实际地址", "Address")),
            Line("kind", tr("类别", "Kind"), "1", hint=numbered(kinds)),
            Line(
                "grid", tr("网格", "Grid"), hint=tr("编号或名称，不清楚可留空", "Code or name; may be empty")
            ),
            Line(
                "found",
                tr("发现方式", "How found"),
                hint=tr("如：群众举报、夜间亮灯", "e.g. a tip-off, lights at night"),
            ),
        ],
        submit,
    )


def new_person(place: Workplace) -> FormScreen:
    """Somebody who is not on the list yet; dismisses with the id."""
    standings = [(code, tr(*words)) for code, words in STANDINGS.items()]
    departments = [(str(words), str(words)) for words in DEPARTMENTS.values()]

    async def submit(values: Mapping[str, str]) -> str:
        person = await place.write(
            people.add_officer,
            place.store,
            name=values["name"],
            department=choose(values["department"], departments),
            certificate=values["certificate"],
            until=values["until"],
            standing=choose(values["standing"], standings, default="officer"),
        )
        return person.id

    return FormScreen(
        place,
        tr("登记人员", "Record a person"),
        [
            Line("name", tr("姓名", "Name")),
            Line("department", tr("部门", "Department"), hint=numbered(departments[:5])),
            Line("standing", tr("身份", "Standing"), "1", hint=numbered(standings)),
            Line("certificate", tr("执法证号", "Certificate"), hint=tr("执法人员必填", "Officers need one")),
            Line(
                "until",
                tr("有效期至", "Valid until"),
                hint=tr("如 2027-06-30，可留空", "e.g. 2027-06-30; may be empty"),
            ),
        ],
        submit,
    )


def note(place: Workplace, inspection: str, item: str, present: str, *, question: str = "") -> FormScreen:
    """A note on an item, or (item "") on the inspection; dismisses with True when it is saved."""

    async def submit(values: Mapping[str, str]) -> bool:
        await place.write(inspections.note, place.store, inspection, item, values["note"])
        return True

    title = tr(f"备注 {item}", f"Note on {item}") if item else tr("整次检查的备注", "Note on the inspection")
    lines = [Line("note", tr("备注", "Note"), present, longest=4_000)]
    return FormScreen(place, title, lines, submit, about=question)


def finding(place: Workplace, row: FindingRow, line: SheetLine) -> FormScreen:
    """A finding that was just recorded, with its proposals filled in.

    Dismisses with True or a word of advice when something changed, with FINDING_PHOTO.id when photos are to follow.
    """
    severities = [(str(level), str(words)) for level, words in sorted(SEVERITIES.items())]

    async def submit(values: Mapping[str, str]) -> bool | str:
        fields: dict[str, Any] = {}
        severity = choose(values["severity"], severities)
        if severity != str(row.severity):
            fields["severity"] = _whole(severity, tr("严重程度", "severity"))
        if values["days"].strip() != str(row.deadline_days):
            fields["deadline_days"] = _whole(values["days"], tr("期限", "deadline"))
        for name in ("measure", "note"):
            if values[name].strip() != getattr(row, name):
                fields[name] = values[name].strip()
        if values["urgent"].strip():
            fields["urgent"] = values["urgent"].strip()
        if fields:
            await place.write(amend_finding, place.store, row.id, fields)
        if "measure" not in fields:
            return bool(fields)
        _, advice = await place.read(measure_word, place.store, fields["measure"], "")
        return tr(advice.zh, advice.en) if advice else True

    lead = str(DEPARTMENTS[row.lead]) if row.lead in DEPARTMENTS else row.lead
    about = tr(
        f"{line.item.question}\n答：{line.shown}\n认定：{row.reason}（牵头：{lead}）",
        f"{line.item.question}\nAnswer: {line.shown}\nFound: {row.reason_en} (lead: {lead})",
    )
    if line.item.photo and not line.photos:
        about += tr("\n请拍照取证：按 F7。", "\nTake a photo as evidence: F7.")
    return FormScreen(
        place,
        tr(f"问题已记录 {row.item}　回车采用，Tab 修改", f"Finding recorded {row.item}. Enter accepts, Tab edits"),
        [
            Line("severity", tr("严重程度", "Severity"), str(row.severity), hint=numbered(severities), longest=20),
            Line("measure", tr("措施", "Measure"), row.measure),
            Line("days", tr("期限（天）", "Days"), str(row.deadline_days), longest=8,
                 hint=tr(f"0 为当场；现定最后一日 {show_due(row)}", f"0 is on the spot; the last day now is {show_due(row)}")),
            Line("note", tr("说明", "Note"), row.note, longest=2_000),
            Line("urgent", tr("紧急理由", "Why urgent"), longest=2_000, asked_by="measure.night"),
        ],
        submit,
        about=about,
        typing_first=False,
        also=FINDING_PHOTO,
    )  # fmt: skip


def _whole(text: str, what: str) -> int:
    from inspector.domain.scalars import integer, plain

    try:
        return integer(plain(text))
    except ValueError:
        raise BadInput(
            f"{what}“{text}”不是整数。", f"{what} {text!r} is not a whole number.", code="form.number"
        ) from None


def way_to_centre(place: Workplace) -> FormScreen:
    """Enrolling this laptop; dismisses with the centre's name."""

    async def submit(values: Mapping[str, str]) -> Any:
        from inspector.sync.enrol_hints import own_hint
        from inspector.sync.enrolment import enrol

        typed = values["ca"].strip().strip('"')
        ca_file = _absolute(typed) if typed else ""
        try:
            return await place.slow(
                enrol, place.store, values["url"].strip(), values["code"].strip(), ca_file=ca_file
            )
        except SyncError as error:
            own_hint(error)
            raise

    return FormScreen(
        place,
        tr("注册到中心", "Enrol with the centre"),
        [
            Line("url", tr("中心地址", "Address"), "https://"),
            Line(
                "code",
                tr("注册码", "Code"),
                hint=tr("由中心管理员发给，一次有效", "From the centre; valid once"),
            ),
            Line(
                "ca",
                tr("证书文件", "CA file"),
                hint=tr(
                    "单位自建证书的 .pem 文件，没有就留空", "The office's own authority (.pem), if it has one"
                ),
                longest=1_000,
            ),
        ],
        submit,
    )


def _absolute(text: str) -> str:
    return str(Path(text).expanduser().absolute())


def folder(place: Workplace, present: Path) -> FormScreen:
    """Which file or folder photos are taken from; dismisses with it."""

    async def submit(values: Mapping[str, str]) -> Path:
        return await place.slow(existing, values["path"].strip().strip('"'))

    return FormScreen(
        place,
        tr("从哪里取照片", "Where the photos are"),
        [Line("path", tr("文件或文件夹", "File or folder"), str(present), longest=1_000)],
        submit,
    )


def existing(text: str) -> Path:
    """The file or folder of that name.

    Raises:
        BadInput: there is none.
    """
    found = Path(text).expanduser()
    if not found.exists():
        raise BadInput(f"没有“{found}”这个位置。", f"There is no {found}.", code="photo.place")
    return found
