"""Text from anywhere, in every place that takes text, printed by every command that prints: none of it acts."""

import json
import re
import unicodedata
from pathlib import Path

import pytest
from PIL import Image

from inspector.store.workspace import Store
from tests.cli.command_line import Desk
from tests.workplace import PASSPHRASE, deliver

HOSTILE = "甲\x1b]0;title\x07\x1b[2J\x1b[31m\u202e\u2066\u200b\x9b31m\r\x08\x7f\u2028[b]$(x)`y`乙"
_ACTS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A workspace whose every text is hostile, typed by hand, read from files, or received from elsewhere."""
    made = Desk(tmp_path_factory.mktemp("hostile"))
    rows = f'机构名称,地址,所属网格\n"{HOSTILE}","{HOSTILE}","{HOSTILE}"\n'
    made.registry.write_text(rows, encoding="utf-8", newline="")
    made.run("registry", "import", str(made.registry))
    made.good("officer", "add", f"{HOSTILE}1", "--certificate", f"{HOSTILE}1", "--department", HOSTILE)
    made.good("officer", "add", f"{HOSTILE}2", "--certificate", f"{HOSTILE}2")
    made.good("site", "add", "--name", HOSTILE, "--address", f"虚构路1号{HOSTILE}", "--found", HOSTILE)
    _receive(made)
    return made


def _receive(desk: Desk) -> None:
    """What another laptop wrote: the format takes no controls, yet bidirectional and invisible letters pass it."""
    from inspector.domain.entries import COUNTY, Draft, Ref, Stamp
    from inspector.journal.entry import seal

    text = "丙\u202e\u2066\u200b\u2028[red]丁\ufeff"
    stamp = Stamp(1_790_000_000_000, 480, "0123456789abcdef", 1)
    drafts = [
        Draft("site.recorded", "s-1", COUNTY, {"facts": {"name": text, "address": text, "remark": text}, "origin": text}),
        Draft("grid.recorded", "g-1", COUNTY, {"code": text, "name": text, "lead_unit": text, "lead_person": text}),
        Draft("officer.recorded", "o-1", COUNTY, {"name": text, "department": text, "certificate": text,
                                                  "certificate_until": text, "standing": text}),
        Draft("finding.recorded", "f-1", COUNTY, {"inspection": "i-1", "site": "s-1", "item": text, "question": text,
                                                  "reason": text, "reason_en": text, "severity": 4, "due": text}),
    ]  # fmt: skip
    with Store.open(desk.workspace, PASSPHRASE) as store:
        deliver(
            [
                seal(draft, ref=Ref("b" * 16, number), actor="", time=stamp, salt=bytes(16))
                for number, draft in enumerate(drafts, 1)
            ],
            store,
        )


@pytest.fixture(scope="module")
def inspection(desk: Desk) -> str:
    """A hostile site's inspection, hostile in every field."""
    site = next(row["id"] for row in desk.json("site", "list") if row["address"].startswith("虚构路1号"))
    officers = [row["id"] for row in desk.json("officer", "list") if row["id"] != "o-1"]
    name = desk.good(
        "inspect", "start", site, "--officer", officers[0], "--officer", officers[1],
        "--task-source", "plan", "--reason", HOSTILE,
    ).out.strip()  # fmt: skip
    desk.good("inspect", "answer", name, "T-LIC-01", "无", "--note", HOSTILE)
    desk.good("inspect", "note", name, HOSTILE)
    picture = desk.root / "a\x1b[31m\u202eb.jpg"
    Image.new("RGB", (30, 20)).save(picture, "JPEG")
    done = desk.good("photo", "add", str(picture), "--inspection", name)
    _harmless(done.out + done.err)
    return name


def _harmless(text: str) -> None:
    found = _ACTS.search(text)
    assert found is None, (found, text)
    assert all(unicodedata.category(letter) != "Cc" or letter in "\n\t" for letter in text)


COMMANDS = (
    "status", "doctor", "doctor --read-data", "registry list", "grid list", "site list", "site show SITE", "site show s-1",
    "officer list", "inspect list", "inspect show ID", "inspect answer ID T-LIC-01 无", "finding list",
    "finding list --withdrawn", "photo list --inspection ID", "registry import FILE --dry-run", "checklist list",
    "site show HOSTILE", "inspect start HOSTILE --officer HOSTILE", "inspect answer ID HOSTILE 1",
    "inspect answer ID T-LIC-01 HOSTILE", "inspect answer ID T-TIME-12 HOSTILE", "site add --address x --grid HOSTILE",
    "site add --address x --fact HOSTILE", "officer add x --until HOSTILE", "officer add x --standing HOSTILE",
    "checklist show HOSTILE", "checklist validate HOSTILE", "registry import HOSTILE", "photo add HOSTILE --inspection ID",
    "enrol HOSTILE HOSTILE", "--workspace HOSTILE status", "--passphrase-file HOSTILE status", "inspect start HOSTILE",
    "HOSTILE", "site list --limit HOSTILE", "registry import FILE --map HOSTILE",
)  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS)
def test_nothing_printed_acts_on_a_terminal(desk: Desk, inspection: str, words: str) -> None:
    """Tables, sheets, narration, errors that quote what was typed: no control, bidi or invisible letter is left."""
    site = desk.json("inspect", "show", inspection)["site"]["id"]
    values = {"SITE": site, "ID": inspection, "FILE": str(desk.registry), "HOSTILE": HOSTILE}
    done = desk.run(*(values.get(word, word) for word in words.split()))
    _harmless(done.out)
    _harmless(done.err)
    assert (done.out + done.err).strip()


@pytest.mark.parametrize(
    "words", ["site list", "officer list", "grid list", "inspect show ID", "finding list"]
)
def test_json_stays_json_and_gives_what_is_stored(desk: Desk, inspection: str, words: str) -> None:
    """For programs nothing is replaced: the document reads back to the stored text, without raw controls in it."""
    done = desk.good(*(inspection if word == "ID" else word for word in words.split()), "--json")
    assert not any(unicodedata.category(letter) == "Cc" and letter != "\n" for letter in done.out)
    assert json.loads(done.out)


def test_a_stored_name_has_no_controls_at_all(desk: Desk, inspection: str) -> None:
    """What was typed with controls was recorded without them, whatever way it came in."""
    everything = json.dumps(
        [desk.json("site", "list"), desk.json("officer", "list"), desk.json("inspect", "show", inspection)],
        ensure_ascii=False,
    )
    assert "\x1b" not in everything
    assert "\\u001b" not in everything
    assert Path(desk.workspace).exists()
