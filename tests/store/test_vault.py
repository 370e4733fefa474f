"""The vault: what opens it, what does not, and that it is never half changed."""

import base64
import errno
import hashlib
import json
import os
import pickle
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inspector.errors import BadInput, Busy, Damaged, InspectorError, WorkspaceError, WrongPassphrase
from inspector.store.datakey import DataKey
from inspector.store.files import hooks
from inspector.store.locks import CHANGING_VAULT, FileLock
from inspector.store.vault import (
    STANDARD,
    Argon2,
    change_passphrase,
    check_passphrase,
    create_vault,
    open_vault,
    vault_workspace,
)
from tests.patience import PATIENCE_SECONDS, join
from tests.store.store_faults import everything_on_disk, failing_everywhere, killed_everywhere, needs_fork

if TYPE_CHECKING:
    from collections.abc import Callable

CHEAP = Argon2(memory_kib=64, iterations=1, lanes=1)
OLD, NEW = "old lantern seven", "new lantern eight"


def _made(path: Path, passphrase: str = OLD) -> DataKey:
    return create_vault(path, passphrase, cost=CHEAP)


def test_the_passphrase_gives_the_same_key_again(tmp_path: Path) -> None:
    """With the cost that ships, what was made is what opens, under the id of the workspace."""
    made = create_vault(tmp_path / "vault.json", OLD)
    opened = open_vault(tmp_path / "vault.json", OLD)
    assert opened.reveal() == made.reveal()
    assert opened.workspace == made.workspace == vault_workspace(tmp_path / "vault.json")
    kdf = json.loads((tmp_path / "vault.json").read_bytes())["kdf"]
    assert (kdf["memory_kib"], kdf["iterations"], kdf["lanes"]) == (65_536, 3, 4)
    assert Argon2(65_536, 3, 4) == STANDARD


def test_every_vault_has_its_own_key_salt_and_nonce(tmp_path: Path) -> None:
    """Two vaults of one passphrase share nothing."""
    keys = {_made(tmp_path / f"{name}.json").reveal() for name in "ab"}
    texts = [json.loads((tmp_path / f"{name}.json").read_bytes()) for name in "ab"]
    assert len(keys) == 2
    assert texts[0]["kdf"]["salt"] != texts[1]["kdf"]["salt"]
    assert texts[0]["wrap"]["nonce"] != texts[1]["wrap"]["nonce"]


def test_another_passphrase_is_told_from_damage(tmp_path: Path) -> None:
    """A whole file and a wrong passphrase is "wrong passphrase", with a hint and without a change."""
    path = tmp_path / "vault.json"
    _made(path)
    before = path.read_bytes()
    for wrong in ("old lantern sevem", "Old lantern seven", "", OLD + " "):
        with pytest.raises(WrongPassphrase) as caught:
            open_vault(path, wrong)
        assert caught.value.hint_zh
    assert path.read_bytes() == before


def test_every_flipped_bit_is_damage_that_names_the_file(tmp_path: Path) -> None:
    """No change of any bit opens the vault, and none is taken for a wrong passphrase or a newer version."""
    path = tmp_path / "vault.json"
    _made(path)
    good = path.read_bytes()
    for position in range(len(good)):
        for bit in range(8):
            bad = bytearray(good)
            bad[position] ^= 1 << bit
            path.write_bytes(bad)
            with pytest.raises(Damaged, match=r"vault\.json"):
                open_vault(path, OLD)


@given(cut=st.integers(0, 500), tail=st.binary(max_size=8))
@settings(deadline=None, max_examples=60)
def test_a_cut_or_lengthened_file_is_damage(
    tmp_path_factory: pytest.TempPathFactory, cut: int, tail: bytes
) -> None:
    """Whatever remains of a vault file or follows it: damage, never a crash."""
    path = tmp_path_factory.mktemp("vault") / "vault.json"
    _made(path)
    good = path.read_bytes()
    bad = good[:cut] + tail
    path.write_bytes(bad)
    if bad != good:
        with pytest.raises(Damaged):
            open_vault(path, OLD)


