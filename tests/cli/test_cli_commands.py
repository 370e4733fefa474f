"""Commands as an officer uses them: what each prints, for people and as JSON; and every promised command has its help."""

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest
from PIL import Image

from inspector.central.tables import ACTIVE, QUARANTINED, REVOKED
from inspector.cli import words
from inspector.cli.main import app
from inspector.demo.county import County, make_screens_ready
from inspector.domain.checklist import Verdict
from inspector.domain.site_facts import BY_NAME
from inspector.screens.photos import PHOTO_FOLDER
from inspector.sync.protocol import ROLES
from tests.cli.command_line import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A workspace with nothing in it."""
    return Desk(tmp_path)


def _keys(value: Any) -> set[str]:
    return set(value if isinstance(value, dict) else value[0])


def test_init_makes_a_workspace_once(tmp_path: Path) -> None:
    """It says where and which device; the passphrase file opens it; a second time is refused."""
    desk = Desk(tmp_path, workspace=False)
    made = desk.json("init")
    assert made.keys() == {"workspace", "device"}
    assert desk.json("status")["device"] == made["device"]
    assert desk.run("init").status == 6


def test_a_new_passphrase_replaces_the_old_one(desk: Desk) -> None:
    """Afterwards the old one does not open the workspace, and the new one does."""
    new = desk.root / "new.txt"
    new.write_text("another horse\n", encoding="utf-8")
    desk.good("passphrase", "--new-file", str(new))
    assert desk.run("status").status == 6
    desk.passphrase = new
    desk.good("status")


def test_status_counts(desk: Desk) -> None:
    """Counts, what waits, and since when the centre has it; before enrolment it is its own office."""
    found = desk.json("status")
    assert found.keys() == {
        "device", "counts", "open_inspections", "pending", "centre", "own_entries", "received_until",
        "receipt_time", "last_sync", "log_alarms", "patrol",
    }  # fmt: skip
    assert found["pending"].keys() == {"entries", "photos_up", "photos_down", "parked", "quarantined"}
    assert found["counts"].keys() >= {"site", "grid", "officer", "inspection", "finding", "photo"}
    desk.inspection()
    again = desk.json("status")
    assert (again["open_inspections"], again["centre"]) == (1, None)
    assert again["pending"]["entries"] == again["own_entries"] > 0
    assert "本机即办公室" in desk.good("status").out


def test_the_registry_is_imported_once(desk: Desk) -> None:
    """A dry run writes nothing; an import does; the same file again is nothing new; the lists show it."""
    seen = desk.json("registry", "import", str(desk.registry), "--dry-run")
    assert seen.keys() == {
        "dry_run", "recorded", "kept_conflicts", "sheets", "new_sites", "new_grids", "same", "filled",
        "moved", "conflicts", "absent", "problems",
    }  # fmt: skip
    assert (len(seen["new_sites"]), seen["recorded"]) == (3, 0)
    assert desk.json("site", "list") == []
    assert desk.json("registry", "import", str(desk.registry))["recorded"] >= 3
    assert desk.json("registry", "import", str(desk.registry))["recorded"] == 0
    assert "没有新内容" in desk.good("registry", "import", str(desk.registry)).err
    sites = desk.json("site", "list")
    assert {site["name"] for site in sites} == {"示例一点", "示例二点", "示例三点"}
    assert sum(row["training"] for row in desk.json("registry", "list")) == 3
    assert "示例一点" in desk.good("site", "list").out
    desk.good("registry", "list")


def test_a_differing_value_is_recorded_only_with_accept(desk: Desk) -> None:
    """What differs is listed and left; with --accept it is taken."""
    desk.good("registry", "import", str(desk.registry))
    (site,) = [row for row in desk.json("site", "list") if row["name"] == "示例二点"]
    text = desk.registry.read_text(encoding="utf-8").replace("非学科类", "托管类")
    desk.registry.write_text(text, encoding="utf-8")
    kept = desk.json("registry", "import", str(desk.registry))
    assert kept["kept_conflicts"] >= 1
    assert desk.json("site", "show", site["id"])["facts"]["category"] == "非学科类"
    assert "--accept" in desk.good("registry", "import", str(desk.registry)).err
    desk.good("registry", "import", str(desk.registry), "--accept")
    assert desk.json("site", "show", site["id"])["facts"]["category"] == "托管类"


def test_grids_may_be_imported_after_their_sites(desk: Desk) -> None:
    """Sites that were imported first go into their grids with the grids' table, once, and are said so."""
    desk.good("registry", "import", str(desk.registry))
    assert {site["scope"] for site in desk.json("site", "list")} == {"county"}
    grids = desk.root / "grids.csv"
    grids.write_text(
        "网格编码,网格名称,网格长,包保学校\nG01,第一网格,样例甲,示例小学\nG02,第二网格,样例乙,\n", "utf-8"
    )
    shown = desk.good("registry", "import", str(grids), "--dry-run").out
    assert "  + 示例一点  所属网格: 空 → 第一网格" in shown
    assert "  没有采用的列：包保学校" in shown
    assert desk.json("registry", "import", str(grids))["sheets"][0]["unused_columns"] == ["包保学校"]
    assert {site["scope"] for site in desk.json("site", "list")} == {"g-G01", "g-G02"}
    assert desk.json("registry", "import", str(grids))["recorded"] == 0


