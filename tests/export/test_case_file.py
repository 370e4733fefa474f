"""A case file as a whole: what is in it, that it is the same each time, that it goes on after a cut, that it refuses in time."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from inspector.casefile.space import Room
from inspector.domain.case import Subject
from inspector.errors import Refusal, WorkspaceError
from inspector.evidence.examine import Examiner
from inspector.export import case, case_run
from inspector.services import cases, photos
from inspector.services.forms import Forms
from inspector.sync.proving import prover
from tests.evidence import photo_samples
from tests.export.paper_world import County, make_county
from tests.workplace import make_store, start_inspection

REASON = "移送样例县法制机构审核"


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """A county of its own: exports write into it."""
    with Examiner() as examiner:
        found = make_county(tmp_path_factory.mktemp("case") / "ws", examiner)
        yield found
        found.store.close()


def wish(county: County, path: Path, subject: str = "") -> case_run.Wish:
    """Asks for the training site's case file."""
    return case_run.Wish((subject or county.shop,), path, REASON)


def prepare(county: County, asked: case_run.Wish) -> case.Planned:
    """What is ready to be written, with the proofs that the laptop has."""
    return case_run.prepare(county.store, asked, prover(county.store, offline=True))


def write(county: County, asked: case_run.Wish, **how: Any) -> case.Exported:
    """Prepare and write."""
    with prepare(county, asked) as planned:
        return case_run.run(county.store, asked, planned, **how)


def export(county: County, path: Path, subject: str = "") -> case.Exported:
    """Prepare and write the file of the training site's inspection."""
    return write(county, wish(county, path, subject))


def members(path: Path) -> dict[str, bytes]:
    """Every file of a case file, by its path below the folder."""
    with zipfile.ZipFile(path) as found:
        return {name.partition("/")[2]: found.read(name) for name in found.namelist()}


def test_a_case_file_holds_documents_photos_and_evidence(visited: County, tmp_path: Path) -> None:
    """Documents in order, each as Word and PDF; originals unchanged; every entry of the inspection and its findings."""
    found = export(visited, tmp_path / "a.zip")
    files = members(tmp_path / "a.zip")
    titles = [name.split("/")[-1] for name in files if name.startswith("data/documents/")]
    assert [title for title in titles if title.endswith(".docx")] == [
        "00-卷宗封面.docx", "01-卷内目录.docx", "02-检查情况记录.docx", "03-照片说明.docx", "04-电子数据提取固定清单.docx",
        "05-整改情况表.docx", "06-时间线.docx", "07-审计记录.docx", "08-备考表.docx",
    ]  # fmt: skip
    assert {title.removesuffix(".pdf") + ".docx" for title in titles if title.endswith(".pdf")} <= set(titles)
    lines = [json.loads(line) for line in files["data/evidence/photos.jsonl"].splitlines()]
    assert len(lines) == 2
    for line in lines:
        original = files[f"data/{line['file']}"]
        assert hashlib.sha256(original).hexdigest() == line["sha256"]
        assert visited.store.blobs.get(line["sha256"]) == original
    entries = [json.loads(line) for line in files["data/evidence/entries.jsonl"].splitlines()]
    about = {json.loads(line["header"])["aggregate"] for line in entries}
    assert {visited.shop, *(f for f in cases.collect(visited.store, _subjects(visited)).findings)} <= about
    assert visited.school not in about
    assert any(json.loads(line["header"])["type"] == "checklist.published" for line in entries)
    told = json.loads(files["data/evidence/export.json"])
    assert told["entry"] == str(found.entry)
    assert told["reason"] == REASON


def _subjects(county: County) -> tuple[Subject, ...]:
    return cases.find_subjects(county.store, [county.shop])


def test_the_same_records_give_the_same_bytes(visited: County, tmp_path: Path) -> None:
    """Exported twice, only what tells of the export itself differs."""
    first, second = export(visited, tmp_path / "a.zip"), export(visited, tmp_path / "b.zip")
    assert first.entry != second.entry
    assert first.manifest_sha256 == second.manifest_sha256
    one, two = members(tmp_path / "a.zip"), members(tmp_path / "b.zip")
    assert list(one) == list(two)
    assert {name for name in one if one[name] != two[name]} == {
        "data/evidence/export.json", "manifest-sha256.txt", "manifest-sm3.txt", "tagmanifest-sha256.txt",
        "tagmanifest-sha256.txt.sig",
    }  # fmt: skip


