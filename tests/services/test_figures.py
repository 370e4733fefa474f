"""The county's figures against a second counting in plain Python; what they say of past days; reports that are kept."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.county_year import Size, Year, write
from inspector.domain import reporting
from inspector.domain.entries import Draft
from inspector.domain.figure_catalogue import CATALOGUE, FIGURES
from inspector.domain.figure_report import Report, differences
from inspector.domain.figures import matching, share
from inspector.errors import BadInput, NotFound, UsageError
from inspector.services import activities, figures, lookup, reports, sites
from inspector.services.forms import Forms
from inspector.store import campaign, log, projections
from inspector.store.vault import Argon2
from inspector.store.workspace import Store
from tests.services.slow_figures import Slow
from tests.workplace import decide, make_site, make_store

CHEAP = Argon2(memory_kib=64, iterations=1, lanes=1)
FIRST = date(2025, 11, 3)
SMALL = Size(sites=14, schools=5, grids=3, visits=40, tips=12, officers=9)


def _county(path: Path, seed: int, size: Size = SMALL, days: int = 300) -> Store:
    store = Store.create(path, "correct horse", cost=CHEAP)
    write(store, Year(seed, size, FIRST, days))
    return store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with _county(tmp_path_factory.mktemp("figures") / "w", 7, Size(60, 14, 5, 160, 40, 9)) as found:
        yield found


def _entries(store: Store) -> list[Any]:
    names = [row[0] for row in store.connection.execute("SELECT DISTINCT aggregate FROM entry")]
    return [entry for found in log.entries_of_all(store.connection, names).values() for entry in found]


def _same(store: Store, first: str, last: str, grid: str = "") -> None:
    forms = Forms(store)
    report = figures.compute(store, forms, first, last, grid=grid)
    slow = Slow(_entries(store), first, last, grid, forms.calendar()).run()
    for figure in CATALOGUE:
        value = report.values[figure.code]
        if figure.kind == "ratio":
            above, below = slow.get(figure.numerator, 0), slow.get(figure.denominator, 0)
            if value.numerator is not None and not figure.needs and figure.numerator not in _OF_NOW:
                assert (value.numerator, value.denominator) == (above, below), figure.code
                assert value.value == share(above, below), figure.code
        elif figure.code in slow:
            assert value.value == slow[figure.code], (figure.code, first, last, grid)
        elif figure.code not in _OF_NOW and value.reason is None:
            assert not value.value, (figure.code, value.value)


_OF_NOW = {
    "grids",
    "grids_led",
    "school_inspectors",
    "sites_unclassed",
    "sites_market_only",
    "sites_civil_only",
    "schools_senior",
}


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2025-11-01", "2026-08-31"),
        ("2026-02-01", "2026-02-28"),
        ("2025-12-31", "2025-12-31"),
        ("2024-01-01", "2024-12-31"),
    ],
)
def test_every_figure_is_what_a_second_counting_gives(store: Store, first: str, last: str) -> None:
    """A generated county-year: each number of each period is that of plain Python over the entries."""
    _same(store, first, last)


def test_a_grid_alone_is_counted_alike(store: Store) -> None:
    """With a grid only what belongs to it counts, and the visits of all grids together are those of the county."""
    forms = Forms(store)
    whole = figures.compute(store, forms, "2025-11-01", "2026-08-31")
    grids = [cell for cell in whole.values["visits"].cells if cell.dimension == "grid"]
    assert sum(cell.value or 0 for cell in grids) == whole.values["visits"].value
    for cell in grids[:2]:
        _same(store, "2025-11-01", "2026-08-31", cell.key)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), start=st.integers(0, 200), length=st.integers(0, 120))
def test_small_worlds_are_counted_alike(seed: int, start: int, length: int) -> None:
    """Whatever happened, and whatever days are asked for, both countings agree."""
    first = FIRST + timedelta(days=start)
    with TemporaryDirectory() as folder, _county(Path(folder) / "w", seed) as found:
        _same(found, first.isoformat(), (first + timedelta(days=length)).isoformat())


def test_a_figure_is_as_many_as_the_records_behind_it(store: Store) -> None:
    """Where each row counts one, opening a figure lists exactly that many records."""
    forms = Forms(store)
    first, last = "2025-11-01", "2026-08-31"
    report = figures.compute(store, forms, first, last)
    for figure in CATALOGUE:
        if figure.reads and figure.unit not in ("people", "boards", "area", "days"):
            found = figures.records(store, forms, figure.code, first, last)
            assert len(found) == report.values[figure.code].value, figure.code
    assert list(matching(FIGURES["reduction_base"], [])) == []


def test_the_histories_are_the_same_after_a_rebuild(store: Store) -> None:
    """What was written along the way is what is computed anew from the journal."""
    before = projections.dump(store.connection)
    store.rebuild()
    assert projections.dump(store.connection) == before


def test_a_past_day_does_not_follow_what_happened_since(tmp_path: Path) -> None:
    """A site that closes today was open yesterday: the snapshot of yesterday says so, and today's change is a flow of today."""
    with _county(tmp_path / "w", 1, Size(3, 1, 1, 0, 0, 2), 10) as found:
        forms = Forms(found)
        before = figures.compute(found, forms, "2025-11-01", "2026-08-31").values
        open_ones = [one.id for one in figures.records(found, forms, "sites", "2025-11-01", "2026-08-31")]
        sites.set_facts(found, lookup.site(found, open_ones[0]), {"status": "closed"})
        after = figures.compute(found, forms, "2025-11-01", "2026-08-31").values
        assert after["sites"].value == before["sites"].value
        now = figures.compute(found, forms, found.today(), found.today()).values
        assert (now["sites"].value, now["closed_all"].value) == ((before["sites"].value or 0) - 1, 1)


