"""What a redacted case file leaves out of a real workspace."""

import io
from pathlib import Path

import pytest
from PIL import Image

from inspector.domain.entries import Entry
from inspector.domain.masking import Mask
from inspector.domain.redaction import HIDDEN
from inspector.errors import BadInput, NotFound
from inspector.evidence.examine import Examiner
from inspector.services import inspections, lookup, masking, redaction, sites
from inspector.services.forms import Forms
from inspector.services.photos import add_photos
from inspector.store import queries
from inspector.store.workspace import Store
from tests.evidence.photo_samples import encode, noise
from tests.workplace import conclude, make_store, start_inspection

TEACHER, OWNER, PHONE = "样例庚", "样例辛", "13800000000"
ROSTER = "T-STF-04"


def case(store: Store, folder: Path) -> str:
    """An inspection of a place with an owner, a roster, notes and two photos."""
    begun = start_inspection(store)
    site = lookup.site(store, begun.site)
    sites.set_facts(store, site, {"principal": OWNER, "phone": PHONE})
    sites.set_facts(store, site, {"principal": "样例壬"})
    forms = Forms(store)
    inspections.answer(
        store, forms, begun.id, ROSTER, [{"name": TEACHER, "course": "数学", "subject_class": "yes"}]
    )
    inspections.note(store, begun.id, "T-TIME-01", f"{TEACHER[:2]} {TEACHER[2:]}正在讲课")
    inspections.note(store, begun.id, "T-TIME-02", "黑板上有课程表")
    for name in ("a.jpg", "b.jpg"):
        (folder / name).write_bytes(encode(noise(120, 90 if name == "a.jpg" else 80)))
    with Examiner(workers=1) as examiner:
        add_photos(store, forms, examiner, begun.id, [folder / "a.jpg", folder / "b.jpg"], item="T-TIME-01")
    conclude(store, begun.id)
    return begun.id


def entries_of(store: Store, inspection: str) -> list[Entry]:
    state = lookup.inspection(store, inspection)
    names = [inspection, state.site, *queries.finding_ids(store.connection, inspection)]
    return [entry for name in names for entry in store.entries(name)]


def test_persons_stay_inside(tmp_path: Path) -> None:
    """Rosters, facts of persons (earlier ones too) and whatever repeats them are withheld; officers and the rest stay."""
    with make_store(tmp_path / "w") as store, Examiner(workers=1) as examiner:
        name = case(store, tmp_path)
        entries = entries_of(store, name)
        plan = redaction.plan(store, Forms(store), entries, examiner=examiner, extra=("黑板",))
        kept = [entry for entry in entries if entry.ref not in plan.withheld]
        for text in (TEACHER, OWNER, "样例壬", PHONE, "样例负责人", "黑板"):
            assert text in plan.secrets
            assert not any(text in str(entry.data).replace(" ", "") for entry in kept)
        assert any(entry.type == "inspection.row_recorded" for entry in entries)
        assert not any(entry.type == "inspection.row_recorded" for entry in kept)
        assert {"inspection.started", "inspection.concluded", "inspection.sealed"} <= {
            entry.type for entry in kept
        }
        assert (
            plan.hide(f"{TEACHER}，电话 138 0000 0000，检查人员样例甲")
            == f"{HIDDEN}，电话 {HIDDEN}，检查人员样例甲"
        )
        told = {(one.effect, one.what) for one in plan.review}
        assert ("hidden", TEACHER) in told
        assert {str(ref) for ref in plan.withheld} == {
            what for effect, what in told if effect == "withheld" and "/" in what
        }