def test_a_mapping_is_saved_and_used_again(desk: Desk) -> None:
    """Columns that are named by hand are remembered in a file."""
    odd = desk.root / "odd.csv"
    odd.write_text("甲列,乙列\n示例四点,虚构路4号\n", encoding="utf-8")
    saved = desk.root / "mapping.json"
    desk.good(
        "registry", "import", str(odd), "--map", "name=甲列", "--map", "address=乙列",
        "--save-mapping", str(saved),
    )  # fmt: skip
    assert saved.exists()
    found = desk.json("registry", "import", str(odd), "--mapping", str(saved))
    assert (found["recorded"], len(found["same"])) == (0, 1)


def test_sites_are_added_found_and_shown(desk: Desk) -> None:
    """A site met on patrol is created on the spot, found by pinyin, and shown with what is known."""
    desk.good("registry", "import", str(desk.registry))
    grid = desk.json("grid", "list")
    assert not grid or _keys(grid) == {"id", "code", "name", "lead_unit", "lead_person", "phone"}
    made = desk.json(
        "site", "add", "--name", "启明示例点", "--address", "虚构路7号", "--found", "听到讲课声",
        "--fact", "students=约３０人", "--fact", "permit_state=none",
    )  # fmt: skip
    assert made.keys() == {"id", "scope", "facts"}
    assert made["facts"]["students"] == 30
    assert [row["id"] for row in desk.json("site", "list", "-s", "qiming")] == [made["id"]]
    assert _keys(desk.json("site", "list")) >= {
        "id",
        "scope",
        "kind",
        "name",
        "address",
        "quadrant",
        "findings",
    }
    shown = desk.json("site", "show", "启明示例点")
    assert shown.keys() == {
        "id", "scope", "kind", "origin", "facts", "conflicts", "quadrant", "quadrant_reason", "flags",
        "inspections", "findings",
    }  # fmt: skip
    assert shown["origin"] == "patrol"
    assert "虚构路7号" in desk.good("site", "show", made["id"]).out
    again = desk.good("site", "add", "--name", "启明示例点", "--address", "虚构路７号")
    assert again.out.strip() == made["id"]
    desk.good("grid", "list")


def test_officers_are_added_and_listed(desk: Desk) -> None:
    """With a certificate number a person is a certified officer, without one a helper."""
    made = desk.json("officer", "add", "样例甲", "--certificate", "样例-0001", "--until", "2030/1/2")
    assert made.keys() == {
        "id",
        "name",
        "department",
        "certificate",
        "certificate_until",
        "standing",
        "duty",
    }
    assert (made["standing"], made["certificate_until"]) == ("officer", "2030-01-02")
    assert desk.json("officer", "add", "样例戊")["standing"] == "helper"
    assert len(desk.json("officer", "list")) == 2
    assert "样例-0001" in desk.good("officer", "list").out


