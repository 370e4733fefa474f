"""Findings on their way to being closed, for the screens of the lead: people with duties, steps, papers, photos."""

from datetime import date
from pathlib import Path

from PIL import Image

from inspector.domain.rectification_guard import Service
from inspector.services import inspections, lookup, people, rectification
from inspector.services.forms import Forms
from inspector.services.rectification import Act
from inspector.store import queries
from inspector.store.workspace import Store
from tests.ui.ui_world import begin, be_told

TODAY = "2026-11-23"


def with_duties(store: Store) -> None:
    """Who approves, and a third certified officer who may review."""
    people.add_officer(store, name="样例组长", department="教体局", certificate="样例-0011", duty="lead")
    people.add_officer(store, name="样例科长", department="教体局", certificate="样例-0012", duty="section")
    people.add_officer(store, name="样例副局", department="教体局", certificate="样例-0013", duty="deputy")
    people.add_officer(store, name="样例庚", department="市监局", certificate="样例-0014")


def picture(path: Path, colour: tuple[int, int, int]) -> Path:
    """A photo of one colour."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (64, 48), colour).save(path)
    return path


def found_items(
    store: Store, site: str = "上海老盛昌样例培训", *, conclude: bool = True, photo: Path | None = None
) -> list[str]:
    """Two officers inspect a site, and conclude with three findings; their ids by item."""
    from inspector.evidence.examine import Examiner
    from inspector.services.photos import add_photos

    forms = Forms(store)
    name = begin(store, "样例甲", "样例乙", site=site)
    inspections.answer(store, forms, name, "T-LIC-01", "3")
    inspections.answer(store, forms, name, "T-TIME-02", "18:30-21:00")
    inspections.answer(store, forms, name, "T-AD-03", "2")
    if photo is not None:
        with Examiner(workers=1) as examiner:
            add_photos(store, forms, examiner, name, [photo], item="T-LIC-01")
    if conclude:
        be_told(store, name)
        inspections.conclude(store, forms, name)
    rows = queries.findings(store.connection, inspection=name)
    return [row.id for row in sorted(rows, key=lambda row: row.item)]


def does(store: Store, item: str, who: str, act: Act, service: Service | None = None) -> None:
    """One step."""
    rectification.do(store, Forms(store), item, act, person=lookup.officer(store, who), service=service)


def served(
    store: Store, item: str, *, until: date = date(2026, 11, 30), on: date = date(2026, 11, 23)
) -> None:
    """A paper about it was served."""
    does(store, item, "样例甲", Act("notify"), Service(f"p-{item[:6]}", "order", on, until))
