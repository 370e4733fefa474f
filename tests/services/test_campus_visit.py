"""A visit to a school from the first class to the findings, with the pack of the term."""

from pathlib import Path

from inspector.services import inspections
from inspector.services.forms import Forms
from inspector.services.sheets import Sheet, sheet
from inspector.services.sites import add_site
from inspector.store.workspace import Store
from tests.workplace import make_store, make_team


def visit(store: Store, forms: Forms, pack: str) -> str:
    """An open inspection of an invented school of nine years, with its stage and boarding in the registry."""
    facts = {"stage": "九年一贯制", "boarding": False, "students": 900}
    site = add_site(store, name="虚构九年一贯制学校", kind="campus", facts=facts)
    return inspections.start(store, forms, site=site, people=make_team(store), pack=pack).id


def test_what_is_seen_first_decides_what_is_asked_later(tmp_path: Path) -> None:
    """Stages, boarding and class visits reach over the checklists of the pack: items go, answers are proposed."""
    store = make_store(tmp_path / "ws")
    forms = Forms(store)
    inspection = visit(store, forms, "campus-term")

    def now() -> Sheet:
        return sheet(store, forms, inspection)

    proposal = now().line("C-SL-01A").proposal
    assert proposal is not None
    assert proposal[0] == "小学、初中"
    assert now().line("C-SL-04").applies is False
    assert now().line("C-EX-07").applies is None
    inspections.answer(store, forms, inspection, "C-SL-01A", "小学")
    assert {code: now().line(code).applies for code in ("C-EX-07", "C-CU-04", "C-HW-13", "C-SL-03")} == {
        "C-EX-07": False,
        "C-CU-04": True,
        "C-HW-13": True,
        "C-SL-03": True,
    }
    lesson = {
        "grade": 1, "class_name": "2", "subject": "语文", "period": 3, "as_timetabled": "是", "prepared": "是",
        "zero_start": "否", "pace": "按进度", "overrun": 0,
    }  # fmt: skip
    inspections.answer(store, forms, inspection, "C-VIS-01", [lesson])
    assert now().line("C-VIS-02").value == 1
    assert now().line("C-VIS-02").judgement.verdict == "hint"
    zero_start = now().line("C-CU-04").proposal
    assert zero_start is not None
    assert zero_start[0] == "否"
    assert now().findings == ()
    inspections.answer(store, forms, inspection, "C-CU-04", zero_start[0])
    assert [finding.item for finding in now().findings] == ["C-CU-04"]
    inspections.answer(store, forms, inspection, "C-AS-09A", "450")
    inspections.answer(store, forms, inspection, "C-AS-09", "900")
    assert now().line("C-AS-09B").shown.startswith("50")
    store.close()


def test_a_senior_school_is_not_found_to_lack_what_it_need_not_have(tmp_path: Path) -> None:
    """In packs of one occasion the stages are asked first, and what binds other stages goes."""
    store = make_store(tmp_path / "ws")
    forms = Forms(store)
    facts = {"stage": "高级中学", "boarding": True, "students": 900}
    site = add_site(store, name="虚构高级中学", kind="campus", facts=facts)
    people = make_team(store)
    for pack, gone, kept in (
        ("campus-fees", ("C-AS-05", "C-AS-06A", "C-AS-06"), ("C-FE-01", "C-RD-02")),
        ("campus-admission", ("C-EN-01", "C-EN-04"), ("C-EN-06", "C-EN-09")),
        ("school-look-back", ("C-HW-01", "C-HW-02"), ("C-LB-01",)),
        ("campus-homework", ("C-HW-01", "C-HW-13", "C-HW-15"), ()),
    ):
        inspection = inspections.start(store, forms, site=site, people=people, pack=pack).id
        first = sheet(store, forms, inspection).line("C-SL-01A")
        assert first.proposal is not None
        inspections.answer(store, forms, inspection, "C-SL-01A", first.proposal[0])
        seen = sheet(store, forms, inspection)
        assert {code: seen.line(code).applies for code in gone} == dict.fromkeys(gone, False)
        assert all(seen.line(code).asked for code in kept)
    store.close()


def test_while_the_stages_are_not_known_all_is_asked(tmp_path: Path) -> None:
    """Before the stages are answered what hangs on them is asked, and too few students are no finding."""
    store = make_store(tmp_path / "ws")
    forms = Forms(store)
    inspection = visit(store, forms, "campus-homework")
    assert sheet(store, forms, inspection).line("C-HW-13").asked
    row = {"grade": 5, "class_name": "1", "subject": "语文", "minutes": 70, "sample": 4}
    inspections.answer(store, forms, inspection, "C-HW-01", [row])
    assert sheet(store, forms, inspection).findings == ()
    inspections.answer(store, forms, inspection, "C-HW-01", [{**row, "sample": 10}])
    finding = sheet(store, forms, inspection).findings[0]
    assert "5年级（1）70 分钟" in sheet(store, forms, inspection).line(finding.item).judgement.reason.zh
    store.close()