def test_officers_are_imported_from_a_list(desk: Desk) -> None:
    """A workspace that is its own office reads the same list as a centre: all or nothing, once."""
    people = desk.root / "people.csv"
    people.write_text(
        "姓名,单位,执法证号,身份\n样例甲,教体局,样例-0001,\n样例丁,教体局,,责任督学\n样例戊,城东街道,,领导\n",
        "utf-8",
    )
    done = desk.run("officer", "import", str(people))
    assert (
        done.status,
        "people!4" in done.err,
        "可填：执法人员、督学、网格员、辅助人员、责任督学" in done.err,
    ) == (5, True, True)
    assert desk.json("officer", "list") == []
    people.write_text(people.read_text("utf-8").replace("领导", "网格员"), "utf-8")
    assert desk.json("officer", "import", str(people)) == {"people": 3, "recorded": 3}
    assert {one["name"]: one["standing"] for one in desk.json("officer", "list")} == {
        "样例甲": "officer", "样例丁": "school_inspector", "样例戊": "grid_worker",
    }  # fmt: skip
    assert desk.json("officer", "import", str(people))["recorded"] == 0
    assert "没有新内容" in desk.good("officer", "import", str(people)).err


def test_an_inspection_from_start_to_conclusion(desk: Desk) -> None:
    """Started, answered, noted, shown, listed, concluded: each step is saved and says what followed."""
    desk.people()
    desk.good("site", "add", "--address", "虚构路9号")
    begun = desk.json(
        "inspect", "start", "虚构路9号", "--officer", "样例甲", "--officer", "样例-0002", "--helper", "样例戊",
        "--task-source", "举报",
    )  # fmt: skip
    assert begun.keys() == {
        "id", "site", "pack", "checklists", "questionnaires", "officers", "helpers", "source", "frequency", "override",
    }  # fmt: skip
    name = begun["id"]
    answered = desk.json("inspect", "answer", name, "t-lic-01", "无", "--note", "未见许可证")
    assert answered.keys() == {
        "item", "question", "question_en", "type", "value", "shown", "verdict", "reason", "reason_en",
        "applies", "why_not", "why_not_en", "proposal", "how", "derived", "note", "photos", "conflict", "lead_only", "finding",
    }  # fmt: skip
    assert (answered["value"], answered["verdict"], answered["note"]) == ("none", "violation", "未见许可证")
    assert answered["finding"]["deadline_days"] == 0
    rows = json.dumps([{"grade": "五年级", "students": "12"}, {"grade": "六年级", "students": "９"}])
    assert len(desk.json("inspect", "answer", name, "T-TIME-12", rows)["value"]) == 2
    assert "违规" in desk.good("inspect", "answer", name[:8], "T-LIC-01", "无").out
    desk.good("inspect", "note", name, "全程录像")
    desk.good("inspect", "team", name, "--officer", "样例乙", "--officer", "样例甲")
    shown = desk.json("inspect", "show", name)
    assert shown.keys() == {
        "id", "site", "scope", "status", "pack", "checklists", "questionnaires", "officers", "helpers", "patrol", "source",
        "started", "device", "counts", "unanswered", "note", "items", "findings", "photos", "conclusion",
        "void_reason", "conflicts", "late", "marks", "frequency", "override", "procedure", "seal",
    }  # fmt: skip
    assert (shown["source"], shown["note"], shown["helpers"]) == ("complaint", "全程录像", [])
    assert "T-LIC-01" in desk.good("inspect", "show", name).out
    assert [row["id"] for row in desk.json("inspect", "list", "--open", "--site", "虚构路9号")] == [name]
    assert len(desk.json("finding", "list", "--inspection", name)) == len(shown["findings"]) >= 1
    assert "T-LIC-01" in desk.good("finding", "list", "--site", "虚构路9号").out
    desk.be_told(name)
    done = desk.json("inspect", "conclude", name, "--remark", "当场告知")
    assert (done["status"], done["conclusion"]["remark"]) == ("concluded", "当场告知")
    assert done["conclusion"]["unanswered"] == sorted(done["unanswered"])
    assert desk.json("inspect", "list", "--open") == []
    assert "已办结" in desk.good("inspect", "show", name).out