def test_a_kept_report_is_given_again_word_for_word(tmp_path: Path) -> None:
    """What was kept stays when records change; the difference to today is told; a second keeping adds nothing."""
    with _county(tmp_path / "w", 3) as found:
        forms = Forms(found)
        report = figures.compute(found, forms, "2026-01-01", "2026-06-30")
        sha256 = reports.freeze(found, report)
        size = log.own_tree(found.connection).size
        assert reports.freeze(found, report) == sha256
        assert log.own_tree(found.connection).size == size
        assert reports.kept(found, sha256[:9]) == report
        assert differences(report, reports.today_of(found, forms, report)) == []
        visit = figures.records(found, forms, "visits", "2026-01-01", "2026-06-30")[0]
        _void(found, visit.id)
        again = reports.kept(found, sha256)
        assert figures.name_of(again) == sha256
        codes = {one.code for one in differences(again, reports.today_of(found, forms, again))}
        assert "visits" in codes
        with pytest.raises(NotFound):
            reports.kept(found, "ffff")


def test_a_forged_report_takes_nothing_from_the_kept_one(tmp_path: Path) -> None:
    """Other figures under its name and hash, also as its replacement, are passed over; under a name of their own they are none."""
    with _county(tmp_path / "w", 3) as found:
        report = figures.compute(found, Forms(found), "2026-01-01", "2026-06-30")
        sha256 = reports.freeze(found, report)
        (kept,) = found.entries(reporting.report_id(sha256))
        assert kept.data is not None
        lie = {**kept.data, "document": {**kept.data["document"], "first": "2025-01-01"}}
        for name, replaces in ((kept.aggregate, (kept.ref,)), (kept.aggregate, ()), ("r-aaaaaaaaaaaa", ())):
            draft = Draft("report.frozen", name, kept.scope, lie, replaces)
            found.decide(lambda _, draft=draft: [draft])  # type: ignore[misc]
        assert [row.sha256 for row in reports.kept_reports(found)] == [sha256]
        assert reports.kept(found, sha256) == report


def _void(store: Store, name: str) -> None:
    scope = store.entries(name)[0].scope
    store.decide(lambda _: [Draft("inspection.voided", name, scope, {"reason": "样例：记错了"})])


def test_a_document_reads_back_as_itself(store: Store) -> None:
    """Estimates, shares, decimals and reasons survive the way through the document."""
    report = figures.compute(store, Forms(store), "2025-11-01", "2026-08-31")
    assert Report.from_data(report.to_data()) == report
    assert report.values["advert_area"].estimated


def test_what_is_not_known_is_no_zero(store: Store) -> None:
    """Without the county's base there is no reduction rate but a reason; without a visit no school is in order or not."""
    report = figures.compute(store, Forms(store), "2024-01-01", "2024-01-31")
    for code in ("reduction_rate", "reduced_split", "homework_rules_rate", "rectification_rate"):
        assert report.values[code].value is None, code
        assert report.values[code].reason is not None, code


def test_how_many_there_were_before_the_registry_is_not_known(tmp_path: Path) -> None:
    """Of a day before the first site was on record there are no stocks and no reduction; from that day on there are."""
    with make_store(tmp_path / "w") as store:
        decide(store, tmp_path, "reduction_base_number: {value: 40}")
        make_site(store)
        day = date.fromisoformat(store.today())
        before = figures.compute(store, Forms(store), "2026-01-01", (day - timedelta(days=1)).isoformat())
        for code in ("sites", "schools", "reduction_gone", "reduction_rate"):
            assert before.values[code].value is None, code
            assert before.values[code].reason is not None, code
        since = figures.compute(store, Forms(store), "2026-01-01", day.isoformat())
        assert (since.values["sites"].value, since.values["reduction_gone"].value) == (1, 40)


def test_an_activity_without_a_number_is_one(tmp_path: Path) -> None:
    """A meeting or a briefing that an office wrote down without a count took place once; people nobody counted are none."""
    with Store.create(tmp_path / "w", "correct horse", cost=CHEAP) as store:
        recorded: list[tuple[str, dict[str, Any]]] = [
            ("meeting", {}),
            ("meeting", {"sessions": 3}),
            ("briefing", {}),
            ("training", {"people": 40}),
        ]
        for kind, counts in recorded:
            activities.add_activity(
                store, title=f"样例{kind}{len(counts)}", kind=kind, day="2026-03-05", **counts
            )
        report = figures.compute(store, Forms(store), "2026-01-01", "2026-03-31")
        sums = {row.kind: (row.sessions, row.issues) for row in campaign.activity_sums(store.connection)}
    assert sums == {"meeting": (4, 0), "briefing": (0, 1), "training": (1, 0)}
    counted = {"meetings": 4, "briefings": 1, "trainings": 1, "training_people": 40, "publicity_copies": 0}
    assert {code: report.values[code].value for code in counted} == counted


def test_days_that_make_no_time_are_refused(store: Store) -> None:
    """The last day before the first, a day to come, words that mean nothing, a figure that is none: each says so."""
    forms = Forms(store)
    with pytest.raises(BadInput):
        figures.compute(store, forms, "2026-02-01", "2026-01-01")
    with pytest.raises(BadInput):
        figures.compute(store, forms, "2026-02-01", "2999-01-01")
    with pytest.raises(UsageError):
        reports.days_of(store, forms, "某时", "")
    with pytest.raises(NotFound):
        figures.records(store, forms, "nothing", "2026-02-01", "2026-02-02")
