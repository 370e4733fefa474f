"""Papers as rows of lists, and in words. Pure."""

from collections.abc import Mapping, Sequence

from inspector.domain.checklist import DEPARTMENTS
from inspector.domain.lifecycle import STATES
from inspector.domain.numbers import show_number
from inspector.domain.paper import Paper
from inspector.domain.paper_kind import Missing, PaperField, PaperKind
from inspector.domain.service import METHODS
from inspector.domain.when import show_time
from inspector.language import tr
from inspector.services.notices import Prepared
from inspector.services.paper_desk import Coming, Desk, PaperDraft
from inspector.store.board import BoardRow
from inspector.store.paper_queries import PaperRow
from inspector.widgets.lines import Row

CONFLICT_WORDS = {
    "number_conflict": ("文号与另一份文书重复", "another paper has its number"),
    "issue": ("两台电脑各说一份内容", "two laptops say what it holds"),
    "number": ("有两个文号", "two numbers"),
    "service": ("两份送达记录不同", "two records of its service"),
    "voided": ("两个作废理由", "two reasons for voiding it"),
}
_STATE_WORDS = {
    "issued": ("未送达", "not served"),
    "served": ("已送达", "served"),
    "voided": ("作废", "voided"),
}


def state_words(row: PaperRow) -> str:
    """What became of a paper."""
    return tr(*_STATE_WORDS.get(row.status, (row.status, row.status)))


def conflict_words(conflicts: Sequence[str]) -> str:
    """What is in conflict; empty where nothing is."""
    return tr("；", "; ").join(tr(*CONFLICT_WORDS.get(name, (name, name))) for name in conflicts)


# -- the list ------------------------------------------------------------------------------------------------------


def desk_rows(found: Desk, titles: Mapping[str, str], begun: Sequence[str]) -> list[Row]:
    """Papers that are there, then the kinds: those usual now first. `begun`: kinds of which a draft is kept."""
    rows = [_section("issued", tr("已出的文书", "Papers issued"))] if found.issued else []
    rows += [_paper_row(row, titles) for row in found.issued]
    for key, title, kinds in (
        ("usual", tr("可出的文书：现在常用", "Papers: usual now"), found.usual),
        ("other", tr("其他文书", "Other papers"), found.other),
    ):
        if kinds:
            rows.append(_section(key, title))
            rows += [_kind_row(kind, begun=kind.code in begun) for kind in kinds]
    return rows


def _section(key: str, title: str) -> Row:
    return Row(f"#{key}", (title,), "section", selectable=False)


def _paper_row(row: PaperRow, titles: Mapping[str, str]) -> Row:
    clash = conflict_words(row.conflicts)
    words = f"{titles.get(row.kind, row.kind)}　{row.shown}" + (
        tr(f"　冲突：{clash}", f"  in conflict: {clash}") if clash else ""
    )
    kind = "alert" if clash else {"voided": "dim", "served": "good"}.get(row.status, "")
    return Row(f"paper:{row.id}", (state_words(row), words, show_time(row.issued)[:10]), kind)


def _kind_row(kind: PaperKind, *, begun: bool) -> Row:
    mark = tr("写了一半", "begun") if begun else ""
    return Row(f"kind:{kind.code}", (mark, f"{kind.title}　{kind.occasion}", ""), "strong" if begun else "")


# -- one paper that is being made ----------------------------------------------------------------------------------


def paper_rows(
    prepared: Prepared | None, kind: PaperKind, found: Desk, draft: PaperDraft, department: str
) -> list[Row]:
    """What is lacking, the items, whose paper it is, what is typed."""
    rows: list[Row] = []
    lacking = prepared.lacking if prepared is not None else ()
    if lacking:
        rows.append(
            _section(
                "lack", tr(f"还缺 {len(lacking)} 项：回车去填", f"Lacking {len(lacking)}: Enter leads there")
            )
        )
        rows += [_lacking_row(one, kind) for one in lacking]
    if found.items:
        rows.append(
            _section(
                "items", tr("问题：空格选上或去掉，回车改写", "Items: Space takes in or out, Enter words it")
            )
        )
        rows += [_item_row(row, chosen=row.id in (draft.items or ())) for row in found.items]
    rows.append(_section("whose", tr("出文机关", "Whose paper")))
    word = str(DEPARTMENTS.get(department, department))
    name = prepared.data["authority"]["name"] if prepared is not None else ""
    rows.append(Row("authority:", ("", word, name or tr("没有登记", "not recorded")), "" if name else "warn"))
    if kind.typed:
        rows.append(
            _section(
                "typed",
                tr("手填内容（默认的可改）", "Typed (what is auto may be changed)"),
            )
        )
        rows += [_typed_row(one, prepared, draft) for one in kind.typed]
    return rows


def _lacking_row(one: Missing, kind: PaperKind) -> Row:
    field = next((field for field in kind.fields if field.name == one.field), None)
    return Row(f"lack:{one.field}", (tr("缺", "–"), tr(one.zh, one.en), where_words(field)), "alert")