@pytest.mark.parametrize("text", [b"", b"[" * 16_000, b"null", b"{}", b"\xff" * 40_000, b'{"version":1}'])
def test_a_file_of_something_else_is_damage(tmp_path: Path, text: bytes) -> None:
    """Hostile bytes in its place end in the same sentence."""
    (tmp_path / "vault.json").write_bytes(text)
    with pytest.raises(Damaged):
        open_vault(tmp_path / "vault.json", OLD)


def _forged(path: Path, change: dict[str, object]) -> None:
    """Change members of the file and make its check right again, as somebody with an editor could."""
    document = {**json.loads(path.read_bytes()), **change}
    del document["check"]
    line = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
    document["check"] = hashlib.sha256(line).hexdigest()
    path.write_bytes(json.dumps(document, sort_keys=True, separators=(",", ":")).encode())


def test_a_newer_version_is_refused_as_newer(tmp_path: Path) -> None:
    """A file of a version to come is left alone, with the advice to update."""
    path = tmp_path / "vault.json"
    _made(path)
    _forged(path, {"version": 2, "more": "to come"})
    with pytest.raises(WorkspaceError) as caught:
        open_vault(path, OLD)
    assert caught.value.code == "workspace.newer"


def test_a_forged_workspace_or_cost_does_not_open(tmp_path: Path) -> None:
    """The wrap is bound to the id and the cost; a cost out of all reason is not even tried."""
    path = tmp_path / "vault.json"
    _made(path)
    kdf = json.loads(path.read_bytes())["kdf"]
    good = path.read_bytes()
    _forged(path, {"workspace": "a" * 16})
    with pytest.raises(WrongPassphrase):
        open_vault(path, OLD)
    for cost in (
        {"memory_kib": 1 << 40},
        {"memory_kib": 1_048_577},
        {"iterations": 10**9},
        {"iterations": 11},
        {"lanes": 0},
        {"lanes": True},
        {"salt": "00"},
    ):
        path.write_bytes(good)
        _forged(path, {"kdf": {**kdf, **cost}})
        with pytest.raises(Damaged):
            open_vault(path, OLD)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_in_the_place_of_the_vault_holds_nobody(tmp_path: Path) -> None:
    """What is no plain file is told as damage at once; nobody waits for its other end."""
    path = tmp_path / "vault.json"
    os.mkfifo(path)
    with pytest.raises(Damaged):
        open_vault(path, OLD)


def test_a_missing_vault_says_how_to_begin(tmp_path: Path) -> None:
    """Nothing there is not damage."""
    with pytest.raises(WorkspaceError) as caught:
        open_vault(tmp_path / "vault.json", OLD)
    assert caught.value.code == "workspace.missing"
    assert "inspector init" in caught.value.hint_zh


def test_an_existing_vault_is_never_overwritten(tmp_path: Path) -> None:
    """Making one where one is changes nothing: its key would be lost for ever."""
    path = tmp_path / "vault.json"
    key = _made(path)
    with pytest.raises(WorkspaceError) as caught:
        _made(path, NEW)
    assert caught.value.code == "workspace.exists"
    assert open_vault(path, OLD).reveal() == key.reveal()


