"""The centre's log on SQLite and on PostgreSQL, and over the application."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from inspector.casefile.bundle import Bundle
from inspector.central.ledger import sequence
from inspector.central.settings import Settings
from inspector.central.storage import Storage
from inspector.journal.note import cosign
from inspector.sync.protocol import b64
from tests.central.centre_client import open_session, problem_of
from tests.contracts.laptops import Laptop
from tests.contracts.ledger_contract import LedgerContract, hold, text_of

if TYPE_CHECKING:
    from tests.postgres import Cluster

NOTHING = {"origin": "", "size": 0, "note": ""}


@pytest.fixture
def storage(settings: Settings) -> Iterator[Storage]:
    """An open storage of these settings."""
    opened = Storage(settings)
    yield opened
    opened.close()


class TestSqlite(LedgerContract):
    """On the embedded default."""

    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        """A centre in a folder."""
        return Settings(tmp_path / "centre")


@pytest.mark.postgres
class TestPostgres(LedgerContract):
    """On PostgreSQL."""

    @pytest.fixture
    def settings(self, tmp_path: Path, postgres: "Cluster") -> Settings:
        """A centre in a database of its own."""
        return Settings(tmp_path / "centre", database=postgres.new_database(), unsafe_postgres=True)


async def test_the_routes_want_a_session(client: httpx.AsyncClient) -> None:
    """Without one nothing is told of the log."""
    for path, body in (("log/head", NOTHING), ("log/cosignatures", {}), ("proofs", {"refs": []})):
        assert problem_of(await client.post(f"/v1/{path}", json=body)) == (401, "session.needed")


async def test_a_laptop_sees_witnesses_and_gets_proofs(
    client: httpx.AsyncClient, centre: Storage, laptop: Laptop
) -> None:
    """Head, cosignature and proofs over the application are what the storage says."""
    laptop.write("g-01", 3)
    centre.append(laptop.push(1, 3))
    await open_session(client, laptop)
    head = (await client.post("/v1/log/head", json=NOTHING)).json()
    assert head["note"] == sequence(centre).note
    assert head["consistency"] == []
    signed = cosign(text_of(centre, sequence(centre)), "x", laptop.key, 7)
    sent = {"size": head["size"], "time": 7, "cosignature": b64(signed.signature)}
    assert (await client.post("/v1/log/cosignatures", json=sent)).json() == {"kept": True}
    wrong = await client.post("/v1/log/cosignatures", json={**sent, "time": 8})
    assert problem_of(wrong) == (422, "log.cosignature")
    asked = {"refs": [f"{laptop.id}/2", f"{laptop.id}/9"], "size": 0}
    bundle = Bundle.from_data((await client.post("/v1/proofs", json=asked)).json())
    assert [str(one.ref) for one in bundle.proofs] == [f"{laptop.id}/2"]
    assert len(bundle.witnesses) == 1
    hold(centre, bundle)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("log/head", {"size": -1}),
        ("log/head", {"note": "x" * 5_000}),
        ("log/cosignatures", {"size": 0, "time": 0, "cosignature": "x"}),
        ("proofs", {"refs": ["x"]}),
        ("proofs", {"refs": ["a" * 16 + "/1"] * 1_001}),
        ("proofs", {"refs": [], "size": 10_000}),
        ("proofs", {"refs": [], "more": 1}),
    ],
)
async def test_what_is_not_of_the_form_is_refused(
    client: httpx.AsyncClient, laptop: Laptop, path: str, body: dict[str, object]
) -> None:
    """Each bound holds at the edge."""
    await open_session(client, laptop)
    assert problem_of(await client.post(f"/v1/{path}", json=body)) == (400, "request.malformed")


async def test_a_laptop_that_asks_too_often_waits(client: httpx.AsyncClient, laptop: Laptop) -> None:
    """Proofs cost the centre work: each device has a measure of its own."""
    await open_session(client, laptop)
    answers = [(await client.post("/v1/log/head", json=NOTHING)).status_code for _ in range(125)]
    assert 429 in answers
    assert answers.index(429) >= 100
