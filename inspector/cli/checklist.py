"""`checklist list|show|validate|publish|assign`; importing, exporting and comparing are in `authoring`."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspector.cli import authoring, output
from inspector.cli.session import JSON, open_store, passphrase_named, register, workspace_path
from inspector.errors import BadInput, NotFound, WorkspaceError
from inspector.language import tr

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from inspector.forms.county import Dropped
    from inspector.forms.texts import FormText


def add_to(app: typer.Typer) -> None:
    """Register the group."""
    group = typer.Typer(help="Checklists and packs. 检查表和检查包。", no_args_is_help=True)
    for name, function in (
        ("list", list_checklists),
        ("show", show),
        ("validate", validate),
        ("publish", publish),
        ("assign", assign),
    ):
        register(group, name, function)
    authoring.add_to(group)
    app.add_typer(group, name="checklist")


def _known() -> "tuple[Mapping[str, Any], Mapping[str, Any]]":
    """Checklists and packs by code: of the workspace where there is one, else those shipped."""
    from inspector.forms.library import shipped
    from inspector.services.forms import Forms
    from inspector.store.workspace import VAULT

    if (workspace_path() / VAULT).exists():
        with open_store() as store:
            forms = Forms(store)
            return forms.checklists(), forms.packs()
    library = shipped()
    return dict(library.checklists), dict(library.packs)


def list_checklists(as_json: Annotated[bool, JSON] = False) -> None:
    """List checklists and packs with their exact versions. 列表。"""
    checklists, packs = _known()
    if as_json:
        output.data(
            {
                "checklists": [
                    {"code": found.code, "version": found.version, "title": found.title.zh, "title_en": found.title.en,
                     "track": found.track, "site_kinds": list(found.site_kinds), "items": len(found.items),
                     "form": found.form, "sha256": found.sha256}
                    for found in checklists.values()
                ],
                "packs": [
                    {"code": found.code, "version": found.version, "title": found.title.zh, "title_en": found.title.en,
                     "track": found.track, "site_kinds": list(found.site_kinds), "checklists": list(found.checklists),
                     "questionnaires": list(found.questionnaires), "sha256": found.sha256}
                    for found in packs.values()
                ],
            }
        )  # fmt: skip
        return
    rows = [
        [found.code, found.version, str(found.title), str(len(found.items)), found.sha256[:12]]
        for found in checklists.values()
    ]
    rows += [
        [
            found.code,
            found.version,
            str(found.title),
            "+".join((*found.checklists, *found.questionnaires)),
            found.sha256[:12],
        ]
        for found in packs.values()
    ]
    output.table(
        rows,
        [
            tr("编码", "code"),
            tr("版本", "version"),
            tr("名称", "title"),
            tr("项目", "items"),
            tr("校验值", "sha256"),
        ],
    )


def show(
    code: Annotated[str, typer.Argument(help="Code of a checklist. 编码。")],
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Show a checklist's items. 查看检查表。"""
    from dataclasses import asdict

    from inspector.domain.checklist import DEPARTMENTS, SEVERITIES
    from inspector.errors import NotFound

    checklists, _ = _known()
    found = next((known for name, known in checklists.items() if name.lower() == code.lower()), None)
    if found is None:
        names = "、".join(checklists)
        raise NotFound(
            f"没有检查表“{code}”。", f"No checklist {code!r}.", hint=(f"可用：{names}", f"Known: {names}")
        )
    if as_json:
        output.data(asdict(found))
        return
    output.line(f"{found.code} {found.version}  {found.title}  {found.sha256[:12]}")
    for item in found.items:
        output.line(f"{item.code}  [{item.answer.type}]  {item.question}")
        for choice in item.answer.choices:
            output.line(f"      {choice.code}  {choice.label}")
        for column in item.answer.columns:
            output.line(f"      {column.code}  [{column.answer.type}]  {column.title}")
        measure = f"；{item.measure}" if item.measure else ""
        # What only records is never found: its severity and lead mean nothing.
        severity = str(SEVERITIES[item.severity]) if item.violations else "—"
        lead = str(DEPARTMENTS.get(item.lead, item.lead)) if item.violations else "—"
        output.line(f"    {severity}  {lead}{measure}")


