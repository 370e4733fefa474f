"""The centre's policy of witnesses and the fingerprint of its key, on the command line."""

from pathlib import Path

import pytest

from inspector.central.settings import Settings
from inspector.central.storage import Storage
from inspector.journal.fingerprint import fingerprint
from inspector.store.workspace import Store
from tests.cli.command_line import Desk
from tests.contracts.laptops import Laptop
from tests.contracts.ledger_contract import leaves
from tests.workplace import PASSPHRASE


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_the_policy_is_shown_and_changed(desk: Desk) -> None:
    """Who has laptops and how many agencies have to cosign; a change is kept and becomes a leaf of the log."""
    folder = desk.root / "centre"
    data = ("--data", str(folder))
    desk.good("central", "enrol", "--name", "样例甲", *data)
    storage = Storage(Settings(folder))
    laptop = Laptop(1)
    laptop.enrol(storage, "g-01")
    mark = fingerprint(storage.key.public)
    storage.close()
    shown = desk.json("central", "policy", *data)
    assert shown.keys() == {"agencies", "departments", "possible", "text", "fingerprint"}
    assert (shown["agencies"], shown["departments"]) == (2, {"教育": [laptop.id]})
    assert not shown["possible"]
    assert shown["text"].endswith("quorum none\n")
    told = desk.good("central", "policy", *data)
    assert "quorum none" in told.out
    assert told.err != ""
    changed = desk.json("central", "policy", "--agencies", "1", *data)
    assert changed["possible"]
    assert changed["text"].endswith("quorum agencies\n")
    assert desk.json("central", "policy", *data) == changed
    assert desk.run("central", "policy", "--agencies", "0", *data).status == 2
    storage = Storage(Settings(folder))
    assert [leaf["kind"] for leaf in leaves(storage)].count("policy") >= 1
    storage.close()
    assert mark == changed["fingerprint"] == desk.json("central", "status", *data)["fingerprint"]
    assert mark in desk.good("central", "status", *data).out
    code = desk.json("central", "enrol", "--name", "样例乙", *data)
    assert code["fingerprint"] == mark


def test_no_centre_is_made_by_looking(desk: Desk) -> None:
    """Where there is no centre there is no policy."""
    assert desk.run("central", "policy", "--data", str(desk.root / "none")).status == 6


def test_a_laptop_tells_the_fingerprint_and_alarms(desk: Desk) -> None:
    """`status` tells the key's fingerprint once the laptop is enrolled, and how often the log was another one."""
    assert desk.json("status")["centre"] is None
    with Store.open(desk.workspace, PASSPHRASE) as store:
        store.set_settings(centre_url="http://127.0.0.1:1", centre_name="样例中心", centre_key="11" * 32)
    mark = fingerprint(bytes.fromhex("11" * 32))
    assert desk.json("status")["centre"]["fingerprint"] == mark
    shown = desk.good("status").out
    assert mark in shown
    assert desk.json("status")["log_alarms"] == 0
    with Store.open(desk.workspace, PASSPHRASE) as store:
        store.set_settings(log_alarms=[{"code": "log.forked"}])
    assert desk.json("status")["log_alarms"] == 1
    assert len(desk.good("status").out) > len(shown)
