"""`notice list|show|serve|void` and `notice numbers list|add|want`; `cli/papers.py` has the files."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspector.cli import output
from inspector.cli import papers as papers_as_files
from inspector.cli.session import JSON, open_store, register
from inspector.language import tr

if TYPE_CHECKING:
    from inspector.domain.paper import Paper
    from inspector.store.paper_queries import PaperRow
    from inspector.store.workspace import Store

PAPER = typer.Argument(help="The paper: its id or its number. 文书编号或文号。", metavar="PAPER")
OFFICER = typer.Option(help="Who records it: id, certificate or name. 执法人员。")
KIND = typer.Option(help="Code of the kind of paper. 文书种类。")
AUTHORITY = typer.Option(help="Department, as a code or a name. 部门。")


def add_to(app: typer.Typer) -> None:
    """Register the group."""
    group = typer.Typer(help="Papers: numbers, service, voiding. 文书、文号、送达。", no_args_is_help=True)
    papers_as_files.add_to(group)
    register(group, "list", list_papers)
    register(group, "show", show)
    register(group, "serve", serve)
    register(group, "void", void)
    numbers = typer.Typer(help="Numbers of papers. 文号。", no_args_is_help=True)
    register(numbers, "list", list_numbers)
    register(numbers, "add", add_numbers)
    register(numbers, "want", want_numbers)
    group.add_typer(numbers, name="numbers")
    app.add_typer(group, name="notice")


def list_papers(
    site: Annotated[str | None, typer.Option(help="Only of this site. 点位。")] = None,
    kind: Annotated[str | None, KIND] = None,
    status: Annotated[str | None, typer.Option(help="issued, served or voided. 状态。")] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """List papers, newest first. 文书列表。"""
    from inspector.domain.when import show_time
    from inspector.services import lookup, papers

    with open_store() as store:
        where = lookup.site(store, site).id if site else None
        found = papers.papers(store, site=where, kind=kind, status=status)
    if as_json:
        output.data([asdict(row) for row in found])
        return
    output.table(
        [
            [row.id, row.shown, row.kind, row.site_name, show_time(row.issued)[:10], state_words(row), conflict_words(row.conflicts)]
            for row in found
        ],
        [tr("编号", "id"), tr("文号", "number"), tr("种类", "kind"), tr("点位", "site"), tr("日期", "issued"),
         tr("状态", "state"), tr("冲突", "conflict")],
    )  # fmt: skip


def state_words(row: "PaperRow") -> str:
    """What became of a paper, for people."""
    if row.status == "voided":
        return tr("已作废", "voided")
    if row.status == "served":
        return tr(f"{row.served} 已送达", f"served {row.served}")
    return tr("未送达", "not served")


def conflict_words(conflicts: tuple[str, ...]) -> str:
    """What is in conflict, for people."""
    words = {
        "number_conflict": tr("文号与另一份文书重复", "another paper has its number"),
        "issue": tr("两台电脑各说一份内容", "two laptops say what it holds"),
        "number": tr("有两个文号", "two numbers"),
        "service": tr("两份送达记录不同", "two records of its service"),
        "voided": tr("两个作废理由", "two reasons for voiding it"),
    }
    return tr("；", "; ").join(words.get(name, name) for name in conflicts)


def show(paper: Annotated[str, PAPER], as_json: Annotated[bool, JSON] = False) -> None:
    """Show a paper with its service, and what is printed. 查看文书。"""
    from inspector.services import papers

    with open_store() as store:
        found = papers.paper(store, paper)
        document = paper_data(store, found)
    if as_json:
        output.data(document)
        return
    output.line(found.shown)
    provisional = document["provisional_shown"]
    if provisional and found.number:
        output.line(tr(f"原临时编号：{provisional}", f"first as: {provisional}"))
    output.line(tr(f"日期：{found.issued_on}", f"issued: {found.issued_on}"))
    if found.due:
        output.line(tr(f"期限：{found.due}", f"due: {found.due}"))
    _show_service(found)
    if found.voided:
        output.line(tr(f"已作废：{found.voided}", f"voided: {found.voided}"))
    words = conflict_words(tuple(document["conflicts"]))
    if words:
        output.line(tr(f"冲突：{words}", f"conflict: {words}"))


def _show_service(found: "Paper") -> None:
    service = found.service
    if service is None:
        output.line(
            tr(
                f"未送达；当事人不在场的，应于{found.serve_by}前送达",
                f"not served; by {found.serve_by} where nobody was there",
            )
        )
        return
    from inspector.domain.service import METHODS

    how = tr(*METHODS[service.method]) if service.method in METHODS else service.method
    output.line(tr(f"送达：{service.date} {how}", f"served: {service.date}, {how}"))
    for value, zh, en in (
        (service.receiver, "受送达人", "received by"),
        (service.relation, "与当事人关系", "who is"),
        (service.witness, "见证人", "witness"),
        (service.consent, "同意电子送达", "consent"),
        (service.note, "备注", "note"),
    ):
        if value:
            output.line(tr(f"{zh}：{value}", f"{en}: {value}"))


def paper_data(store: "Store", found: "Paper") -> dict[str, Any]:
    """A paper for programs."""
    from inspector.domain.numbers import show_number
    from inspector.services import papers

    row = papers.row(store, found.id)
    waiting = found.provisional
    return {
        **asdict(row),
        "prefix": found.prefix,
        "word": found.word,
        "provisional_shown": show_number(found.prefix, found.word, found.year, 0, waiting) if waiting else "",
        "numbers": [number for number, _ in found.given],
        "actor": found.actor,
        "serve_by": found.serve_by,
        "service": asdict(found.service) if found.service else None,
        "template_sha256": found.template_sha256,
        "data": found.data,
    }


def serve(
    paper: Annotated[str, PAPER],
    method: Annotated[
        str, typer.Option(help="personal, refused, left, mail or electronic. 送达方式。")
    ] = "personal",
    date: Annotated[str, typer.Option(help="Day, YYYY-MM-DD; empty is today. 送达日期。")] = "",
    receiver: Annotated[str, typer.Option(help="Who took it. 受送达人。")] = "",
    relation: Annotated[str, typer.Option(help="What that person is to the party. 与当事人关系。")] = "",
    witness: Annotated[str, typer.Option(help="Who saw it refused or left. 见证人。")] = "",
    consent: Annotated[str, typer.Option(help="Who agreed to electronic service, and how. 同意方式。")] = "",
    note: Annotated[str, typer.Option(help="What else; the recording. 备注。")] = "",
    correct: Annotated[
        str, typer.Option(help="Correct what is recorded, for this reason. 更正理由。", metavar="REASON")
    ] = "",
    officer: Annotated[str, OFFICER] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Record how a paper was served; personal and mail name who took it. 送达。"""
    from inspector.domain.service import Service
    from inspector.services import notices, papers, rectification
    from inspector.services.forms import Forms

    with open_store() as store:
        person = rectification.actor(store, officer)
        service = Service(method, date or store.today(), receiver, relation, witness, consent, note)
        moved: tuple[str, ...] = ()
        if correct:
            found = papers.correct(store, paper, service, reason=correct, actor=person.id if person else "")
        else:
            served = notices.serve(store, Forms(store), paper, service, person=person)
            found, moved = served.paper, served.moved
        document = paper_data(store, found) | {"moved": list(moved)}
    if as_json:
        output.data(document)
        return
    output.line(found.shown)
    output.tell(
        f"送达已记录；{len(moved)}个问题的期限从这天起算。" if moved else "送达已记录。",
        f"Its service is recorded; the deadline of {len(moved)} items runs from it."
        if moved
        else "Its service is recorded.",
    )


