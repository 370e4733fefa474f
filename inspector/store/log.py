"""Appending to the journal and reading it. Callers hold the transaction; nothing here commits."""

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from inspector.domain.entries import Draft, Entry, Ref, Stamp
from inspector.domain.shapes import well_formed
from inspector.errors import BadInput
from inspector.journal.entry import SALT_BYTES, SealedEntry, seal, unseal
from inspector.journal.merkle import CompactTree
from inspector.journal.receipt import Receipt
from inspector.store.clock import Clock

Connection = Any
"""A connection of `store.engine`; its library carries no types."""


def own_tree(connection: Connection) -> CompactTree:
    """The Merkle tree over this device's own entries."""
    row = connection.execute("SELECT frontier FROM own_log").fetchone()
    return CompactTree.from_bytes(row[0]) if row else CompactTree()


def append(
    connection: Connection, drafts: Sequence[Draft], *, device: str, actor: str, clock: Clock
) -> list[SealedEntry]:
    """Seal drafts as this device's next entries, all with one stamp, and write them and the tree."""
    if not drafts:
        return []
    tree = own_tree(connection)
    stamp = clock.stamp()
    sealed = []
    for draft in drafts:
        if not well_formed(draft.type, draft.data):
            raise BadInput(
                "内容太长或不合格式，没有保存。", "Too long, or not of its form; it was not saved.",
                hint=("请缩短文字后再试。", "Shorten the text and try again."), code="entry.form",
            )  # fmt: skip
        ref = Ref(device, tree.size + 1)
        entry = seal(draft, ref=ref, actor=actor, time=stamp, salt=clock.random(SALT_BYTES))
        insert(connection, entry)
        tree.append(entry.hash)
        sealed.append(entry)
    connection.execute(
        "INSERT INTO own_log (one, size, frontier) VALUES (1, ?, ?)"
        " ON CONFLICT (one) DO UPDATE SET size = excluded.size, frontier = excluded.frontier",
        (tree.size, tree.to_bytes()),
    )
    return sealed


def insert(connection: Connection, entry: SealedEntry) -> bool:
    """Write one entry; False where exactly this one is there already.

    A different entry under the same name is kept beside it as a rival and counts for nothing.
    """
    device, seq = entry.ref
    known = connection.execute(
        "SELECT header FROM entry WHERE device = ? AND seq = ?", (device, seq)
    ).fetchone()
    if known is not None:
        if bytes(known[0]) != entry.header:
            connection.execute(
                "INSERT OR IGNORE INTO rival (device, seq, header, body) VALUES (?, ?, ?, ?)",
                (device, seq, entry.header, entry.body),
            )
        elif entry.body is not None:
            connection.execute(
                "UPDATE entry SET body = ? WHERE device = ? AND seq = ? AND body IS NULL",
                (entry.body, device, seq),
            )
        return False
    connection.execute(_INSERT, _row(entry))
    return True


_INSERT = "INSERT INTO entry (device, seq, type, aggregate, scope, header, body) VALUES (?, ?, ?, ?, ?, ?, ?)"


def _row(entry: SealedEntry) -> tuple[Any, ...]:
    return (*entry.ref, entry.type, entry.aggregate, entry.scope, entry.header, entry.body)


def insert_page(connection: Connection, entries: Iterable[SealedEntry]) -> tuple[int, set[str]]:
    """Write entries as `insert` does, those with new names all at once. How many were new, and the changed aggregates.

    An aggregate is changed where an entry of it is new, or where the body of a known one came.
    """
    page = list(entries)
    known = _known_refs(connection, [entry.ref for entry in page])
    fresh: dict[Ref, SealedEntry] = {}
    rest: list[SealedEntry] = []
    for entry in page:
        if entry.ref in known or entry.ref in fresh:
            rest.append(entry)
        else:
            fresh[entry.ref] = entry
    connection.executemany(_INSERT, [_row(entry) for entry in fresh.values()])
    touched = {entry.aggregate for entry in fresh.values()}
    for entry in rest:
        before = connection.total_changes
        insert(connection, entry)
        if connection.total_changes != before:
            touched.add(entry.aggregate)
    return len(fresh), touched


def _known_refs(connection: Connection, refs: Sequence[Ref]) -> set[Ref]:
    """Which of these names are taken, in one look-up by the primary key."""
    rows = connection.execute(
        "SELECT entry.device, entry.seq FROM json_each(?) AS wanted CROSS JOIN entry"
        " ON entry.device = wanted.value ->> 0 AND entry.seq = wanted.value ->> 1",
        (json.dumps(refs),),
    )
    return {Ref(device, seq) for device, seq in rows}


def is_readable(entry: SealedEntry) -> bool:
    """Whether the entry's body is what the format asks for; one that is not is kept, and folded as withheld."""
    try:
        unseal(entry)
    except ValueError:
        return False
    return True


def entries_of(connection: Connection, aggregate: str) -> list[Entry]:
    """An aggregate's entries, in order of device and number. They were checked when they were written."""
    rows = connection.execute(
        "SELECT header, body FROM entry WHERE aggregate = ? ORDER BY device, seq", (aggregate,)
    ).fetchall()
    return [_open_checked(header, body) for header, body in rows]