def validate(
    files: Annotated[
        list[Path], typer.Argument(help="Checklist, pack, parameter, calendar or register files. 文件。")
    ],
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Check files; names file, line and reason of each problem. 校验检查表文件。"""
    from inspector.forms.library import validate_files

    found = list(validate_files(files))
    if any(problem.severity == "error" for problem in found):
        # What is missing may be the office's own, published before.
        found = list(validate_files(files, **published()))
    errors = sum(problem.severity == "error" for problem in found)
    warnings = len(found) - errors
    if as_json:
        output.data({"files": len(files), "problems": [output.problem_data(problem) for problem in found]})
        if errors:
            raise typer.Exit(BadInput.exit_status)
        return
    if errors:
        also_zh, also_en = (
            (f"，{warnings}处提示", f", {_number(warnings, 'warning')}") if warnings else ("", "")
        )
        raise BadInput(
            f"{errors}处错误{also_zh}。", f"{_number(errors, 'error')}{also_en}.",
            code="checklist.invalid", problems=found,
        )  # fmt: skip
    output.problems(found)
    also_zh, also_en = (
        (f"（{warnings}处提示）", f" ({_number(warnings, 'warning')})") if warnings else ("", "")
    )
    are = "file is" if len(files) == 1 else "files are"
    output.line(tr(f"{len(files)}个文件可用{also_zh}。", f"{len(files)} {are} in order{also_en}."))


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def published() -> dict[str, Any]:
    """What was published in the workspace, where there is one that opens without being asked for its passphrase."""
    from inspector.services.forms import Forms

    with contextlib.suppress(WorkspaceError):
        if passphrase_named():
            with open_store() as store:
                forms = Forms(store)
                county = forms.county()
                return {"known": forms.checklists(), "params": county.params, "register": county.register}
    return {}


def publish(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Checklist, pack, parameter, calendar, register files. 检查表、检查包、参数、日历、法规文件。"
        ),
    ],
) -> None:
    """Use the office's own texts from now on; a higher version replaces a shipped one. 采用自编检查表等。"""
    from inspector.domain.office import TEXT_KINDS
    from inspector.forms.county import dropped
    from inspector.forms.texts import changed_texts, library_texts, read_texts, rule_texts
    from inspector.services.forms import Forms, check_own_office
    from inspector.services.forms import publish as publish_texts

    with open_store() as store:
        check_own_office(store)
        forms = Forms(store)
        county = forms.county()
        texts = read_texts(files, known=forms.checklists(), params=county.params, register=county.register)
        known = [text for kind in TEXT_KINDS for text in forms.published(kind)]
        changed = changed_texts(texts, [*known, *library_texts(forms.library), *rule_texts(forms.library)])
        gone = dropped(forms.library, known, texts)
        new = publish_texts(store, texts)
    warn_of_changed(changed)
    tell_dropped(gone)
    for found in texts:
        output.line(f"{found.code}  {found.version}  {found.sha256[:12]}")
    output.tell(f"已保存{new}份。", f"Saved {new}.")


def warn_of_changed(texts: "Iterable[FormText]") -> None:
    """Say which texts have a code and version that stand for other words already."""
    for text in texts:
        output.tell(
            f"注意：{text.code} {text.version} 以前就有内容不同的一份；请改用更高的版本号，否则以哪份为准不确定。",
            f"Note: there were other words under {text.code} {text.version} before; give it a higher version, else"
            " it is not certain which one is used.",
        )


def tell_dropped(found: "Iterable[Dropped]") -> None:
    """Say what new versions of texts no longer name; a new version stands for the whole earlier one."""
    for one in found:
        text, names = one.text, one.names
        output.tell(
            f"注意：{text.code} {text.version} 没有写入以前版本里的{'、'.join(names)}；这些不再按以前版本采用，需要的请补上。",
            f"Note: {text.code} {text.version} does not name what its earlier version did: {', '.join(names)}; that no"
            " longer counts. Add what is still wanted.",
        )


def dropped_data(one: "Dropped") -> dict[str, Any]:
    """For programs."""
    return {
        "kind": one.text.kind,
        "code": one.text.code,
        "version": one.text.version,
        "names": list(one.names),
    }


def assign(
    pack: Annotated[str, typer.Argument(help="Code of a pack. 检查包。")],
    grid: Annotated[
        str, typer.Option(help="Grid, or county for everywhere. 网格，county 为全县。")
    ] = "county",
    kind: Annotated[str, typer.Option(help="training or campus. 场所类别。")] = "training",
) -> None:
    """Assign a pack to a grid and a kind of site. 指定某网格用哪个检查包。"""
    from inspector.domain import office
    from inspector.domain.registers import fold
    from inspector.forms.texts import check_assignable
    from inspector.services import lookup
    from inspector.services.forms import Forms

    with open_store() as store:
        forms = Forms(store)
        scope = "county" if grid == "county" else lookup.grid(store, grid)
        chosen = forms.packs().get(pack)
        if chosen is None:
            names = "、".join(sorted(forms.packs()))
            raise NotFound(
                f"没有检查包“{pack}”。", f"There is no pack {pack!r}.",
                hint=(f"可用：{names}", f"Known: {names}"), code="pack.unknown",
            )  # fmt: skip
        check_assignable(chosen, kind)
        name = office.assignment_id(scope, kind)
        store.decide(
            lambda view: office.assign_pack(
                fold(view.entries(name), office.VOCABULARY), grid=scope, site_kind=kind, pack=pack
            )
        )
    output.tell("已保存。", "Saved.")
