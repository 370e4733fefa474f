"""Numbers of papers over a real sync: they come by themselves, whatever happens to an answer on its way."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from inspector.central.publish import Publication, publish
from inspector.domain.numbers import series_id
from inspector.domain.paper import Paper
from inspector.domain.service import Service
from inspector.errors import Refusal
from inspector.services import numbering, papers
from inspector.store.workspace import Store
from inspector.sync.client import SyncClient
from inspector.sync.protocol import problem
from tests.sync.number_world import AUTHORITY, FACTS, KIND, SITE
from tests.sync.sync_world import GRID, Centre, centre_at, laptop, quick, sync, write

ORDER: dict[str, Any] = {
    "kind": KIND,
    "word": "责改",
    "authority": "教体",
    "site": SITE,
    "data": {"title": "示例"},
}


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    with centre_at(tmp_path / "centre") as made:
        publish(made.storage, Publication(authorities=[AUTHORITY]))
        yield made


@pytest.fixture
def store(tmp_path: Path, centre: Centre) -> Iterator[Store]:
    with laptop(tmp_path / "a", centre) as made:
        prepare(made)
        yield made


def prepare(store: Store) -> None:
    """The site of the papers, and the authority by a first sync."""
    write(store, "site.recorded", SITE, {"facts": {**FACTS, "grid": GRID}})
    assert sync(store).complete


def issue(store: Store) -> Paper:
    """Issue a paper."""
    return papers.issue(store, **ORDER)


class Losing(httpx.HTTPTransport):
    """A network that swallows answers after the centre did what it was asked for, or answers in its place."""

    def __init__(self, times: int, instead: httpx.Response | None = None) -> None:
        super().__init__()
        self.left, self.instead = times, instead

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != "/v1/numbers" or self.left <= 0:
            return super().handle_request(request)
        self.left -= 1
        if self.instead is not None:
            return self.instead
        response = super().handle_request(request)
        response.read()
        response.close()
        raise httpx.ReadError("cut", request=request)


def lossy(store: Store, times: int, instead: httpx.Response | None = None) -> bool:
    """A sync over it; whether it was complete."""
    return SyncClient(store, transport=Losing(times, instead), pace=quick()).sync_once().complete


def test_a_paper_issued_without_a_network_gets_its_number_in_one_sync(store: Store, centre: Centre) -> None:
    """The sync sends the paper, has numbers leased, pulls them, numbers the paper and sends that: all in one go."""
    first = issue(store)
    assert (first.number, first.shown) == (
        0,
        f"样教体责改〔{first.year}〕临-{store.device[:4]}-1号（临时编号）",
    )
    report = sync(store)
    assert report.complete
    now = papers.paper(store, first.id)
    assert (now.number, now.shown) == (1, f"样教体责改〔{first.year}〕1号")
    assert now.provisional == first.provisional, "traceable"
    assert len(centre.refs(store.device)) == report.entries_sent + 1
    assert papers.paper(store, first.shown).id == first.id, "found by what was printed on it"
    assert issue(store).number == 2
    assert sync(store).entries_received == 0, "enough are free"


def test_numbers_are_fetched_before_they_run_out(store: Store) -> None:
    """With fewer than a handful left, the next sync leases the next block."""
    issue(store)
    sync(store)
    for _ in range(20 - numbering.LOW):
        assert issue(store).number
    assert [(row.first, row.last, row.mine) for row in numbering.leases(store)] == [(1, 20, True)]
    sync(store)
    assert [(row.first, row.last, row.free) for row in numbering.leases(store)] == [(1, 20, 4), (21, 40, 20)]


def test_numbers_can_be_wanted_before_the_first_paper(store: Store) -> None:
    """So that the first paper of an evening without a network has its number."""
    numbering.want_numbers(store, "education", KIND)
    sync(store)
    assert issue(store).number == 1


def test_a_lost_answer_leases_nothing_twice(store: Store, centre: Centre, tmp_path: Path) -> None:
    """The lease was made, the answer was cut: the sync tries again and finds it; the next laptop goes on behind it."""
    issue(store)
    assert lossy(store, 1)
    assert [(row.first, row.last) for row in numbering.leases(store)] == [(1, 20)]
    with laptop(tmp_path / "b", centre) as other:
        prepare(other)
        issue(other)
        sync(other)
        assert [row.number for row in papers.papers(other, kind=KIND) if row.device == other.device] == [21]


def test_an_answer_that_never_comes_keeps_no_photo_waiting(store: Store) -> None:
    """After two failures the sync goes on without; the paper keeps its provisional number until the next one."""
    waiting = issue(store)
    assert lossy(store, 2)
    found = papers.paper(store, waiting.id)
    assert found.number in (0, 1)
    sync(store)
    assert papers.paper(store, waiting.id).number == 1


def test_an_older_centre_leaves_papers_provisional(store: Store) -> None:
    """It knows no such route; everything else is synced."""
    body = json.dumps(problem("not_found")).encode()
    older = httpx.Response(404, headers={"Content-Type": "application/problem+json"}, content=body)
    waiting = issue(store)
    assert lossy(store, 9, older)
    assert papers.paper(store, waiting.id).number == 0
    sync(store)
    assert papers.paper(store, waiting.id).number == 1


def test_a_stranger_gives_no_numbers(store: Store) -> None:
    """An answer without the centre's signature leases nothing, whatever it says; records and photos still travel."""
    waiting = issue(store)
    assert lossy(store, 99, httpx.Response(200, json={"leased": True}))
    assert numbering.leases(store) == []
    assert papers.paper(store, waiting.id).number == 0