def entries_of_all(connection: Connection, aggregates: Iterable[str]) -> dict[str, list[Entry]]:
    """The entries of several aggregates, each as `entries_of`; an aggregate without any has an empty list."""
    found: dict[str, list[Entry]] = {aggregate: [] for aggregate in aggregates}
    rows = connection.execute(
        "SELECT aggregate, header, body FROM entry WHERE aggregate IN (SELECT value FROM json_each(?))"
        " ORDER BY device, seq",
        (json.dumps(list(found)),),
    )
    for aggregate, header, body in rows:
        found[aggregate].append(_open_checked(header, body))
    return found


def _open_checked(header: bytes, body: bytes | None) -> Entry:
    fields = json.loads(header.decode())
    time = fields["time"]
    return Entry(
        ref=Ref(fields["device"], fields["seq"]),
        type=fields["type"],
        aggregate=fields["aggregate"],
        scope=fields["scope"],
        actor=fields["actor"],
        time=Stamp(time["wall"], time["tz"], time["boot"], time["monotonic"]),
        replaces=tuple(Ref.parse(text) for text in fields["replaces"]),
        data=None if body is None else json.loads(body.decode())["data"],
    )


def sealed_entries(
    connection: Connection, device: str, *, above: int = 0, limit: int | None = None
) -> list[SealedEntry]:
    """A device's entries above a number, in order, for sending: as they were checked when they were written."""
    return [SealedEntry.stored(header, body) for _, header, body in _rows(connection, device, above, limit)]


def iterate_entries(connection: Connection, device: str, *, page: int = 1000) -> Iterator[SealedEntry]:
    """All entries of a device in order, a page at a time, for checking: nothing of them is taken for granted."""
    above = 0
    while rows := _rows(connection, device, above, page):
        for seq, header, body in rows:
            yield SealedEntry(header, body)
            above = seq


def _rows(
    connection: Connection, device: str, above: int, limit: int | None
) -> list[tuple[int, bytes, bytes | None]]:
    rows = connection.execute(
        "SELECT seq, header, body FROM entry WHERE device = ? AND seq > ? ORDER BY seq LIMIT ?",
        (device, above, -1 if limit is None else limit),
    )
    return [(seq, bytes(header), None if body is None else bytes(body)) for seq, header, body in rows]


def last_receipt(connection: Connection, device: str) -> Receipt | None:
    """The receipt over the most entries; None before the first."""
    row = connection.execute(
        "SELECT size, root, device_signature, centre, time, cosignature FROM receipt ORDER BY size DESC LIMIT 1"
    ).fetchone()
    return None if row is None else _receipt(device, row)


def anchor(connection: Connection) -> dict[str, Any] | None:
    """The receipt over the most entries, in the form that an entry quotes it; None before the first."""
    row = connection.execute(
        "SELECT size, root, time, cosignature FROM receipt ORDER BY size DESC LIMIT 1"
    ).fetchone()
    if row is None:
        return None
    size, root, time, cosignature = row
    signature = base64.b64encode(bytes(cosignature)).decode()
    return {"size": size, "root": bytes(root).hex(), "time": time, "cosignature": signature}


def receipts(connection: Connection, device: str) -> Iterable[Receipt]:
    """Every receipt, smallest first."""
    rows = connection.execute(
        "SELECT size, root, device_signature, centre, time, cosignature FROM receipt ORDER BY size"
    ).fetchall()
    return [_receipt(device, row) for row in rows]


def _receipt(device: str, row: Sequence[Any]) -> Receipt:
    size, root, device_signature, centre, time, cosignature = row
    return Receipt(device, size, bytes(root), bytes(device_signature), centre, time, bytes(cosignature))


def record_receipt(connection: Connection, receipt: Receipt) -> None:
    """Keep a receipt that was checked. One receipt a size; a repeat changes nothing."""
    connection.execute(
        "INSERT OR IGNORE INTO receipt (size, root, device_signature, centre, time, cosignature)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            receipt.size,
            receipt.root,
            receipt.device_signature,
            receipt.centre,
            receipt.time,
            receipt.cosignature,
        ),
    )


def other_devices(connection: Connection, device: str) -> list[str]:
    """Devices whose entries are here, but for this one."""
    rows = connection.execute(
        "SELECT DISTINCT device FROM entry WHERE device <> ? ORDER BY device", (device,)
    )
    return [row[0] for row in rows]


def quarantined(connection: Connection, up_to: int | None = None) -> list[tuple[int, str]]:
    """Number and reason of own entries that the centre keeps apart, all or those up to a number, by number."""
    query = "SELECT seq, reason FROM quarantined WHERE ?1 IS NULL OR seq <= ?1 ORDER BY seq"
    return [(row[0], row[1]) for row in connection.execute(query, (up_to,)).fetchall()]


def replace_quarantined(
    connection: Connection, quarantined: Iterable[tuple[int, str]], up_to: int | None = None
) -> None:
    """Say which own entries, all or those up to a number, the centre keeps apart, in the running transaction."""
    connection.execute("DELETE FROM quarantined WHERE ?1 IS NULL OR seq <= ?1", (up_to,))
    for row in quarantined:
        connection.execute("INSERT OR REPLACE INTO quarantined (seq, reason) VALUES (?, ?)", row)