def void(
    paper: Annotated[str, PAPER],
    reason: Annotated[str, typer.Option(help="Why. 作废理由。")],
    override: Annotated[str, typer.Option(help="Why although it was served. 已送达仍作废的理由。")] = "",
    officer: Annotated[str, OFFICER] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Void a paper; its number is kept and never given again. 作废。"""
    from inspector.services import lookup, papers

    with open_store() as store:
        actor = lookup.officer(store, officer).id if officer else ""
        found = papers.void(store, paper, reason=reason, override=override, actor=actor)
        document = paper_data(store, found)
    if as_json:
        output.data(document)
        return
    output.line(found.shown)
    output.tell("已作废；文号保留，不再使用。", "Voided; its number is kept and never given again.")


def list_numbers(as_json: Annotated[bool, JSON] = False) -> None:
    """List blocks of numbers and how many are free. 文号段列表。"""
    from inspector.services import numbering

    with open_store() as store:
        found = numbering.leases(store)
    if as_json:
        output.data([asdict(row) for row in found])
        return
    output.table(
        [
            [row.authority, str(row.year), row.kind, f"{row.first}–{row.last}", str(row.free), row.device[:4], _worth(row)]
            for row in found
        ],
        [tr("部门", "authority"), tr("年", "year"), tr("种类", "kind"), tr("文号", "numbers"), tr("可用", "free"),
         tr("电脑", "laptop"), ""],
    )  # fmt: skip


def _worth(row: Any) -> str:
    words = [tr("本机", "this laptop")] if row.mine else []
    if not row.counts:
        words.append(tr("不作数", "does not count"))
    if row.overlaps:
        words.append(tr("与另一台电脑重复", "another laptop has a part of it"))
    return tr("，", ", ").join(words)


def add_numbers(
    authority: Annotated[str, AUTHORITY],
    kind: Annotated[str, KIND],
    first: Annotated[int, typer.Option(help="First number. 起。")],
    last: Annotated[int, typer.Option(help="Last number. 止。")],
    year: Annotated[int | None, typer.Option(help="Year; this one by default. 年。")] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Note numbers that this laptop may give, in an office without a centre. 登记本机文号。"""
    from inspector.services import numbering, papers

    with open_store() as store:
        series = numbering.read_series(authority, year or int(store.today()[:4]), kind)
        numbering.note_numbers(store, series, first=first, last=last)
        given = papers.assign_numbers(store)
    if as_json:
        output.data({**series._asdict(), "first": first, "last": last, "numbered": [one.id for one in given]})
        return
    output.tell("已保存。", "Saved.")
    for one in given:
        output.line(one.shown)


def want_numbers(
    authority: Annotated[str, AUTHORITY],
    kind: Annotated[str, KIND],
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Have the coming syncs fetch numbers before the first paper of a kind. 预领文号。"""
    from inspector.services import numbering

    with open_store() as store:
        wanted = numbering.want_numbers(store, numbering.department(authority), kind)
    if as_json:
        output.data({"wanted": wanted})
        return
    output.tell("下次同步时领取。", "The next sync fetches them.")