def where_words(field: PaperField | None) -> str:
    """Where a field is filled that a paper lacks."""
    if field is None:
        return ""
    if field.typed:
        return tr("手填", "typed here")
    return tr(*{
        "authority": ("机关信息", "the authority"),
        "site": ("点位资料", "the site's file"),
        "items": ("问题", "the items"),
        "officers": ("检查人员：在检查的小结页按 F2", "the team: F2 on the inspection's summary"),
        "inspection": ("检查：从办结的检查打开文书", "open the papers from a concluded inspection"),
    }.get(field.source, ("手填", "typed here")))  # fmt: skip


def _item_row(row: BoardRow, *, chosen: bool) -> Row:
    state = str(STATES.get(row.state, row.state))
    question = tr(row.question, row.question_en or row.question)
    mark = "[x]" if chosen else "[ ]"
    return Row(f"item:{row.id}", (mark, f"{row.item} {state}", question), "strong" if chosen else "")


def _typed_row(one: PaperField, prepared: Prepared | None, draft: PaperDraft) -> Row:
    own = draft.typed.get(one.typed, "")
    shown = own or (str(prepared.data["t"].get(one.typed, "")) if prepared is not None else "")
    mark = tr("已写", "own") if own else tr("默认", "auto") if shown else ""
    if not shown:
        shown = tr("（空）", "(empty)") if one.required else tr("（可空）", "(optional)")
    return Row(f"typed:{one.typed}", (mark, str(one.words), shown.replace("\n", " ")), "" if own else "dim")


def confirm_words(shown: Prepared, coming: Coming | None) -> list[str]:
    """What is said before a paper is issued: for whom, and under which number."""
    words = [tr(f"对象：{shown.data['party']['name']}", f"For: {shown.data['party']['name']}"),
             tr(f"问题：{len(shown.items)} 个", f"Items: {len(shown.items)}")]  # fmt: skip
    if coming is None:
        words.append(
            tr("这种文书不编文号，直接存成文件。", "This kind takes no number: it is saved as a file.")
        )
    elif coming.sure:
        words.append(
            tr(
                f"文号：{coming.shown}（签发时取下一个空号）",
                f"Number: {coming.shown} (the next free one when it is issued)",
            )
        )
    else:
        words.append(tr(f"本机没有余号，先用临时编号：{coming.shown}。同步或登记号段后自动换成正式文号，再出一次正本。",
                        f"No number is left here; provisionally: {coming.shown}. "
                        "A sync brings the number; then the original is printed again."))  # fmt: skip
    if coming is not None:
        words.append(tr("签发后内容不能再改，只能作废。", "It cannot be changed then, only voided."))
    return [*words, "", tr("回车就办，Esc 不办。", "Enter does it, Esc does not.")]


# -- one paper that was issued -------------------------------------------------------------------------------------


def paper_lines(paper: Paper, row: PaperRow, title: str, items: int) -> list[tuple[str, str]]:
    """An issued paper's facts: each a look and a line."""
    lines = [("bold", f"{title}　{paper.shown}")]
    if row.conflicts:
        lines.append(("$error", tr("冲突：", "In conflict: ") + conflict_words(row.conflicts)))
    if paper.provisional and paper.number:
        waiting = show_number(paper.prefix, paper.word, paper.year, 0, paper.provisional)
        lines.append(
            (
                "$warning",
                tr(
                    f"原临时编号：{waiting}；按 F6 再出一次正本",
                    f"First as {waiting}; F6 prints the original again",
                ),
            )
        )
    lines.append(
        (
            "",
            tr(
                f"签发：{paper.issued_on}　{row.site_name}　问题 {items} 个",
                f"Issued {paper.issued_on}  {row.site_name}  {items} items",
            ),
        )
    )
    lines += service_lines(paper)
    if paper.voided:
        lines.append(("$error", tr(f"已作废：{paper.voided}", f"Voided: {paper.voided}")))
    return lines


def service_lines(paper: Paper) -> list[tuple[str, str]]:
    """How a paper was served, or by when it has to be."""
    service = paper.service
    if service is None:
        if paper.voided:
            return []
        return [("$warning", tr(f"未送达：按 F2 记录；当事人不在场的，应在 {paper.serve_by} 前送达",
                                f"Not served: F2 records it; by {paper.serve_by} where nobody was there"))]  # fmt: skip
    how = tr(*METHODS[service.method]) if service.method in METHODS else service.method
    parts = [
        f"{label}：{value}"
        for label, value in (
            (tr("受送达人", "by"), service.receiver), (tr("关系", "who is"), service.relation),
            (tr("见证人", "witness"), service.witness), (tr("同意", "consent"), service.consent),
            (tr("备注", "note"), service.note),
        )
        if value
    ]  # fmt: skip
    return [
        ("$success", "　".join([tr(f"送达：{service.date} {how}", f"Served: {service.date}, {how}"), *parts]))
    ]
