"""Checking a workspace: is everything that was stored still exactly what was stored?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from inspector.errors import Damaged, Problem
from inspector.journal.entry import unseal
from inspector.journal.merkle import CompactTree
from inspector.journal.receipt import ReceiptError, check_receipt
from inspector.journal.verify import log_faults
from inspector.store import log, projections, queries, tallies
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
        # Nothing that a damaged database answers can be relied on; the photos can still be checked by themselves.
        problems.extend(damaged.problems or [Problem("journal.db", damaged.zh, damaged.en)])
        photos = _photos(store, problems) if read_data else 0
        return Diagnosis(0, 0, photos, 0, 0, read_data, tuple(problems))
    connection = store.connection
    own = log.own_tree(connection).size
    counted = tallies.log_counts(connection, store.device)
    if counted.own != own:
        problems.append(
            Problem(
                "journal.db",
                f"本机日志应有{own}条，实有{counted.own}条",
                f"the log has {counted.own} of {own} entries",
            )
        )
    photos = 0
    if read_data:
        tell("log")
        problems.extend(_log(store))
        tell("photos")
        photos = _photos(store, problems)
        tell("projections")
    problems.extend(_missing_photos(store))
    if read_data and not problems:
        problems.extend(_projections(store))
    return Diagnosis(
        entries=counted.own,
        foreign_entries=counted.others,
        photos=photos,
        receipts=counted.receipts,
        rivals=counted.rivals,
        read_data=read_data,
        problems=tuple(problems),
    )


def damaged_pages(store: Store) -> Damaged | None:
    """The quick part alone, for the start of the screens: what is wrong with the database's pages, or None."""
    try:
        quick_check(store.connection)
    except Damaged as damaged:
        return damaged
    return None


def _log(store: Store) -> Iterator[Problem]:
    connection, device = store.connection, store.device
    for fault in log_faults(log.iterate_entries(connection, device), device=device):
        yield fault.problem(device)
    yield from _receipts(store)
    for other in log.other_devices(connection, device):
        for place, entry in enumerate(log.iterate_entries(connection, other), 1):
            try:
                unseal(entry)
            except ValueError as error:
                yield Problem(f"{other} ({place})", f"条目损坏：{error}", f"damaged entry: {error}")


def _photos(store: Store, problems: list[Problem]) -> int:
    """Read every photo; how many are named by their head. Adds what is wrong to `problems`."""
    found = list(store.blobs.check_all())
    problems.extend(state.problem for state in found if state.problem is not None)
    return sum(state.sha256 is not None for state in found)


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
    for sha256 in queries.noted_photos(store.connection):
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
