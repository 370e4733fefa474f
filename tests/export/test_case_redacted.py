"""A redacted case file as a whole: what is about persons is in none of its bytes, and the rest still proves itself."""

import json
import zipfile
from pathlib import Path

import pytest

from inspector.casefile.leaks import views
from inspector.errors import Refusal
from inspector.evidence.examine import Examiner
from inspector.export import case_run
from inspector.services import cases, lookup, masking, tips
from inspector.store import queries
from inspector.sync.proving import prover
from tests.services.test_redaction_plan import OWNER, PHONE, TEACHER, case
from tests.workplace import make_store

REASON = "向当事人公开（虚构）"


def test_nothing_of_persons_leaves(tmp_path: Path) -> None:
    """Word, PDF, evidence and names of files are free of every secret; the masked photo is in it, no original is."""
    with make_store(tmp_path / "w") as store:
        name = case(store, tmp_path)
        first = masking.photos(store, name)[0]
        masking.mask(store, first.sha256, [(250, 250, 200, 200)])
        out = tmp_path / "公开件.zip"
        wish = case_run.Wish((name,), out, REASON, edition="redacted", redact=("黑板上有课程表",))
        with case_run.prepare(store, wish, prover(store, offline=True)) as planned:
            case_run.run(store, wish, planned)
        with zipfile.ZipFile(out) as packed:
            files = {one.partition("/")[2]: packed.read(one) for one in packed.namelist()}
        for path, data in files.items():
            for _, part, _ in views(path, data):
                for secret in (TEACHER, OWNER, "样例壬", PHONE, "样例负责人", "黑板上有课程表"):
                    assert secret.encode() not in part, (path, secret)
        told = json.loads(files["data/evidence/case.json"])
        lines = [json.loads(line) for line in files["data/evidence/entries.jsonl"].splitlines()]
        withheld = [line for line in lines if line["body"] is None]
        assert told["edition"] == "redacted"
        assert len(withheld) == len(told["withheld"]["entries"]) > 0
        photos = {
            one["sha256"]: one for one in map(json.loads, files["data/evidence/photos.jsonl"].splitlines())
        }
        assert all(one["file"] == "" for one in photos.values())
        assert photos[first.sha256]["masked"]
        assert store.blobs.get(first.sha256) not in files.values()
        assert any(name.startswith("data/documents/") and name.endswith(".docx") for name in files)


def test_a_reason_that_tells_is_refused(tmp_path: Path) -> None:
    """The reason of an export is in the file too."""
    with make_store(tmp_path / "w") as store:
        name = case(store, tmp_path)
        wish = case_run.Wish((name,), tmp_path / "a.zip", f"应{TEACHER}要求公开（虚构）", edition="redacted")
        with pytest.raises(Refusal):
            case_run.prepare(store, wish, prover(store, offline=True))


def test_what_is_left_out_is_told_before(tmp_path: Path) -> None:
    """The list for review names every secret, entry and photo."""
    with make_store(tmp_path / "w") as store, Examiner(workers=1) as examiner:
        name = case(store, tmp_path)
        found = case_run.review(store, cases.find_subjects(store, [name]), (), examiner)
        told = {one.what for one in found.review}
        assert {TEACHER, OWNER, PHONE} <= told
        assert set(found.withheld_photos) <= told
        assert {str(ref) for ref in found.withheld} <= told
        assert len(queries.photos(store.connection, name)) == len(found.withheld_photos)


def test_what_a_tip_says_is_in_no_document(tmp_path: Path) -> None:
    """Its entry is withheld whole, as what it tells may tell who reported; so it is in the document on how the case began."""
    with make_store(tmp_path / "w") as store:
        name = case(store, tmp_path)
        site = lookup.inspection(store, name).site
        tips.add_tip(store, channel="phone", content="我家孩子三楼最里间上课（虚构）", site=site)
        out = tmp_path / "公开件.zip"
        wish = case_run.Wish((site,), out, REASON, edition="redacted")
        with case_run.prepare(store, wish, prover(store, offline=True)) as planned:
            assert planned.case.tips
            case_run.run(store, wish, planned)
        with zipfile.ZipFile(out) as packed:
            for path in packed.namelist():
                for _, part, _ in views(path, packed.read(path)):
                    assert "我家孩子".encode() not in part, path
