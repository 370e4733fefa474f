"""Checking a workspace: is everything that was stored still exactly what was stored?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from inspector.errors import Damaged, Problem
from inspector.journal.entry import unseal
from inspector.journal.merkle import CompactTree
from inspector.journal.receipt import ReceiptError, check_receipt
from inspector.journal.verify import log_faults
from inspector.store import log, projections
from inspector.store.engine import immediate, quick_check
from inspector.store.workspace import Store


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What a check found. `problems` is empty where everything is as it was stored."""

    entries: int
    foreign_entries: int
    photos: int
    receipts: int
    rivals: int
    read_data: bool
    problems: tuple[Problem, ...]


def diagnose(
    store: Store, *, read_data: bool = False, progress: Callable[[str], None] | None = None
) -> Diagnosis:
    """Quick: the database's pages, and the log's size against its tree. With `read_data` every entry, receipt, photo.

    Changes nothing. Each damaged object is named.
    """
    tell = progress or (lambda _: None)
    problems: list[Problem] = []
    tell("database")
    try:
        quick_check(store.connection, full=read_data)
    except Damaged as damaged:
        problems.extend(damaged.problems or [Problem("journal.db", damaged.zh, damaged.en)])
    connection = store.connection
    own = log.own_tree(connection).size
    counted = connection.execute("SELECT count(*) FROM entry WHERE device = ?", (store.device,)).fetchone()[0]
    if counted != own:
        problems.append(
            Problem(
                "journal.db",
                f"本机日志应有{own}条，实有{counted}条",
                f"the log has {counted} of {own} entries",
            )
        )
    photos = 0
    if read_data:
        tell("log")
        problems.extend(_log(store))
        tell("photos")
        found = list(store.blobs.check_all())
        photos = sum(state.sha256 is not None for state in found)
        problems.extend(state.problem for state in found if state.problem is not None)
        tell("projections")
    problems.extend(_missing_photos(store))
    if read_data and not problems:
        problems.extend(_projections(store))
    foreign = connection.execute("SELECT count(*) FROM entry WHERE device <> ?", (store.device,)).fetchone()[
        0
    ]
    rivals = connection.execute("SELECT count(*) FROM rival").fetchone()[0]
    receipts = connection.execute("SELECT count(*) FROM receipt").fetchone()[0]
    return Diagnosis(counted, foreign, photos, receipts, rivals, read_data, tuple(problems))


def _log(store: Store) -> Iterator[Problem]:
    connection, device = store.connection, store.device
    for fault in log_faults(log.iterate_entries(connection, device), device=device):
        yield fault.problem(device)
    yield from _receipts(store)
    others = connection.execute("SELECT DISTINCT device FROM entry WHERE device <> ?", (device,)).fetchall()
    for (other,) in others:
        for entry in log.iterate_entries(connection, other):
            try:
                unseal(entry)
            except ValueError as error:
                yield Problem(str(entry.ref), f"条目损坏：{error}", f"damaged entry: {error}")


def _receipts(store: Store) -> Iterator[Problem]:
    """Every receipt against a root computed from the entries themselves, and the tree against the log."""
    connection = store.connection
    centre_key = store.setting("centre_key") or ""
    waiting = {receipt.size: receipt for receipt in log.receipts(connection, store.device)}
    tree = CompactTree()
    for entry in log.iterate_entries(connection, store.device):
        tree.append(entry.hash)
        receipt = waiting.pop(tree.size, None)
        if receipt is None:
            continue
        try:
            check_receipt(
                receipt,
                centre_public=bytes.fromhex(centre_key),
                own_public=store.key.public,
                expected_root=tree.root(),
            )
        except (ReceiptError, ValueError) as error:
            yield Problem(
                f"receipt {receipt.size}", f"回执不成立：{error}", f"the receipt does not hold: {error}"
            )
    for size in waiting:
        yield Problem(
            f"receipt {size}", "回执覆盖的条目不在本机", "entries that the receipt covers are not here"
        )
    if tree != log.own_tree(connection):
        yield Problem("own_log", "日志树与条目不符", "the log's tree does not fit the entries")


def _missing_photos(store: Store) -> Iterator[Problem]:
    rows = store.connection.execute("SELECT sha256 FROM blob ORDER BY sha256").fetchall()
    for (sha256,) in rows:
        if not store.blobs.has(sha256):
            yield Problem(f"photo {sha256[:12]}", "照片文件不见了", "the photo's file is gone")


def _projections(store: Store) -> Iterator[Problem]:
    """Compute the read tables anew in a transaction that is rolled back, and compare."""
    connection = store.connection

    class _Undo(Exception):  # noqa: N818 - leaves no trace outside of this function
        pass

    changed: list[str] = []
    try:
        with immediate(connection):
            before = projections.dump(connection)
            projections.rebuild(connection)
            after = projections.dump(connection)
            changed = [table for table in before if before[table] != after[table]]
            raise _Undo  # noqa: TRY301 - the way out of a transaction that must not commit
    except _Undo:
        pass
    for table in changed:
        yield Problem(
            table,
            "列表与记录不一致；运行 inspector doctor --rebuild 重新计算",
            "the list does not match the journal; inspector doctor --rebuild computes it anew",
        )
