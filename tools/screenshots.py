"""Draws the screens of docs/images as SVG: `python tools/screenshots.py`. Needs no display and no network.

Rich measures text in characters where the terminal has cells, which squeezes Chinese, and names a font on another
machine; both are put right here.
"""

import asyncio
import html
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from rich.cells import cell_len
from textual.pilot import Pilot

from inspector.domain import office
from inspector.services import inspections, sites
from inspector.services.forms import Forms
from inspector.services.rectification import Act
from inspector.store import queries
from inspector.store.workspace import Store
from tests.ui.lead_world import does, found_items, open_board, open_item, served, with_duties
from tests.ui.ui_world import begin, keys, make_county, screens, settled, shows, top

TARGET = Path(__file__).parent.parent / "docs" / "images"
_TEXT = re.compile(r'(<text [^>]*?)x="([\d.]+)"([^>]*?)textLength="([\d.]+)"([^>]*)>([^<]*)</text>')
_RUN = re.compile(r"[^\s\u00a0]+")
_LEADS = ("board", "item", "dashboard", "figures")
_FONTS = '"DejaVu Sans Mono","Noto Sans Mono CJK SC","Noto Sans CJK SC",monospace'


def by_cells(svg: str) -> str:
    """The same drawing with every text as wide as its cells, in fonts of the machine that shows it."""

    def stretch(match: re.Match[str]) -> str:
        before, left, between, length, after, text = match.groups()
        plain = html.unescape(text)
        cell = float(length) / len(plain) if plain else 0.0
        # Every word by itself, so that columns stand where the terminal has them whatever the font.
        return "".join(
            f'{before}x="{float(left) + cell * cell_len(plain[: run.start()]):g}"{between}'
            f'textLength="{cell * cell_len(run[0]):g}"{after}>{html.escape(run[0])}</text>'
            for run in _RUN.finditer(plain)
        )

    svg = _TEXT.sub(stretch, svg)
    svg = re.sub(r"@font-face\s*\{.*?\}", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code, monospace", _FONTS).replace("font-family: arial", f"font-family: {_FONTS}")
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    return re.sub(r"[ \t]+$", "", svg, flags=re.MULTILINE).strip() + "\n"


async def _tonight(pilot: Pilot[Any]) -> None:
    await shows(pilot, "继续")


async def _checklist(pilot: Pilot[Any]) -> None:
    await keys(pilot, "enter")
    await shows(pilot, "T-TIME-01")
    top(pilot).lines.select("T-TIME-02")
    await shows(pilot, "备注：样例备注")


async def _finding(pilot: Pilot[Any]) -> None:
    await keys(pilot, "enter")
    await shows(pilot, "T-TIME-01")
    top(pilot).lines.select("T-LIC-01")
    await settled(pilot)
    await keys(pilot, "3")
    await shows(pilot, "说明")


async def _board(pilot: Pilot[Any]) -> None:
    await open_board(pilot)
    await keys(pilot, "space")


async def _item(pilot: Pilot[Any]) -> None:
    await open_board(pilot)
    rows = queries.findings(top(pilot).place.store.connection)
    await open_item(pilot, next(row.id for row in rows if row.item == "T-AD-03"))


async def _dashboard(pilot: Pilot[Any]) -> None:
    await keys(pilot, "f7")
    await shows(pilot, "挂图作战", "覆盖")


async def _figures(pilot: Pilot[Any]) -> None:
    await keys(pilot, "ctrl+r")
    await shows(pilot, "汇报数字", "培训机构")
    top(pilot).query_one("#figures").select("rectification_rate")


def _followed(store: Store) -> None:
    """Three findings on their way: one overdue, one handed in, one that is registered."""
    with_duties(store)
    items = found_items(store, "晨光样例美术")
    served(store, items[1], until=date(2026, 11, 22), on=date(2026, 11, 20))
    served(store, items[0])
    does(store, items[0], "样例甲", Act("submit", note="广告牌已拆除"))


_GRIDS = (
    ("G01", "样例一街道"), ("G02", "样例二街道"), ("G03", "样例三镇"), ("G04", "样例四镇"), ("G05", "样例五乡"),
    ("G06", "样例六乡"),
)  # fmt: skip


def _wall(store: Store) -> None:
    """Grids for the wall map: more sites from one to the next, and fewer of them seen."""
    for place, (code, name) in enumerate(_GRIDS):
        grid = office.grid_id(code, "")
        fields = {"code": code, "name": name, "lead_unit": f"{name}办"}
        drafts = office.record_fields("grid", grid, fields, office.fold_grid(())[1])
        store.decide(lambda _, drafts=drafts: drafts)  # type: ignore[misc]
        for number in range(1, place + 1):
            site = f"{name}样例书画{number}"
            sites.add_site(store, name=site, grid=code)
            if number <= 3 - place // 2:
                begin(store, "样例甲", "样例乙", site=site)


async def draw(name: str, steps: Callable[[Pilot[Any]], Awaitable[None]]) -> None:
    """One picture: a fresh county, some keys, the screen as it then is."""
    with tempfile.TemporaryDirectory() as folder, make_county(Path(folder) / "workspace") as store:
        inspection = begin(store, "样例甲", "样例乙")
        forms = Forms(store)
        inspections.answer(store, forms, inspection, "T-TIME-01", "1")
        inspections.answer(store, forms, inspection, "T-TIME-02", "18:30-21:00", note="样例备注")
        if name in _LEADS:
            _followed(store)
        if name == "dashboard":
            _wall(store)
        async with screens(store) as pilot:
            if name in _LEADS:
                await settled(pilot)
            await steps(pilot)
            await settled(pilot)
            await pilot.pause(0.5)
            svg = by_cells(pilot.app.export_screenshot(title="inspector"))
            await asyncio.to_thread((TARGET / f"{name}.svg").write_text, svg, "utf-8")


async def main() -> None:
    """All pictures."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, steps in (("tonight", _tonight), ("checklist", _checklist), ("finding", _finding),
                        ("board", _board), ("item", _item), ("dashboard", _dashboard),
                        ("figures", _figures)):  # fmt: skip
        await draw(name, steps)
        print(TARGET / f"{name}.svg")


if __name__ == "__main__":
    asyncio.run(main())
