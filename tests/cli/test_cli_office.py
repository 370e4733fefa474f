"""The office at the command line: its checklists, its centre and what that publishes."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command_line import Desk
from tests.sync.sync_world import centre_at


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A workspace with nothing in it."""
    return Desk(tmp_path)


def _keys(value: Any) -> set[str]:
    return set(value if isinstance(value, dict) else value[0])


def test_checklists_are_listed_shown_and_validated(desk: Desk) -> None:
    """Each with its exact version; a file is checked with its line; a pack is assigned."""
    found = desk.json("checklist", "list")
    assert found.keys() == {"checklists", "packs"}
    assert _keys(found["checklists"]) >= {"code", "version", "title", "sha256", "items"}
    shown = desk.json("checklist", "show", "t-lic")
    assert shown["code"] == "T-LIC"
    assert "T-LIC-01" in desk.good("checklist", "show", "T-LIC").out
    lines = [line.strip() for line in desk.good("checklist", "show", "T-AD").out.splitlines()]
    first = {line.split()[0]: n for n, line in enumerate(lines) if line.startswith("T-AD-")}
    # What only records has no severity and nobody to lead.
    assert lines[first["T-AD-05"] - 1] == "—  —"
    assert lines[first["T-AD-04A"] - 1] != "—  —"
    assert "night-patrol" in desk.good("checklist", "list").out
    bad = desk.root / "bad.yaml"
    bad.write_text("code: X\nitems: 3\n", encoding="utf-8")
    done = desk.run("checklist", "validate", str(bad))
    assert (done.status, "bad.yaml" in done.err) == (5, True)
    done = desk.run("checklist", "validate", str(bad), "--json")
    assert done.status == 5
    assert _keys(done.json["problems"]) == {"where", "message", "message_en", "severity"}
    desk.good("checklist", "assign", "night-patrol", "--kind", "training")


def test_a_pack_is_checked_with_what_is_published(desk: Desk) -> None:
    """Alone it says what to give with it; beside a faulty checklist it says that; once published, the checklist is known."""
    checklist, pack = own_forms(desk.root)
    alone = desk.run("checklist", "validate", str(pack))
    assert (alone.status, "一起给出" in alone.err) == (5, True)
    both = desk.good("checklist", "validate", str(checklist), str(pack))
    assert both.out.startswith("2个文件可用")
    whole = checklist.read_text("utf-8")
    checklist.write_text(whole.replace("severity: ", "severity: 1", 1), "utf-8")
    faulty = desk.run("checklist", "validate", str(checklist), str(pack))
    assert (faulty.status, "1处提示" in faulty.err, "没有检查表" in faulty.err) == (5, True, False)
    assert "提示：检查表 T-OWN 的文件有错" in faulty.err
    checklist.write_text(whole, "utf-8")
    desk.good("checklist", "publish", str(checklist))
    assert desk.good("checklist", "validate", str(pack)).out.startswith("1个文件可用")
    assert desk.good("checklist", "publish", str(pack)).err.count("注意") == 0
    pack.write_text(pack.read_text("utf-8") + "# other\n", "utf-8")
    assert "own-pack 1.0" in desk.good("checklist", "publish", str(pack)).err
    desk.good("checklist", "assign", "own-pack")
    assert desk.run("checklist", "assign", "own-pack", "--kind", "campus").status == 5
    assert desk.run("checklist", "assign", "own-pack", "--kind", "castle").status == 2


def test_checklists_are_there_without_a_workspace(tmp_path: Path) -> None:
    """Who only writes checklists needs no workspace and no passphrase."""
    desk = Desk(tmp_path, workspace=False)
    assert len(desk.json("checklist", "list")["checklists"]) >= 5


def test_a_centre_is_set_up(desk: Desk) -> None:
    """Codes are printed, registry and checklists are published, its state is counted: without starting it."""
    data = ("--data", str(desk.root / "centre"))
    code = desk.json("central", "enrol", "--name", "样例甲", "--grid", "G01", *data)
    assert code.keys() == {"code", "scopes", "role", "name", "days", "fingerprint"}
    assert len(desk.good("central", "enrol", "--name", "样例乙", *data).out.strip()) > 20
    published = desk.json("central", "publish", "--registry", str(desk.registry), "--checklists", *data)
    assert len(published["registry"]["new_sites"]) == 3
    assert (
        desk.json("central", "publish", "--registry", str(desk.registry), *data)["registry"]["entries"] == 0
    )
    state = desk.json("central", "status", *data)
    assert state["open_codes"] == 2
    desk.good("central", "status", *data)
    desk.good("central", "publish", "--registry", str(desk.registry), "--dry-run", *data)