def test_two_that_begin_at_once_get_one_vault(tmp_path: Path) -> None:
    """Of several threads one makes it; the others are refused, and the one's key is in the file."""
    path, keys, refused = tmp_path / "vault.json", list[bytes](), list[InspectorError]()
    barrier = threading.Barrier(4, timeout=PATIENCE_SECONDS)

    def begin() -> None:
        barrier.wait()
        try:
            keys.append(_made(path).reveal())
        except WorkspaceError as error:
            refused.append(error)

    threads = [threading.Thread(target=begin, daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    join(threads)
    assert (len(keys), len(refused)) == (1, 3)
    assert open_vault(path, OLD).reveal() == keys[0]


def test_full_width_input_is_the_same_passphrase(tmp_path: Path) -> None:
    """What an input method writes in full width opens what was made in plain letters."""
    _made(tmp_path / "vault.json", "Patrol 2026!")
    assert open_vault(tmp_path / "vault.json", "Ｐａｔｒｏｌ　２０２６！").workspace


@pytest.mark.parametrize(
    ("passphrase", "code"),
    [
        ("", "passphrase.short"),
        ("1234567", "passphrase.short"),
        ("a b c d e f g", "passphrase.short"),
        (" " * 20, "passphrase.short"),
        ("x" * 1025, "passphrase.short"),
        ("long enough\n", "passphrase.characters"),
        ("long enough\x00", "passphrase.characters"),
        ("long enough\ud800", "passphrase.characters"),
    ],
)
def test_a_weak_passphrase_is_refused_before_anything_is_made(
    tmp_path: Path, passphrase: str, code: str
) -> None:
    """Too short, blank or unprintable: refused in both languages, and no file appears."""
    path = tmp_path / "vault.json"
    with pytest.raises(BadInput) as caught:
        _made(path, passphrase)
    assert caught.value.code == code
    assert caught.value.zh
    assert caught.value.hint_en
    assert list(tmp_path.iterdir()) == []
    _made(path)
    with pytest.raises(BadInput):
        change_passphrase(path, OLD, passphrase, cost=CHEAP)
    assert open_vault(path, OLD).workspace


def test_eight_characters_are_enough() -> None:
    """The limit is 8, in any script."""
    assert check_passphrase("夜巡灯笼七盏齐亮") == "夜巡灯笼七盏齐亮"


def test_changing_keeps_the_data_key(tmp_path: Path) -> None:
    """After the change only the new one opens, and it opens the same key; the old wrap is gone from disk."""
    path = tmp_path / "vault.json"
    key = _made(path)
    wrap = json.loads(path.read_bytes())["wrap"]["key"]
    change_passphrase(path, OLD, NEW, cost=CHEAP)
    with pytest.raises(WrongPassphrase):
        open_vault(path, OLD)
    assert open_vault(path, NEW).reveal() == key.reveal()
    assert open_vault(path, NEW).workspace == key.workspace
    assert wrap.encode() not in everything_on_disk(tmp_path)


def test_changing_needs_the_old_passphrase(tmp_path: Path) -> None:
    """A wrong old one changes nothing."""
    path = tmp_path / "vault.json"
    _made(path)
    before = path.read_bytes()
    with pytest.raises(WrongPassphrase):
        change_passphrase(path, NEW, NEW, cost=CHEAP)
    assert path.read_bytes() == before


def test_two_changes_at_once_are_kept_apart(tmp_path: Path) -> None:
    """While one window changes the passphrase another is told so."""
    path = tmp_path / "vault.json"
    _made(path)
    with FileLock(tmp_path / "vault.lock", CHANGING_VAULT), pytest.raises(Busy):
        change_passphrase(path, OLD, NEW, cost=CHEAP)
    assert open_vault(path, OLD).workspace


@needs_fork
def test_killed_at_every_step_of_a_change_old_or_new_opens(tmp_path: Path) -> None:
    """Wherever the process dies, one of the two passphrases opens the one data key, and a new change works."""
    code = f"""
from inspector.store.vault import Argon2, create_vault, change_passphrase
cost = Argon2(memory_kib=64, iterations=1, lanes=1)
def prepare(here): create_vault(here / "vault.json", {OLD!r}, lambda size: b"k" * size, cost=cost)
def act(here): change_passphrase(here / "vault.json", {OLD!r}, {NEW!r}, cost=cost)
"""
    opened_by = []
    for folder in killed_everywhere(tmp_path, code):
        for passphrase in (OLD, NEW):
            try:
                key = open_vault(folder / "vault.json", passphrase)
            except WrongPassphrase:
                continue
            opened_by.append(passphrase)
            assert key.reveal() == b"k" * 32
            change_passphrase(folder / "vault.json", passphrase, "third lantern", cost=CHEAP)
    assert len(opened_by) == len(list(tmp_path.iterdir()))
    assert opened_by[0] == OLD
    assert opened_by[-1] == NEW


@needs_fork
def test_killed_while_making_there_is_a_vault_or_none(tmp_path: Path) -> None:
    """Wherever the first start dies, it can simply be started again."""
    code = f"""
from inspector.store.vault import Argon2, create_vault
def prepare(here): pass
def act(here): create_vault(here / "vault.json", {OLD!r}, cost=Argon2(memory_kib=64, iterations=1, lanes=1))
"""
    for folder in killed_everywhere(tmp_path, code):
        path = folder / "vault.json"
        if path.exists():
            assert open_vault(path, OLD).workspace
        else:
            assert _made(path).workspace


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_a_disk_that_fails_at_any_step_leaves_one_that_opens(tmp_path: Path, code: int) -> None:
    """Each failing write or sync is said, and exactly one of the two passphrases opens the same key."""
    for number, fault in enumerate(failing_everywhere(code)):
        path = tmp_path / str(number) / "vault.json"
        path.parent.mkdir()
        key, failed = _made(path), False
        with hooks.observed_by(fault):
            try:
                change_passphrase(path, OLD, NEW, cost=CHEAP)
            except WorkspaceError:
                failed = True
        assert failed == fault.raised
        found = []
        for passphrase in (OLD, NEW):
            try:
                found.append(open_vault(path, passphrase).reveal())
            except WrongPassphrase:
                assert failed or passphrase == OLD
        assert found == [key.reveal()]


def test_the_key_and_the_passphrase_are_nowhere_on_disk(tmp_path: Path) -> None:
    """Neither in raw form, nor in hex or base64, in any file or file name."""
    path = tmp_path / "vault.json"
    key = _made(path)
    change_passphrase(path, OLD, NEW, cost=CHEAP)
    disk = everything_on_disk(tmp_path)
    for secret in (key.reveal(), key.database_key, key.blob_key, key.signing_seed_wrap_key):
        for form in (secret, secret.hex().encode(), base64.b64encode(secret).rstrip(b"=")):
            assert form not in disk
    for passphrase in (OLD, NEW):
        assert passphrase.encode() not in disk


def test_keys_of_different_purposes_differ_and_do_not_change() -> None:
    """The derivation is a format: these vectors hold for every workspace there is (HKDF-SHA256, no salt)."""
    key = DataKey(bytes(range(32)), "a" * 16)
    assert len({key.reveal(), key.database_key, key.blob_key, key.signing_seed_wrap_key}) == 4
    assert key.database_key.hex() == "f79427ab3eb445122b9300fdd0079d0d49eb8dc4c18ef1aa5707799a909c4214"
    assert key.blob_key.hex() == "77cdea4d9ea71d6b1bf0d4c6d1e25181e24f57bc1ead21ea0546197d2267ba87"
    assert (
        key.signing_seed_wrap_key.hex() == "c9e6a1d72adc9ebc1543a1ffd81cc233f0622a5bb876f83b52dba83d0aad8749"
    )


def test_a_data_key_does_not_show_itself() -> None:
    """Neither printing, formatting, nor pickling gives it away."""
    key = DataKey(b"secret key bytes of 32 in length", "a" * 16)
    for text in (repr(key), str(key), f"{key}", repr([key])):
        assert "secret" not in text
        assert key.reveal().hex() not in text
    with pytest.raises(TypeError):
        pickle.dumps(key)


def test_a_wiped_key_gives_nothing(tmp_path: Path) -> None:
    """Locking ends every use at once, with a sentence that says what to do; opening again goes on."""
    path = tmp_path / "vault.json"
    key = _made(path)
    key.wipe()
    key.wipe()
    assert key.locked
    assert "locked" in repr(key)
    uses: list[Callable[[], bytes]] = [lambda: key.blob_key, lambda: key.database_key, key.reveal]
    for use in uses:
        with pytest.raises(WorkspaceError) as caught:
            use()
        assert caught.value.code == "workspace.locked"
    assert not open_vault(path, OLD).locked


@pytest.mark.skipif(os.name != "posix", reason="permission bits")
def test_the_vault_is_readable_by_its_user_only(tmp_path: Path) -> None:
    """The file is made 0600 whatever the umask."""
    before = os.umask(0)
    try:
        _made(tmp_path / "vault.json")
    finally:
        os.umask(before)
    assert (tmp_path / "vault.json").stat().st_mode & 0o777 == 0o600
