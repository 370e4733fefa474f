"""What the centre proves, in a case file, before the verifier: nothing of it was made by the test's own hands."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from inspector.casefile.evidence import CaseData, ExportData
from inspector.casefile.verify import verify
from inspector.central.ledger import set_agencies
from inspector.domain.entries import Ref
from inspector.journal.fingerprint import fingerprint
from inspector.services.proofs import best_bundle
from inspector.store import log
from inspector.store.workspace import Store
from inspector.sync.proofs import fetch_proofs
from tests.casefile.casefile_world import Parts, write
from tests.sync.sync_world import Centre, answer, centre_at, start, sync, workspace
from tests.sync.test_sync_proofs import of_agency

SUBJECT = "inspection/i-1"


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    with centre_at(tmp_path / "centre") as opened:
        yield opened


def verdict(store: Store, path: Path, refs: Sequence[Ref], root: str = "") -> int:
    """What the verifier says of a case file of these entries with the proofs that the laptop has."""
    bundle, missing = best_bundle(store, SUBJECT, refs)
    assert missing == []
    wanted = set(refs)
    devices = sorted({ref.device for ref in refs})
    entries = tuple(
        entry
        for device in devices
        for entry in log.sealed_entries(store.connection, device)
        if entry.ref in wanted
    )
    parts = Parts(
        bundle=bundle, entries=entries, lines=(), photos={}, masked={}, documents={"documents/01.docx": b"cover"},
        case=CaseData("c-aaaaaaaaaaaa", "internal", ("i-1",), "样例"),
        export=ExportData(store.device, Ref(store.device, 99), bundle.policy_time, "样例"),
    )  # fmt: skip
    report = verify(str(write(path, parts, key=store.key)), root)
    return int(report["exit"])


def test_each_verdict_on_the_way_to_verified(tmp_path: Path, centre: Centre) -> None:
    """Alone, sent, proved, witnessed by one agency, by two; and again after the county asks for more."""
    root = fingerprint(centre.storage.key.public)
    with workspace(tmp_path / "alone") as alone:
        assert verdict(alone, tmp_path / "0.zip", [start(alone, "i-1")]) == 22
    with of_agency(tmp_path / "a", centre, "教育") as school:
        refs = [start(school, "i-1"), answer(school, "i-1", "x", "yes")]
        assert verdict(school, tmp_path / "1.zip", refs, root) == 11, "not sent"
        assert sync(school).complete
        assert verdict(school, tmp_path / "2.zip", refs, root) == 11, "a receipt is no place in the log"
        fetch_proofs(school, SUBJECT, refs)
        assert verdict(school, tmp_path / "3.zip", refs, root) == 10, "one agency cannot meet the policy"
        with of_agency(tmp_path / "b", centre, "市场监管") as market:
            assert sync(market).complete
            refs.append(answer(market, "i-1", "y", "no"))
            for store in (market, school):
                assert sync(store).complete
            for number, store in enumerate((school, market)):
                fetch_proofs(store, SUBJECT, refs)
                assert verdict(store, tmp_path / f"4{number}.zip", refs, root) == 0
                assert verdict(store, tmp_path / f"5{number}.zip", refs) == 22
            set_agencies(centre.storage, 3)
            fetch_proofs(school, SUBJECT, refs)
            assert verdict(school, tmp_path / "6.zip", refs, root) == 0, "what was witnessed stays so"
            centre.storage.set_state(market.device, "revoked", "遗失")
            refs.append(answer(market, "i-1", "z", "yes"))
            sync(market)
            assert verdict(school, tmp_path / "7.zip", refs[:3], root) == 0
            centre.storage.set_state(market.device, "active", "")
            centre.storage.release(market.device)
            sync(market)
            sync(school)
            fetch_proofs(school, SUBJECT, refs)
            assert verdict(school, tmp_path / "8.zip", refs, root) == 23, (
                "it came while the laptop was revoked"
            )
