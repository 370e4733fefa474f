"""The forms of a paper: one field, a finding's words, facts of the site, the authority, where the files go."""

import importlib.util
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from inspector.domain.authority import Authority
from inspector.domain.checklist import DEPARTMENTS
from inspector.domain.paper_kind import PaperField
from inspector.domain.site_facts import BY_NAME
from inspector.errors import BadInput
from inspector.language import tr
from inspector.screens.form import FormScreen, Line, choose, numbered
from inspector.screens.kept import Keep, KeptForm, TextScreen
from inspector.screens.workplace import Workplace
from inspector.services import lookup, numbering, sites

LINE_LONGEST = 2_000
UNREGISTERED = "none"
_OF_SITE = {
    "party.name": "name", "party.principal": "principal", "site.credit_code": "credit_code", "site.stage": "stage",
    "site.registered_address": "registered_address", "site.address": "address", "site.category": "category",
}  # fmt: skip
"""Which fact of the site's file fills a field."""
SITE_LINES = tuple(_OF_SITE.values())
FINDING_WORDS = {
    "fact": ("事实", "facts"), "requirement": ("整改要求", "requirement"),
    "result": ("结果", "result"), "responsible": ("责任人", "responsible"),
}  # fmt: skip
FORMATS = (".docx", ".pdf")


def field_form(
    place: Workplace, wanted: PaperField, value: str, submit: Callable[[str], Any], *,
    kept: str | None, keep: Callable[[str | None], None],
) -> KeptForm | TextScreen:  # fmt: skip
    """What somebody types for a paper: a line, a day, or several lines; dismisses with True."""
    title = str(wanted.words)
    about = "" if wanted.required else tr("可以空着。", "May be empty.")
    if wanted.form in ("text", "rows"):
        if wanted.form == "rows":
            about = tr("一行写一条，各格之间用“｜”或“|”隔开。", "One a line, its cells between “｜” or “|”.")
        return TextScreen(place, title, value, submit, about=about, kept=kept, keep=keep)
    hint = tr("如 2026-09-21", "e.g. 2026-09-21") if wanted.form == "date" else ""

    async def accept(values: Mapping[str, str]) -> Any:
        return await submit(values["value"])

    return KeptForm(
        place, title, [Line("value", tr("内容", "Text"), value, hint=hint, longest=LINE_LONGEST)], accept,
        about=about, kept=None if kept is None else {"value": kept},
        keep=lambda values: keep(None if values is None else values["value"]),
    )  # fmt: skip


def finding_form(
    place: Workplace, title: str, values: Mapping[str, str], submit: Callable[[Mapping[str, str]], Any], *,
    first: str, kept: Mapping[str, str], keep: Keep,
) -> KeptForm:  # fmt: skip
    """How one finding is worded on this paper alone; dismisses with True."""
    lines = [
        Line(name, tr(*FINDING_WORDS[name]), value, longest=LINE_LONGEST) for name, value in values.items()
    ]
    about = tr("只用于这份文书，不改检查记录。", "For this paper alone; the inspection's record stays.")
    return KeptForm(place, title, lines, submit, about=about, first=first, kept=kept, keep=keep)


def site_form(
    place: Workplace, site: str, lacking: Sequence[str], *, first: str, actor: str,
    for_paper: Callable[[Mapping[str, str]], Any], kept: Mapping[str, str], keep: Keep,
) -> KeptForm | None:  # fmt: skip
    """Facts of the site that a paper lacks, recorded in its file; None where none of them is a fact.

    Dismisses with True. `for_paper` takes what is only for this paper: "party".
    """
    wanted = [field for field in lacking if field in _OF_SITE]
    if first not in wanted:
        return None
    lines = [
        Line(_OF_SITE[field], tr(BY_NAME[_OF_SITE[field]].zh, BY_NAME[_OF_SITE[field]].en))
        for field in wanted
    ]
    if "party.name" in wanted:
        hint = tr(
            "没有名称的场所：自然人写姓名，只用于这份文书",
            "A place without a name: the person, on this paper",
        )
        lines.append(Line("party", tr("或：当事人", "or: the party"), hint=hint))
    registered = {"site.credit_code", "site.registered_address"} & set(wanted)
    if registered:
        hint = tr(
            "没有办理登记的填 1，信用代码和登记地址就不用填",
            "1 where it is not registered: no code is asked then",
        )
        lines.append(Line("unregistered", tr("没有登记", "Unregistered"), hint=hint))

    async def submit(values: Mapping[str, str]) -> bool:
        facts: dict[str, Any] = {
            name: values[name] for name in (_OF_SITE[field] for field in wanted) if values[name].strip()
        }
        if values.get("unregistered", "").strip():
            facts["registration_state"] = _unregistered(values["unregistered"])
        party = values.get("party", "").strip()
        if not facts and not party:
            raise BadInput("什么都没有填。", "Nothing was filled in.", code="form.empty")
        if party:
            await for_paper({"party": party})
        if facts:
            await place.write(
                lambda: sites.set_facts(place.store, lookup.site(place.store, site), facts, actor=actor)
            )
        return True

    return KeptForm(
        place, tr("点位资料：记入点位", "Facts of the site, kept in its file"), lines, submit,
        first=_OF_SITE[first], kept=kept, keep=keep,
    )  # fmt: skip


