"""Leasing numbers on SQLite and on PostgreSQL, over the application, and authorities that the centre publishes."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from inspector.central.publish import Publication, publish
from inspector.central.settings import Settings
from inspector.central.storage import Storage
from inspector.domain.authority import fold_authority
from inspector.errors import BadInput, Refusal
from inspector.registry.authorities import read_authorities
from tests.central.centre_client import open_session, problem_of
from tests.contracts.laptops import Laptop
from tests.contracts.numbers_contract import AUTHORITY, SERIES, NumbersContract, blocks, leases

if TYPE_CHECKING:
    from inspector.journal.entry import SealedEntry
    from tests.postgres import Cluster

ASKED = {**SERIES._asdict(), "known": 0, "highest": 0}


@pytest.fixture
def storage(settings: Settings) -> Iterator[Storage]:
    """An open storage of these settings."""
    opened = Storage(settings)
    yield opened
    opened.close()


class TestSqlite(NumbersContract):
    """On the embedded default."""

    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        """A centre in a folder."""
        return Settings(tmp_path / "centre")


@pytest.mark.postgres
class TestPostgres(NumbersContract):
    """On PostgreSQL."""

    @pytest.fixture
    def settings(self, tmp_path: Path, postgres: "Cluster") -> Settings:
        """A centre in a database of its own."""
        return Settings(tmp_path / "centre", database=postgres.new_database(), unsafe_postgres=True)


def test_the_size_of_a_block_is_a_setting(tmp_path: Path) -> None:
    """An office that issues much leases more at once."""
    from inspector.central.numbers import lease

    storage = Storage(replace(Settings(tmp_path / "centre"), number_block=50))
    publish(storage, Publication(authorities=[AUTHORITY]))
    laptop = Laptop(1)
    laptop.enrol(storage, "g-01")
    lease(storage, laptop.id, SERIES, known=0)
    assert blocks(leases(storage)) == [(1, 50)]
    storage.close()


async def test_numbers_are_asked_for_within_a_session(
    client: httpx.AsyncClient, centre: Storage, laptop: Laptop
) -> None:
    """Without a session nothing is leased; with one the answer only says that there is a lease to pull."""
    publish(centre, Publication(authorities=[AUTHORITY]))
    assert problem_of(await client.post("/v1/numbers", json=ASKED)) == (401, "session.needed")
    await open_session(client, laptop)
    assert (await client.post("/v1/numbers", json=ASKED)).json() == {"leased": True}
    assert (await client.post("/v1/numbers", json=ASKED)).json() == {"leased": True}
    assert [one.device for one in leases(centre)] == [laptop.id]
    denied = await client.post("/v1/numbers", json={**ASKED, "authority": "fire"})
    assert problem_of(denied) == (403, "numbers.denied")
    centre.set_state(laptop.id, "revoked", "遗失")
    after = await client.post("/v1/numbers", json={**ASKED, "known": 20})
    assert problem_of(after) == (401, "session.needed"), "its session ended with its rights"
    assert blocks(leases(centre)) == [(1, 20)]


@pytest.mark.parametrize(
    "wrong",
    [{"year": 1}, {"known": -1}, {"known": 100_000}, {"kind": "责改"}, {"authority": "x" * 50}, {"more": 1}],
)
async def test_a_malformed_question_is_refused(
    client: httpx.AsyncClient, centre: Storage, laptop: Laptop, wrong: dict[str, object]
) -> None:
    """What is not of the model's form leases nothing."""
    publish(centre, Publication(authorities=[AUTHORITY]))
    await open_session(client, laptop)
    assert problem_of(await client.post("/v1/numbers", json={**ASKED, **wrong})) == (400, "request.malformed")
    assert leases(centre) == ()


def test_authorities_are_read_from_a_table_and_published_once(centre: Storage, tmp_path: Path) -> None:
    """The department is known by its name or by the authority's; twice is once; a changed field is one entry."""
    path = tmp_path / "authorities.csv"
    path.write_text(
        "机关名称,机关代字,部门,地址,联系电话,联系人\n"
        "样例县教育体育局,样教体,,虚构路1号,0000-1234567,样例甲\n"
        "样例县市场监管局,样市监,市场监管,,,\n",
        encoding="utf-8",
    )
    found = read_authorities(path)
    assert [one["department"] for one in found] == ["education", "market"]
    assert publish(centre, Publication(authorities=found)).counts == {"authorities": 2}
    assert publish(centre, Publication(authorities=found)).counts == {"authorities": 0}
    found[1]["phone"] = "0000-7654321"
    assert publish(centre, Publication(authorities=found)).counts == {"authorities": 1}
    with centre.known() as known:
        authority = fold_authority(known.entries("au-market"))[0]
    assert authority is not None
    assert (authority.prefix, authority.phone) == ("样市监", "0000-7654321")


def test_mistakes_of_the_table_are_named(tmp_path: Path, centre: Storage) -> None:
    """A department that is not known, one listed twice, an authority without its prefix: each with its row."""
    path = tmp_path / "authorities.csv"
    path.write_text(
        "机关名称,机关代字\n样例县某局,样某\n样例县教育体育局,样教体\n样例县教育局,样教\n样例县公安局,\n",
        encoding="utf-8",
    )
    with pytest.raises(BadInput) as caught:
        read_authorities(path)
    assert [problem.where.rpartition("!")[2] for problem in caught.value.problems] == ["2", "4", "5"]
    path.write_text("姓名,单位\n样例甲,教体局\n", encoding="utf-8")
    with pytest.raises(BadInput):
        read_authorities(path)
    with pytest.raises(Refusal):
        publish(centre, Publication(authorities=[{**AUTHORITY, "prefix": "样〔1〕"}]))


def test_an_officers_laptop_does_not_change_what_the_centre_recorded(centre: Storage, laptop: Laptop) -> None:
    """Its entry is kept apart; an authority that the centre does not know may be recorded by anybody."""
    publish(centre, Publication(authorities=[AUTHORITY]))
    seq = 1
    for department in ("education", "fire"):
        laptop.entries.append(_authority(laptop, seq, department))
        seq += 1
    accepted = centre.append(laptop.push(1, 2))
    assert [(one.seq, one.reason) for one in accepted.verdicts] == [(1, "role.denied")]


def _authority(laptop: Laptop, seq: int, department: str) -> "SealedEntry":
    from inspector.domain.entries import Draft, Ref, Stamp
    from inspector.journal.entry import seal

    data = {"department": department, "name": "样例局", "prefix": "样"}
    stamp = Stamp(wall=1_790_000_000_000 + seq, tz=480, boot="0123456789abcdef", monotonic=seq)
    draft = Draft("authority.recorded", f"au-{department}", "county", data)
    return seal(draft, ref=Ref(laptop.id, seq), actor="", time=stamp, salt=seq.to_bytes(16, "big"))