@pytest.mark.usefixtures("word_alone")
def test_an_export_is_recorded_with_its_reason_and_what_left(visited: County, tmp_path: Path) -> None:
    """The journal says what left, why, and the hash of its manifest; the entry has the scope of what it is about."""
    found = export(visited, tmp_path / "a.zip")
    lines = members(tmp_path / "a.zip")["manifest-sha256.txt"].splitlines(keepends=True)
    listed = b"".join(line for line in lines if b"export.json" not in line)
    assert hashlib.sha256(listed).hexdigest() == found.manifest_sha256
    state = cases.collect(visited.store, _subjects(visited))
    entry = next(one for one in visited.store.entries(state.id) if one.ref == found.entry)
    assert entry.type == "case.exported"
    assert entry.scope == state.scope
    assert entry.data is not None
    assert entry.data["manifest_sha256"] == found.manifest_sha256
    assert entry.data["entries"] == len(state.entries)
    assert state.id not in state.about


@pytest.mark.usefixtures("word_alone")
def test_an_export_that_was_stopped_goes_on(visited: County, tmp_path: Path) -> None:
    """Stopped in the middle it leaves its part, and the same command ends with the bytes of one that was not stopped."""
    asked = wish(visited, tmp_path / "cut.zip")
    seen: list[case.Progress] = []
    with pytest.raises(case.Stopped):
        write(visited, asked, progress=seen.append, stop=lambda: len(seen) == 20)
    part = tmp_path / "cut.zip.part"
    begun = part.read_bytes()
    assert len(begun) == seen[-1].bytes
    assert seen[-1].files == 20
    write(visited, asked)
    assert not part.exists()
    assert (tmp_path / "cut.zip").read_bytes().startswith(begun)