def test_an_answer_taken_back_withdraws_its_finding(desk: Desk) -> None:
    """The empty answer takes back; the finding is listed only with those that were withdrawn."""
    name = desk.inspection()
    desk.good("inspect", "answer", name, "T-LIC-01", "无")
    assert len(desk.json("finding", "list")) == 1
    back = desk.json("inspect", "answer", name, "T-LIC-01", "")
    assert (back["value"], back["finding"]) == (None, None)
    assert desk.json("finding", "list") == []
    (kept,) = desk.json("finding", "list", "--withdrawn")
    assert kept["withdrawn"]


def test_voiding_keeps_the_record(desk: Desk) -> None:
    """A voided inspection stays with its reason."""
    name = desk.inspection()
    desk.good("inspect", "void", name, "--reason", "选错点位")
    shown = desk.json("inspect", "show", name)
    assert (shown["status"], shown["void_reason"]) == ("voided", "选错点位")


def test_photos_are_taken_in_once(desk: Desk) -> None:
    """A folder's photos come in with their hash; again they are known; the list says that they wait."""
    name = desk.inspection()
    card = desk.root / "card"
    card.mkdir()
    for number in (1, 2):
        Image.new("RGB", (40, 30), (number * 90, 0, 0)).save(card / f"IMG_{number}.jpg")
    taken = desk.json("photo", "add", str(card), "--inspection", name, "--item", "T-LIC-01")
    assert [photo["new"] for photo in taken] == [True, True]
    assert _keys(taken) >= {"sha256", "bytes", "name", "new"}
    assert "重复2张" in desk.good("photo", "add", str(card), "--inspection", name).err
    listed = desk.json("photo", "list", "--inspection", name)
    assert {photo["item"] for photo in listed} == {"T-LIC-01"}
    assert _keys(listed) == {
        "sha256", "inspection", "item", "name", "bytes", "device", "facts", "here", "sent", "parked", "mask",
    }  # fmt: skip
    assert "未上报" in desk.good("photo", "list", "--inspection", name).out
    assert desk.json("doctor", "--read-data")["photos"] == 2


def test_the_doctor_finds_nothing_or_names_it(desk: Desk) -> None:
    """A whole workspace is in order; one that misses a photo's file is not, and the photo is named."""
    name = desk.inspection()
    found = desk.json("doctor", "--read-data", "--rebuild")
    assert found.keys() == {
        "entries", "foreign_entries", "photos", "receipts", "rivals", "read_data", "rebuilt", "problems",
    }  # fmt: skip
    assert (found["problems"], found["rebuilt"] > 0) == ([], True)
    picture = desk.root / "p.jpg"
    Image.new("RGB", (40, 30)).save(picture)
    (taken,) = desk.json("photo", "add", str(picture), "--inspection", name)
    for kept in (desk.workspace / "photos").rglob("*"):
        if kept.is_file():
            kept.unlink()
    done = desk.run("doctor", "--json")
    assert done.status == 8
    assert any(taken["sha256"][:12] in problem["where"] for problem in done.json["problems"])
    done = desk.run("doctor")
    assert (done.status, taken["sha256"][:12] in done.err) == (8, True)


