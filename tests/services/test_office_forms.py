"""The office's own checklists: checked before they count, trusted from the office alone, pinned for ever."""

from dataclasses import replace
from pathlib import Path

import pytest

from inspector.errors import BadInput
from inspector.forms.library import shipped
from inspector.forms.places import data_root
from inspector.forms.texts import read_texts
from inspector.services import inspections
from inspector.services.forms import Forms, publish
from inspector.services.sheets import sheet
from tests.workplace import all_entries, deliver, make_store, make_team, start_inspection


def _own_version(folder: Path, version: str = "2026.9") -> Path:
    text = (data_root() / "training" / "T-AD.yaml").read_text(encoding="utf-8")
    path = folder / "T-AD.yaml"
    shipped_version = shipped().checklist("T-AD").version
    changed = text.replace(f'version: "{shipped_version}"', f'version: "{version}"').replace(
        "门头、橱窗、室内有无面向中小学生、3–6岁儿童的学科类培训字样？",
        "门口有无学科类培训字样（本县口径）？",
    )
    path.write_text(changed, encoding="utf-8")
    return path


def test_a_published_version_is_used_from_now_on_and_old_inspections_keep_theirs(tmp_path: Path) -> None:
    """A new inspection is pinned to the office's text; one begun before still shows the shipped one."""
    with make_store(tmp_path / "w") as store:
        before = start_inspection(store)
        texts = read_texts([_own_version(tmp_path)])
        assert publish(store, texts) == 1
        assert publish(store, texts) == 0
        forms = Forms(store)
        after = inspections.start(
            store, forms, site=sheet(store, forms, before.id).site, people=make_team(store), source="plan"
        )
        questions = {
            name: sheet(store, Forms(store), name).line("T-AD-01").item.question.zh
            for name in (before.id, after.id)
        }
        assert questions[after.id] == "门口有无学科类培训字样（本县口径）？"
        assert questions[before.id] == shipped().checklist("T-AD").item("T-AD-01").question.zh


def test_another_laptops_text_serves_its_own_inspections_only(tmp_path: Path) -> None:
    """What some laptop published never becomes this laptop's checklist, yet its inspections can be read here."""
    with make_store(tmp_path / "a", 1) as author, make_store(tmp_path / "b", 2) as reader:
        publish(author, read_texts([_own_version(tmp_path)]))
        begun = start_inspection(author)
        deliver(all_entries(author), reader)
        assert Forms(reader).checklists()["T-AD"].version == shipped().checklist("T-AD").version
        assert (
            sheet(reader, Forms(reader), begun.id).line("T-AD-01").item.question.zh.endswith("（本县口径）？")
        )


def test_the_centres_text_counts_everywhere(tmp_path: Path) -> None:
    """A laptop that knows its centre follows what that centre published."""
    with make_store(tmp_path / "a", 1) as centre, make_store(tmp_path / "b", 2) as laptop:
        publish(centre, read_texts([_own_version(tmp_path)]))
        laptop.set_settings(centre_device=centre.device)
        deliver(all_entries(centre), laptop)
        assert Forms(laptop).checklists()["T-AD"].version == "2026.9"


def test_a_file_with_a_fault_is_refused_whole(tmp_path: Path) -> None:
    """Nothing is published from a file with a fault, and the fault has its line."""
    path = _own_version(tmp_path)
    path.write_text(
        path.read_text(encoding="utf-8").replace("severity: 3", "severity: 7", 1), encoding="utf-8"
    )
    with pytest.raises(BadInput) as caught:
        read_texts([path])
    assert "T-AD.yaml:" in caught.value.problems[0].where


def test_nobody_else_can_say_what_code_an_official_text_stands_for(tmp_path: Path) -> None:
    """Another laptop publishes the office's own text under a foreign code and a high version: it changes nothing."""
    with make_store(tmp_path / "a", 1) as office, make_store(tmp_path / "b", 2) as other:
        (text,) = read_texts([_own_version(tmp_path)])
        publish(office, [text])
        publish(other, [replace(text, code="T-TIME", version="9999.9"), replace(text, kind="pack")])
        for entries, reader in ((all_entries(other), office), (all_entries(office), other)):
            deliver(entries, reader)
        found = Forms(office).checklists()
        assert (found["T-AD"].version, found["T-TIME"].version) == (
            "2026.9",
            shipped().checklist("T-TIME").version,
        )
        assert found["T-TIME"].code == "T-TIME"
        assert set(Forms(office).packs()) == set(shipped().packs)