def test_a_centre_shows_what_publishing_would_change(desk: Desk) -> None:
    """As an import does: each change with its cell, and the same keys; at an empty place no centre is made by it."""
    data = ("--data", str(desk.root / "centre"))
    publish = ("central", "publish", "--registry", str(desk.registry), *data)
    seen = desk.json(*publish, "--dry-run")
    assert (len(seen["registry"]["new_sites"]), seen["dry_run"]) == (3, True)
    imported = desk.json("registry", "import", str(desk.registry), "--dry-run")
    assert seen["registry"].keys() - {"entries"} == imported.keys() - {
        "dry_run",
        "recorded",
        "kept_conflicts",
    }
    assert (
        desk.run(*publish, "--assign", "county:campus:night-patrol", "--checklists", "--dry-run").status == 5
    )
    assert desk.run(*publish, "--assign", "county:castle:night-patrol", "--checklists").status == 2
    assert not (desk.root / "centre").exists()
    desk.good(*publish)
    changed = desk.registry.read_text("utf-8").replace(
        "虚构路1号,第一网格,学科类", "虚构路1号,第一网格,体育类"
    )
    desk.registry.write_text(changed, "utf-8")
    shown = desk.good(*publish, "--dry-run").out
    assert "  ! registry!E2  示例一点  类别: 学科类 → 体育类" in shown
    named = desk.good(*publish, "--map", "category=类别", "--accept").out
    assert "冲突2" in named  # with its class
    done = desk.run(*publish, "--map", "lead=类别")
    assert (done.status, "grids.lead_unit（网格长单位）" in done.err) == (5, True)


def test_own_checklists_are_assigned_as_they_are_published(desk: Desk) -> None:
    """Files first, then who uses them, in one command; a checklist published before need not come again."""
    data = ("--data", str(desk.root / "centre"))
    checklist, pack = own_forms(desk.root)
    both = ("--checklist-file", str(checklist), "--checklist-file", str(pack))
    desk.good("central", "publish", *both, "--assign", "county:training:own-pack", *data)
    pack.write_text(pack.read_text("utf-8").replace('"1.0"', '"1.1"'), "utf-8")
    desk.good("central", "publish", "--checklist-file", str(pack), *data)
    pack.write_text(pack.read_text("utf-8") + "# other\n", "utf-8")
    done = desk.good("central", "publish", "--checklist-file", str(pack), "--dry-run", *data)
    assert "own-pack 1.1" in done.err


def own_forms(folder: Path) -> tuple[Path, Path]:
    """A checklist and a pack of the office, from shipped ones under codes of their own."""
    shipped = Path(__file__).parents[2] / "checklists"
    checklist, pack = folder / "T-OWN.yaml", folder / "own-pack.yaml"
    checklist.write_text(
        (shipped / "training" / "T-STF.yaml")
        .read_text("utf-8")
        .replace("T-STF", "T-OWN")
        .replace("T_STF", "T_OWN"),
        "utf-8",
    )
    words = (shipped / "packs" / "night-patrol.yaml").read_text("utf-8")
    words = re.sub(
        'version: "[^"]+"', 'version: "1.0"', words.replace("pack: night-patrol", "pack: own-pack")
    )
    pack.write_text(re.sub(r"(?s)checklists: .*", "checklists: [T-OWN]\n", words), "utf-8")
    return checklist, pack


def test_a_laptop_that_joins_a_centre_leaves_deciding_to_it(desk: Desk) -> None:
    """What it decided for itself is named when it joins and counts no longer; it can import nothing of its own."""
    own = desk.root / "county.yaml"
    own.write_text('parameters: county\nversion: "1"\nvalues:\n  offline_end: {value: "20:00"}\n', "utf-8")
    desk.good("parameters", "import", str(own))
    with centre_at(desk.root / "centre") as centre:
        joined = desk.good("enrol", centre.url, centre.code("*"))
    assert "本机以前自行采用的county从现在起不再采用" in joined.err
    rows = {row["name"]: row for row in desk.json("parameters", "show")}
    assert (rows["offline_end"]["value"], rows["offline_end"]["from"]) == ("20:30", "")
    for words in (("parameters", "import"), ("checklist", "publish")):
        done = desk.run(*words, str(own))
        assert (done.status, "已加入中心" in done.err) == (4, True)
