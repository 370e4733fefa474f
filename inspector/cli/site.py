"""`site list|show|add` and `grid list`."""

from typing import Annotated

import typer

from inspector.cli import output, words
from inspector.cli.session import JSON, open_store, register
from inspector.errors import UsageError
from inspector.language import tr


def add_to(app: typer.Typer) -> None:
    """Register the groups."""
    sites = typer.Typer(help="Training sites and campuses. 点位（机构、学校）。", no_args_is_help=True)
    for name, function in (("list", list_sites), ("show", show), ("add", add), ("set", set_facts)):
        register(sites, name, function)
    app.add_typer(sites, name="site")
    grids = typer.Typer(help="Grid areas. 网格。", no_args_is_help=True)
    register(grids, "list", list_grids)
    app.add_typer(grids, name="grid")


def list_sites(
    grid: Annotated[str, typer.Option(help="Only this grid: code, name or id. 网格。")] = "",
    kind: Annotated[str, typer.Option(help="training or campus. 类别。")] = "",
    search: Annotated[
        str, typer.Option("--search", "-s", help="Characters, pinyin or initials. 汉字、拼音或首字母。")
    ] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 500,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """List sites with what was seen there. 点位列表。"""
    from dataclasses import asdict

    from inspector.services import lookup
    from inspector.store import queries

    if kind not in ("", "training", "campus"):
        raise UsageError("类别只能是 training 或 campus。", "The kind is training or campus.")
    with open_store() as store:
        scope = lookup.grid(store, grid) if grid else ""
        rows = queries.sites(
            store.connection, grid=scope, kind=kind, search=search, today=store.today(), limit=limit
        )
        total = queries.count_sites(store.connection, grid=scope, kind=kind, search=search)
    if as_json:
        output.data([asdict(row) for row in rows])
        return
    output.table(
        [[row.id, row.label, row.grid, row.category, _quadrant(row.quadrant), str(row.findings)] for row in rows],
        [tr("编号", "id"), tr("名称", "name"), tr("网格", "grid"), tr("类别", "category"), tr("证照", "licences"),
         tr("问题", "findings")],
    )  # fmt: skip
    if total > len(rows):
        output.tell(f"显示{len(rows)}/{total}个", f"{len(rows)} of {total} shown")


_SHOWN_OTHERWISE = ("kind", "name", "category_class")


def _quadrant(code: str) -> str:
    from inspector.domain.site_facts import QUADRANT_LABELS, QuadrantCode

    return tr(*QUADRANT_LABELS[QuadrantCode(code)]) if code else ""


def show(
    site: Annotated[str, typer.Argument(help="Id, name or credit code. 编号、名称或信用代码。")],
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Show all that is known of a site. 点位详情。"""
    from dataclasses import asdict

    from inspector.domain.finding import show_due
    from inspector.domain.site_facts import FIELDS, quadrant
    from inspector.services import lookup
    from inspector.store import queries

    with open_store() as store:
        found, today = lookup.site(store, site), store.today()
        inspections = queries.inspections(store.connection, site=found.id)
        findings = queries.findings(store.connection, site=found.id)
    where = quadrant(found.facts, today) if found.kind == "training" else None
    if as_json:
        output.data(
            {
                "id": found.id,
                "scope": found.scope,
                "kind": found.kind,
                "origin": found.origin,
                "facts": dict(found.facts),
                "conflicts": list(found.conflicts),
                "quadrant": str(where.code) if where else "",
                "quadrant_reason": where.zh if where else "",
                "flags": [flag.code for flag in where.flags] if where else [],
                "inspections": [asdict(row) for row in inspections],
                "findings": [asdict(row) for row in findings],
            }
        )
        return
    output.line(f"{found.id}  {found.name}")
    for field in FIELDS:
        if field.name in _SHOWN_OTHERWISE or field.name not in found.facts:
            continue
        disputed = tr("  ← 有冲突", "  ← conflict") if field.name in found.conflicts else ""
        output.line(
            f"  {tr(field.zh, field.en)}: {words.fact_value(field.name, found.facts[field.name])}{disputed}"
        )
    if where:
        output.line(f"  {_quadrant(str(where.code))}  {tr(where.zh, where.en)}")
    for row in inspections:
        output.line(f"  {row.id}  {row.pack}  {words.inspection_status(row.status)}")
    for finding in findings:
        output.line(f"  {finding.item}  {tr(finding.reason, finding.reason_en)}  {show_due(finding)}")


def add(
    name: Annotated[str, typer.Option(help="Name on the sign, if any. 名称。")] = "",
    address: Annotated[str, typer.Option(help="Where it is. 地址。")] = "",
    kind: Annotated[str, typer.Option(help="training or campus. 类别。")] = "training",
    grid: Annotated[str, typer.Option(help="Grid: code, name or id. 网格。")] = "",
    found: Annotated[str, typer.Option(help="How it was found. 发现方式。")] = "",
    fact: Annotated[
        list[str] | None, typer.Option(help="More facts as FIELD=VALUE. 其他事实。", metavar="F=V")
    ] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Create a site met on patrol that is in no registry. 现场新建点位。"""
    from inspector.services.sites import add_site

    facts = _pairs(fact or [])
    with open_store() as store:
        site = add_site(store, name=name, address=address, kind=kind, grid=grid, found=found, facts=facts)
    if as_json:
        output.data({"id": site.id, "scope": site.scope, "facts": dict(site.facts)})
    else:
        output.line(site.id)
        output.tell(f"已保存：{site.name}", f"Saved: {site.name}")


def set_facts(
    site: Annotated[str, typer.Argument(help="Id, name or credit code. 点位。")],
    facts: Annotated[list[str], typer.Argument(help="FIELD=VALUE; an empty value takes it back. 字段=值。")],
) -> None:
    """Correct facts of a site; what was known before stays in its history. 更正点位事实。"""
    from inspector.services import lookup, sites

    with open_store() as store:
        sites.set_facts(store, lookup.site(store, site), _pairs(facts))
    output.tell("已保存。", "Saved.")


def _pairs(texts: list[str]) -> dict[str, str]:
    pairs = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"要写成 字段=值，收到“{text}”。", f"Write FIELD=VALUE, not {text!r}.")
        pairs[key.strip()] = value
    return pairs


def list_grids(as_json: Annotated[bool, JSON] = False) -> None:
    """List grids and their lead units. 网格列表。"""
    from dataclasses import asdict

    from inspector.store import queries

    with open_store() as store:
        grids = queries.grids(store.connection)
    if as_json:
        output.data([asdict(grid) for grid in grids])
        return
    output.table(
        [[grid.id, grid.code, grid.name, grid.lead_unit, grid.lead_person] for grid in grids],
        [
            tr("编号", "id"),
            tr("编码", "code"),
            tr("网格", "grid"),
            tr("网格长单位", "lead unit"),
            tr("网格长", "lead"),
        ],
    )