def test_photos_leave_only_as_masked_copies(tmp_path: Path) -> None:
    """Every original stays inside; a photo that somebody decided on leaves as a copy with black boxes and no metadata, the
    same bytes each time."""
    with make_store(tmp_path / "w") as store, Examiner(workers=1) as examiner:
        name = case(store, tmp_path)
        first, second = masking.photos(store, name)
        assert first.mask is None
        masking.mask(store, first.sha256, [(250, 250, 200, 200)], note="学生面部（虚构）", actor="o-x")
        plan = redaction.plan(store, Forms(store), entries_of(store, name), examiner=examiner)
        assert plan.withheld_photos == tuple(sorted((first.sha256, second.sha256)))
        assert list(plan.masked) == [first.sha256]
        copy = plan.masked[first.sha256]()
        assert copy is not None
        assert copy == plan.masked[first.sha256]()
        with Image.open(io.BytesIO(copy)) as picture:
            assert not picture.getexif()
            assert not {"exif", "comment", "icc_profile"} & set(picture.info)
            wide, high = picture.size
            inside = picture.convert("L").crop((wide // 4, high // 4, wide * 45 // 100, high * 45 // 100))
            assert max(inside.tobytes()) < 32


def test_decisions_of_a_concluded_inspection(tmp_path: Path) -> None:
    """Masking goes on after the conclusion, is no late entry, and another decision takes the place of the first."""
    with make_store(tmp_path / "w") as store:
        name = case(store, tmp_path)
        sha256 = masking.photos(store, name)[0].sha256
        masking.mask(store, sha256, [(0, 0, 10, 10)])
        masking.mask(store, sha256, [])
        assert masking.photos(store, name)[0].mask == Mask(sha256, ())
        assert lookup.inspection(store, name).late == 0
        assert lookup.inspection(store, name).conflicts == ()
        with pytest.raises(BadInput):
            masking.mask(store, sha256, [(990, 0, 20, 10)])
        with pytest.raises(NotFound):
            masking.mask(store, "0" * 64, [])


def test_what_persons_called_their_photos_stays_inside(tmp_path: Path) -> None:
    """The name of a file may be that of a person, and what is covered and why tells of one; names that cameras give stay."""
    with make_store(tmp_path / "w") as store, Examiner(workers=1) as examiner:
        begun = start_inspection(store)
        named = ("样例丙.jpg", "yanglibing.jpg", "IMG_20261122_190501.jpg")
        for number, name in enumerate(named):
            (tmp_path / name).write_bytes(encode(noise(120, 90 + number)))
        add_photos(
            store, Forms(store), examiner, begun.id, [tmp_path / name for name in named], item="T-TIME-01"
        )
        for photo in masking.photos(store, begun.id):
            masking.mask(store, photo.sha256, [(0, 0, 10, 10)], note="样例丁的脸")
        entries = entries_of(store, begun.id)
        plan = redaction.plan(store, Forms(store), entries, examiner=examiner)
        kept = [str(entry.data) for entry in entries if entry.ref not in plan.withheld]
        assert not any(text in said for said in kept for text in (*named[:2], "样例丁"))
        assert any(named[2] in said for said in kept)
        assert plan.hide(f"原文件名：{named[0]}，{named[1]}，{named[2]}") == (
            f"原文件名：{HIDDEN}，{HIDDEN}，{named[2]}"
        )


def test_a_name_of_one_character_stays_inside(tmp_path: Path) -> None:
    """Too short to be looked for in texts; the entry that says whose it is is withheld all the same."""
    with make_store(tmp_path / "w") as store, Examiner(workers=1) as examiner:
        begun = start_inspection(store)
        sites.set_facts(store, lookup.site(store, begun.site), {"principal": "甲"})
        entries = entries_of(store, begun.id)
        plan = redaction.plan(store, Forms(store), entries, examiner=examiner)
        said = [one for one in entries if one.data and one.data.get("facts", {}).get("principal") == "甲"]
        assert said
        assert {one.ref for one in said} <= plan.withheld


def test_the_door_of_a_home_stays_inside(tmp_path: Path) -> None:
    """Of a place without a name and a licence the street and the number may leave, the door may not; of a named one all may."""
    with make_store(tmp_path / "w") as store, Examiner(workers=1) as examiner:
        for address, hidden in (
            ("虚构路9号3单元501室", f"虚构路9号{HIDDEN}"),
            ("虚构路11号2室", "虚构路11号2室"),
        ):
            begun = start_inspection(store, address=address)
            if address.endswith("2室"):
                sites.set_facts(store, lookup.site(store, begun.site), {"name": "样例艺术培训中心"})
            plan = redaction.plan(store, Forms(store), entries_of(store, begun.id), examiner=examiner)
            assert plan.hide(f"在{address}检查") == f"在{hidden}检查"
