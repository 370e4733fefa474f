"""What is put aside for a while: given back whole, unreadable on the disk, gone afterwards."""

import os
from pathlib import Path

import pytest

from inspector.store import files
from inspector.store.spool import Spool

MARK = b"marker of a person " * 50


def test_what_was_kept_comes_back_each_time(tmp_path: Path) -> None:
    """In any order, as often as asked, also nothing at all; and nothing of it can be read on the disk."""
    spool = Spool(tmp_path)
    kept = {data: spool.keep(data) for data in (MARK, b"", os.urandom(300_000))}
    for data, source in [*kept.items(), *reversed(kept.items())]:
        assert b"".join(source()) == data
    descriptor = spool._descriptor
    assert descriptor is not None
    os.lseek(descriptor, 0, os.SEEK_SET)
    assert MARK[:19] not in os.read(descriptor, 1_000_000)
    spool.close()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(RuntimeError):
        spool.keep(b"late")


@pytest.mark.skipif(files.WINDOWS, reason="an open file keeps its name there")
def test_a_process_that_is_killed_leaves_nothing(tmp_path: Path) -> None:
    """The file has no name from its beginning on."""
    spool = Spool(tmp_path)
    spool.keep(MARK)
    assert list(tmp_path.iterdir()) == []
    spool.close()