def _unregistered(text: str) -> str:
    if text.strip().lower() not in ("1", "y", "是", "１"):
        raise BadInput(
            "“没有登记”填 1，或空着。", "Write 1 where it is not registered, or nothing.", code="form.number"
        )
    return UNREGISTERED


def authority_form(
    place: Workplace,
    department: str,
    known: Authority | None,
    *,
    first: str,
    kept: Mapping[str, str],
    keep: Keep,
) -> KeptForm:
    """The authority whose paper it is; dismisses with True when it is recorded."""

    async def submit(values: Mapping[str, str]) -> bool:
        await place.write(lambda: numbering.set_authority(place.store, department, **values))
        return True

    lines = [
        Line(name, label, getattr(known, name, ""), hint=hint)
        for name, label, hint in (
            ("name", tr("机关全称", "Full name"), tr("如 样例县教育体育局", "as it is printed")),
            ("prefix", tr("机关代字", "Prefix"), tr("文号开头，如 样教体", "what its numbers begin with")),
            ("address", tr("地址", "Address"), ""),
            ("phone", tr("电话", "Telephone"), ""),
            ("contact", tr("联系人", "Contact"), ""),
        )
    ]
    word = DEPARTMENTS.get(department, department)
    title = tr(f"机关信息：{word}", f"The authority: {word}")
    return KeptForm(place, title, lines, submit, first=first, kept=kept, keep=keep)


def save_form(
    place: Workplace, title: str, folder: Path, formats: Sequence[str], submit: Callable[[Path, list[str]], Any], *,
    about: str,
) -> FormScreen:  # fmt: skip
    """Where a paper's files go, and as what; dismisses with the paths. Enter takes it as it stands."""
    options = [(".docx", "Word"), (".pdf", "PDF"), ("both", tr("两种都要", "both"))]
    present = "both" if len(formats) > 1 else next(iter(formats), ".docx")
    number = str([code for code, _ in options].index(present) + 1)

    async def accept(values: Mapping[str, str]) -> list[Path]:
        chosen = choose(values["formats"], options, default=present)
        if chosen not in [code for code, _ in options]:
            raise BadInput(f"没有“{chosen}”这种格式。", f"There is no format {chosen!r}.",
                           hint=(numbered(options), numbered(options)), code="paper.suffix")  # fmt: skip
        found: list[Path] = await submit(
            typed_folder(values["folder"]), list(FORMATS) if chosen == "both" else [chosen]
        )
        return found

    return FormScreen(
        place, title,
        [
            Line("folder", tr("文件夹", "Folder"), str(folder), longest=1_000),
            Line("formats", tr("格式", "Format"), number, hint=numbered(options), longest=10),
        ],
        accept, about=about, typing_first=False,
    )  # fmt: skip


def typed_folder(text: str) -> Path:
    """The folder that was typed.

    Raises:
        BadInput: none was.
    """
    typed = text.strip().strip('"')
    if not typed:
        raise BadInput("没有写文件夹。", "No folder is named.", code="paper.folder")
    return Path(typed).expanduser().absolute()


def has_pdf() -> bool:
    """Whether the extra that makes PDFs is installed."""
    return importlib.util.find_spec("typst") is not None