def test_a_revoked_laptop_gets_none(store: Store, centre: Centre) -> None:
    """Its paper stays provisional, and nothing is leased to it."""
    waiting = issue(store)
    centre.storage.set_state(store.device, "revoked", "遗失")
    assert not sync(store).complete
    assert papers.paper(store, waiting.id).number == 0
    assert numbering.leases(store) == []


def test_on_a_laptop_with_a_centre_only_its_leases_count(store: Store, tmp_path: Path) -> None:
    """Numbers by hand are refused; those of before it had a centre are not given any more."""
    series = numbering.read_series("教体", int(store.today()[:4]), KIND)
    with pytest.raises(Refusal) as caught:
        numbering.note_numbers(store, series, first=1, last=9)
    assert caught.value.code == "numbers.centre"
    write(
        store, "numbers.leased", series_id(series),
        {**series._asdict(), "first": 500, "last": 510, "device": store.device}, scope="county",
    )  # fmt: skip
    assert issue(store).number == 0
    assert [(row.mine, row.counts) for row in numbering.leases(store)] == [(False, False)]


def test_two_services_on_two_laptops_are_a_conflict(store: Store, centre: Centre, tmp_path: Path) -> None:
    """Both are kept and shown; whoever has seen both settles it, with a reason."""
    paper = issue(store)
    sync(store)
    with laptop(tmp_path / "b", centre) as other:
        sync(other)
        papers.serve(store, paper.id, Service("personal", store.today(), "样例负责人"))
        papers.serve(other, paper.id, Service("left", other.today(), witness="样例见证人"))
        for one in (store, other, store):
            sync(one)
        rows = [papers.row(one, paper.id) for one in (store, other)]
        assert rows[0] == rows[1]
        assert rows[0].conflicts == ("service",)
        settled = Service("left", other.today(), witness="样例见证人")
        papers.correct(other, paper.id, settled, reason="当面核对后更正")
        for one in (other, store):
            sync(one)
        assert papers.row(store, paper.id).conflicts == ()
        assert papers.paper(store, paper.id).service == settled


_WINDOW = """
import sys
from pathlib import Path
from inspector.services import papers
from inspector.store.workspace import Store
path, count = sys.argv[1:]
with Store.open(Path(path), "correct horse battery") as store:
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(int(count)):
        made = papers.issue(store, kind="order_to_correct", word="责改", authority="education", site="s-1", data={})
        papers.assign_numbers(store)
        print(made.number, made.provisional, flush=True)
"""


def test_two_windows_never_take_one_number(store: Store) -> None:
    """Two processes on one workspace issue at once: every number is given once, and the provisional ones count on."""
    issue(store)
    sync(store)
    command = [sys.executable, "-c", _WINDOW, str(store.path), "12"]
    windows = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    for window in windows:
        assert window.stdout is not None
        assert window.stdout.readline() == "ready\n"
    for window in windows:
        assert window.stdin is not None
        window.stdin.write("go\n")
        window.stdin.flush()
    lines = [line.split() for window in windows for line in window.communicate(timeout=120)[0].splitlines()]
    numbers = sorted(int(number) for number, *_ in lines if number != "0")
    waiting = [rest[0] for number, *rest in lines if number == "0"]
    assert numbers == list(range(2, 21))
    assert len(waiting) == len(set(waiting)) == 5
    sync(store)
    rows = papers.papers(store)
    assert sorted(row.number for row in rows) == list(range(1, 26))