def test_the_demonstration_draws_pictures_for_the_photo_screen(tmp_path: Path) -> None:
    """Four photos that `photo add` takes; the demonstration's own photo screen begins at the folder that has them."""
    desk = Desk(tmp_path)
    card = tmp_path / "card"
    assert len(desk.good("demo", "--pictures", str(card)).out.split()) == len(list(card.iterdir())) == 4
    name = desk.inspection()
    assert len(desk.json("photo", "add", str(card), "--inspection", name)) == 4
    assert desk.run("demo", "--pictures", str(desk.registry)).status == 2
    county = County(tmp_path / "county")
    with make_screens_ready(county) as store:
        assert store.setting(PHOTO_FOLDER) == str(county.camera)
    assert len(list(county.camera.iterdir())) == 4


def test_people_read_words_not_codes(desk: Desk) -> None:
    """Whatever is coded (roles, states, kinds, values of facts, verdicts) has a Chinese word, and none is blank."""
    codes = [words.role(role) for role in ROLES]
    codes += [words.state(state) for state in (ACTIVE, REVOKED, QUARANTINED)]
    codes += [words.fact_value(field.name, choice) for field in BY_NAME.values() for choice in field.choices]
    codes += [words.sheet_kind(kind) for kind in ("training", "campus", "grids", "skipped")]
    codes += [words.inspection_status(code) for code in ("open", "concluded", "voided")]
    codes += [words.verdict(code) for code in get_args(Verdict)]
    codes += [words.scope("*"), words.scope("county"), words.fact_value("name", None)]
    for text in codes:
        assert any("一" <= letter <= "鿿" for letter in text), text
    name = desk.inspection()
    desk.good("inspect", "answer", name, "T-LIC-01", "无")
    assert "进行中" in desk.good("inspect", "list").out
    shown = re.search(
        r"应答(\d+)  已答(\d+)  未答(\d+)（其中必答(\d+)）", desk.good("inspect", "show", name).out
    )
    assert shown is not None
    asked, answered, left, required = map(int, shown.groups())
    assert (asked, answered) == (answered + left, 1)
    assert required == len(desk.json("inspect", "show", name)["unanswered"]) <= left


WORDS = """init demo registry registry.import registry.list site.list site.show site.add officer.add officer.list
grid.list checklist.list checklist.show checklist.validate inspect.start inspect.answer inspect.show
inspect.conclude photo.add finding.list enrol sync status doctor central.serve central.enrol central.publish
central.status"""


@pytest.mark.parametrize("path", WORDS.split())
def test_every_promised_command_has_its_help(desk: Desk, path: str) -> None:
    """The words that other programs use are there, with help in both languages."""
    done = desk.good(*path.split("."), "--help")
    assert any("一" <= letter <= "鿿" for letter in done.out)
    assert "Usage: " in done.out
    assert app.info.name == "inspector"


def test_photos_are_masked(desk: Desk) -> None:
    """Boxes are kept and shown; a photo that somebody looked at has none; the original stays as it was."""
    name = desk.inspection()
    Image.new("RGB", (40, 30), (90, 0, 0)).save(desk.root / "a.jpg")
    sha256 = desk.json("photo", "add", str(desk.root / "a.jpg"), "--inspection", name)[0]["sha256"]
    assert desk.json("photo", "list", "--inspection", name)[0]["mask"] is None
    done = desk.json(
        "photo", "mask", sha256[:8], "--box", "100,100,50,50", "--box", "0,0,10,10", "--as", "样例甲"
    )
    assert done == {"sha256": sha256, "boxes": [[0, 0, 10, 10], [100, 100, 50, 50]]}
    assert desk.json("photo", "mask", sha256, "--clear")["boxes"] == []
    assert desk.json("photo", "list", "--inspection", name)[0]["mask"] == []


def test_retention_is_told_and_asked_for(desk: Desk) -> None:
    """Nothing is listed before the county decides; destroying asks for certainty and for somebody who may."""
    assert desk.json("retention", "list") == []
    for given in (("--reason", "保存期已满（虚构）"), ("--reason", "保存期已满（虚构）", "--sure")):
        assert desk.run("retention", "destroy", *given).status == 4