@pytest.mark.usefixtures("word_alone")
def test_an_export_cut_after_its_entry_writes_no_second_one(
    visited: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut between the entry and the finished file, the next run takes the entry that is there."""
    asked = wish(visited, tmp_path / "late.zip")

    def cut(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("inspector.casefile.bag.BagWriter.finish", cut)
        with pytest.raises(WorkspaceError) as refused:
            write(visited, asked)
    assert refused.value.code == "case.write"
    name = cases.collect(visited.store, _subjects(visited)).id
    before = len(visited.store.entries(name))
    found = write(visited, asked)
    assert len(visited.store.entries(name)) == before
    assert json.loads(members(found.path)["data/evidence/export.json"])["entry"] == str(found.entry)


@pytest.mark.usefixtures("word_alone")
@pytest.mark.parametrize(
    ("there", "code"), [(Room(1000, None), "case.room"), (Room(10**12, 1000), "case.fat32")]
)
def test_no_room_is_told_before_anything_is_written(
    visited: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: Room, code: str
) -> None:
    """A full stick, or one of FAT32 that takes no such file: nothing begins, nothing is recorded."""
    monkeypatch.setattr("inspector.export.case_room.room", lambda _: there)
    before = visited.store.connection.execute("SELECT count(*) FROM entry").fetchone()
    with pytest.raises(WorkspaceError) as refused:
        prepare(visited, wish(visited, tmp_path / "a.zip"))
    assert refused.value.code == code
    assert list(tmp_path.iterdir()) == []
    assert visited.store.connection.execute("SELECT count(*) FROM entry").fetchone() == before


@pytest.mark.usefixtures("word_alone")
def test_the_size_is_known_before(visited: County, tmp_path: Path) -> None:
    """What the plan says is what the file has, but for the words of the export itself."""
    asked = wish(visited, tmp_path / "a.zip")
    with prepare(visited, asked) as planned:
        assert 0 <= planned.bytes - case_run.run(visited.store, asked, planned).bytes < 1000


@pytest.mark.usefixtures("word_alone")
def test_refused_without_a_reason_or_over_a_file(visited: County, tmp_path: Path) -> None:
    """A reason that says nothing, and a file that is there, are refused before anything is collected."""
    with pytest.raises(Refusal) as refused:
        prepare(visited, case_run.Wish((visited.shop,), tmp_path / "a.zip", "嗯"))
    assert refused.value.code == "reason.short"
    (tmp_path / "a.zip").write_bytes(b"mine")
    with pytest.raises(Refusal) as refused:
        prepare(visited, wish(visited, tmp_path / "a.zip"))
    assert refused.value.code == "case.exists"
    assert (tmp_path / "a.zip").read_bytes() == b"mine"


@pytest.mark.usefixtures("word_alone")
def test_what_is_missing_is_told_before(tmp_path: Path) -> None:
    """An open inspection, a withdrawn photo that is still in it, and one whose original is not here."""
    store = make_store(tmp_path / "ws")
    forms = Forms(store)
    visit = start_inspection(store, forms)
    folder = tmp_path / "camera"
    folder.mkdir()
    for number in (1, 2):
        picture = photo_samples.encode(photo_samples.noise(80, 60 + number), exif=photo_samples.camera_exif())
        (folder / f"IMG_{number}.jpg").write_bytes(picture)
    with Examiner(workers=1) as examiner:
        taken = photos.add_photos(store, forms, examiner, visit.id, [folder], item="")
    named = {one.name: one.facts.sha256 for one in taken}
    photos.withdraw_photo(store, visit.id, named["IMG_1.jpg"], reason="拍错了（样例）")
    store.blobs.remove(named["IMG_2.jpg"])
    found = cases.collect(store, cases.find_subjects(store, [visit.id]))
    assert [(one.withdrawn, one.here) for one in found.photos] == [("拍错了（样例）", True), ("", False)]
    told = " ".join(problem.zh for problem in cases.shortcomings(store, found))
    assert "没有办结" in told
    assert "照片原件不在本机：IMG_2.jpg" in told
    with case.plan(store, found.subjects, prove=prover(store, offline=True)) as planned:
        assert planned.case == found
    names = [path for path, _, _ in planned.payload if path.startswith("data/photos/")]
    assert len(names) == 1
    store.close()


def test_documents_say_what_is_open_who_took_the_photos_and_the_seal_as_it_is_printed(
    visited: County,
) -> None:
    """An open item leaves the case unfinished on its cover; the list of electronic data names who took photos in, and their
    cameras; a seal is named as the printed record and the verifiers name it."""
    from inspector.journal.words import fingerprint
    from inspector.services.case_tables import seal_words, tables
    from inspector.services.sealing import seal_hash

    found = cases.collect(visited.store, _subjects(visited))
    refs = [entry.ref for entry in found.entries]
    bundle, _, _ = prover(visited.store, offline=True)("", refs)
    forms = Forms(visited.store)
    told = tables(visited.store, forms, found, bundle=bundle, redaction=cases.Redaction(), gaps=())
    data = told.case_data(documents=1, sheets=1, pages="", authority="")["case"]
    assert data["closed"].endswith("（尚未办结）")
    assert data["originals"] == str(len(found.photos))
    assert data["guard"].startswith("内部卷")
    redacted = cases.Redaction(edition="redacted", photos=frozenset(one.sha256 for one in found.photos))
    told = tables(visited.store, forms, found, bundle=bundle, redaction=redacted, gaps=())
    data = told.case_data(documents=1, sheets=1, pages="", authority="")["case"]
    assert (data["originals"], data["guard"]) == ("0", "")
    names = {found.names[photo.actor] for photo in found.photos if photo.actor}
    assert all(name in told.takers() for name in names)
    for state in found.inspections:
        digest = seal_hash(visited.store, state.id)
        expected = "（未封存）" if digest is None else fingerprint(digest)
        assert seal_words(visited.store, found, state).startswith(expected)


def test_each_inspection_names_its_own_party(visited: County) -> None:
    """A file about two sites names both on its cover, and each inspection the site that it was of."""
    from inspector.services.case_tables import tables

    subjects = cases.find_subjects(visited.store, [visited.shop, visited.school])
    found = cases.collect(visited.store, subjects)
    refs = [entry.ref for entry in found.entries]
    bundle, _, _ = prover(visited.store, offline=True)("", refs)
    told = tables(
        visited.store, Forms(visited.store), found, bundle=bundle, redaction=cases.Redaction(), gaps=()
    )
    names = [told.party_of(state.site) for state in found.inspections]
    assert len(set(names)) == 2
    data = told.case_data(documents=1, sheets=1, pages="", authority="")["case"]
    assert set(data["party"].split("；")) == set(names)
    assert all(name in data["title"] for name in names)
