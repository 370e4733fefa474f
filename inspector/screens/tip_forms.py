"""The forms of a tip: recording it, giving it to somebody, answering it, taking it back."""

from collections.abc import Mapping

from inspector.domain.checklist import DEPARTMENTS
from inspector.domain.tip import CHANNELS, OUTCOMES
from inspector.errors import NotFound
from inspector.language import tr
from inspector.screens.form import FormScreen, Line, choose, numbered
from inspector.screens.kept import KeptForm, drafted
from inspector.screens.workplace import Workplace
from inspector.services import lookup, tips
from inspector.services.tips import Reported, TipLine
from inspector.store.planning import PlanRow
from inspector.store.queries import InspectionRow

_YES_NO = (("yes", ("是", "yes")), ("no", ("否", "no")))


async def new_tip(place: Workplace, *, actor: str) -> KeptForm:
    """What somebody reported; dismisses with what was recorded."""
    channels = [(code, str(words)) for code, words in CHANNELS.items()]

    def record(values: Mapping[str, str]) -> Reported:
        where = values["where"].strip()
        site = _site_of(place, where)
        return tips.add_tip(
            place.store,
            channel=choose(values["channel"], channels, default="phone"),
            content=values["content"],
            received=values["received"],
            site=site,
            address="" if site else where,
            name=values["name"],
            phone=values["phone"],
            actor=actor,
        )

    async def submit(values: Mapping[str, str]) -> Reported:
        return await place.write(record, values)

    kept, keep = await drafted(place, "tip/new")
    return KeptForm(
        place,
        tr("登记举报线索", "Record a tip"),
        [
            Line("content", tr("内容", "Content"), longest=4_000),
            Line("where", tr("地点", "Where"),
                 hint=tr("点位名称；不知道是哪家就写地址", "Name of the site, or an address")),
            Line("channel", tr("来源", "Channel"), "1", hint=numbered(channels), longest=20),
            Line("received", tr("收到日期", "Received"), await place.read(place.store.today), longest=20),
            Line("name", tr("举报人", "Reported by"), longest=80,
                 hint=tr("匿名就留空；姓名、电话只留在本机，不上报", "Empty if anonymous; stays on this laptop")),
            Line("phone", tr("举报人电话", "Their phone"), longest=80),
        ],
        submit, kept=kept, keep=keep,
    )  # fmt: skip


def _site_of(place: Workplace, text: str) -> str:
    """The id of the site that a text names; empty where it names none, and is an address."""
    if not text:
        return ""
    try:
        return lookup.site(place.store, text).id
    except NotFound as error:
        if error.code == "site.unknown":
            return ""
        raise


def assign_tip(place: Workplace, line: TipLine, plans: list[PlanRow], *, actor: str) -> FormScreen:
    """Who looks into it; dismisses with True when it is saved."""
    row = line.row
    names = [(plan.id, plan.name) for plan in plans]
    departments = [(code, str(words)) for code, words in DEPARTMENTS.items()]

    def save(values: Mapping[str, str]) -> bool:
        tips.assign_tip(
            place.store,
            row.id,
            plan=choose(values["plan"], names),
            department=choose(values["department"], departments),
            officer=values["officer"],
            due=values["due"],
            site=values["site"],
            actor=actor,
        )
        return True

    async def submit(values: Mapping[str, str]) -> bool:
        return await place.write(save, values)

    known = str(DEPARTMENTS.get(row.department, row.department))
    return FormScreen(
        place,
        tr("分办线索", "Assign the tip"),
        [
            Line("plan", tr("计划", "Plan"), row.plan_name,
                 hint=numbered(names[:5]) if names else tr("现在没有计划", "There is no plan now")),
            Line("department", tr("部门", "Department"), known, hint=numbered(departments[:5])),
            Line("officer", tr("人员", "Officer"), row.officer_name, hint=tr("姓名或执法证号", "Name or certificate")),
            Line("due", tr("答复期限", "Answer by"), row.due, longest=20,
                 hint=tr("留空按县里定的天数算", "Empty: as the county sets it")),
            Line("site", tr("查明点位", "Site"), row.site_name,
                 hint=tr("查明是哪家后填写", "Once it is known which one it is")),
        ],
        submit,
        about=row.content,
    )  # fmt: skip


async def answer_tip(place: Workplace, line: TipLine, seen: list[InspectionRow], *, actor: str) -> KeptForm:
    """What came of it; dismisses with True when it is saved.

    Args:
        seen: inspections of the site since the tip came in, the newest first.
    """
    row = line.row
    outcomes = [(code, str(words)) for code, words in OUTCOMES.items()]
    yes_no = [(code, tr(*words)) for code, words in _YES_NO]
    before = await place.read(tips.find_tip, place.store, row.id)

    def save(values: Mapping[str, str]) -> bool:
        told = choose(values.get("told", ""), yes_no)
        tips.answer_tip(
            place.store,
            row.id,
            outcome=choose(values["outcome"], outcomes),
            text=values["text"],
            passed_to=values["passed_to"],
            inspection=values["inspection"],
            told=told == "yes" if told in ("yes", "no") else None,
            actor=actor,
        )
        return True

    async def submit(values: Mapping[str, str]) -> bool:
        return await place.write(save, values)

    inspection = before.inspection or (seen[0].id if seen else "")
    lines = [
        Line("outcome", tr("核查结果", "Outcome"), str(OUTCOMES.get(before.outcome, "")), hint=numbered(outcomes), longest=20),
        Line("text", tr("答复", "Reply"), before.reply, longest=4_000),
        Line("inspection", tr("检查", "Inspection"), inspection,
             hint=tr("核实它的检查编号，没有就留空", "The inspection that looked into it, if any")),
        Line("passed_to", tr("转给部门", "Passed to"), str(DEPARTMENTS.get(before.passed_to, before.passed_to)),
             hint=tr("不属本部门时写", "Where it is for another department")),
    ]  # fmt: skip
    if row.named:
        present = yes_no[0 if before.told else 1][1] if before.outcome else ""
        lines.append(
            Line("told", tr("已告知举报人", "Person told"), present, hint=numbered(yes_no), longest=10)
        )
    title = tr("答复线索", "Answer the tip")
    kept, keep = await drafted(place, f"tip/{row.id}")
    return KeptForm(place, title, lines, submit, about=row.content, kept=kept, keep=keep)


def void_tip(place: Workplace, tip: str, *, actor: str) -> FormScreen:
    """Why a tip was a mistake; dismisses with True when it is void."""

    async def submit(values: Mapping[str, str]) -> bool:
        await place.write(tips.void_tip, place.store, tip, reason=values["reason"], actor=actor)
        return True

    return FormScreen(
        place,
        tr("作废这条线索", "Void this tip"),
        [Line("reason", tr("理由", "Reason"), hint=tr("如：重复登记", "e.g. recorded twice"), longest=500)],
        submit,
        about=tr("内容和历史保留；本机上的举报人信息随之删除。",
                 "Contents and history stay; who reported is forgotten on this laptop."),
    )  # fmt: skip
