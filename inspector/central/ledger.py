"""The centre's log: what waits gets its place, nodes are stored, checkpoints signed (docs/case-file.md).

Leaves wait in a queue that pushes write without a lock on the log. Who wants to see the log puts them in: one at a
time, behind the lock of the log's row.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from inspector.casefile.bundle import Bundle
from inspector.central import policy, tables, waiting
from inspector.central.core import Core, read_meta
from inspector.central.ledger_tables import (
    POLICY,
    RESTORED,
    ledger,
    ledger_checkpoint,
    ledger_leaf,
    ledger_node,
    ledger_policy,
    ledger_queue,
)
from inspector.journal.canonical import MalformedError, encode
from inspector.journal.merkle import leaf_hash
from inspector.journal.nodes import Name, Node, StoredTree, consistency_proof, nodes_needed, root
from inspector.journal.note import (
    ED25519,
    VerifierKey,
    checkpoint_text,
    parse_checkpoint,
    sign_note,
    verify_note,
)

LEAVES_AT_ONCE = 2_000
"""Most leaves that one transaction puts in."""
_NODES_AT_ONCE = 300


@dataclass(frozen=True, slots=True)
class Head:
    """A signed checkpoint of the log."""

    epoch: str
    size: int
    root: bytes
    note: str


def origin_of(core: Core, epoch: str) -> str:
    """The origin of the log of an epoch."""
    return f"inspector/centre/{core.device_id}/{epoch}"


def log_vkey(core: Core, epoch: str) -> VerifierKey:
    """Whose signature is below the checkpoints of an epoch's log."""
    return VerifierKey(origin_of(core, epoch), ED25519, core.key.public)


def sequence(core: Core) -> Head:
    """Put everything that waits into the log; its newest checkpoint."""
    while True:
        with core.database.read() as connection:
            head = _newest(connection, read_meta(connection)["epoch"])
            waits = connection.execute(sa.select(ledger_queue.c.id).limit(1)).first() is not None
        if head is not None and not waits:
            return head
        with core.database.write() as connection:
            _put_in(core, connection)


def _newest(connection: Connection, epoch: str) -> Head | None:
    table = ledger_checkpoint
    query = sa.select(table).where(table.c.epoch == epoch).order_by(table.c.size.desc()).limit(1)
    return _head(connection.execute(query).one_or_none())


def checkpoint_of(connection: Connection, epoch: str, size: int) -> Head | None:
    """The smallest signed checkpoint of at least this size."""
    table = ledger_checkpoint
    query = sa.select(table).where(table.c.epoch == epoch, table.c.size >= size)
    return _head(connection.execute(query.order_by(table.c.size).limit(1)).one_or_none())


def _head(row: sa.Row[Any] | None) -> Head | None:
    return None if row is None else Head(row.epoch, row.size, bytes(row.root), row.note)


def _put_in(core: Core, connection: Connection) -> None:
    """One transaction's worth of the queue."""
    epoch = read_meta(connection)["epoch"]
    row = connection.execute(sa.select(ledger).where(ledger.c.epoch == epoch).with_for_update()).one()
    # While the lock was waited for the epoch may have been renewed; its log then waits for another round.
    if read_meta(connection)["epoch"] != epoch:
        return
    queued = connection.execute(
        sa.select(ledger_queue).order_by(ledger_queue.c.id).limit(LEAVES_AT_ONCE)
    ).all()
    rows: list[dict[str, Any]] = []
    if row.size == 0 and row.before:
        rows.append(_restored(core, connection, row.before))
    rows += [
        {"kind": one.kind, "device": one.device, "size": one.size, "leaf": bytes(one.leaf)}
        for one in queued
        if one.kind != POLICY
    ]
    if row.size == 0 or any(one.kind == POLICY for one in queued):
        rows += _policy(core, connection, epoch, row.size + len(rows))
    _append(core, connection, epoch, row.size, rows)
    # Of an own row each: a push that has not committed yet may have a smaller number.
    ids = [one.id for one in queued]
    for start in range(0, len(ids), 500):
        connection.execute(sa.delete(ledger_queue).where(ledger_queue.c.id.in_(ids[start : start + 500])))


def _append(core: Core, connection: Connection, epoch: str, size: int, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    tree = StoredTree(size, StoredNodes(connection, epoch))
    for row in rows:
        tree.append(leaf_hash(row["leaf"]))
    connection.execute(
        sa.insert(ledger_leaf),
        [{"epoch": epoch, "place": size + at, **row} for at, row in enumerate(rows)],
    )
    connection.execute(
        sa.insert(ledger_node),
        [
            {"epoch": epoch, "level": level, "place": index, "hash": found}
            for (level, index), found in tree.new.items()
        ],
    )
    connection.execute(sa.update(ledger).where(ledger.c.epoch == epoch).values(size=tree.size))
    origin, found = origin_of(core, epoch), tree.root()
    connection.execute(
        sa.insert(ledger_checkpoint).values(
            epoch=epoch,
            size=tree.size,
            root=found,
            note=sign_note(checkpoint_text(origin, tree.size, found), origin, core.key),
            time=core.now,
        )
    )


def _restored(core: Core, connection: Connection, before: str) -> dict[str, Any]:
    """What the log of a new epoch says first: the log before it, as far as this database knows."""
    last = _newest(connection, before)
    size, found = (last.size, last.root) if last is not None else (0, root(0, _no_node))
    leaf = {
        "kind": RESTORED, "origin": origin_of(core, before), "size": size, "root": found.hex(), "time": core.now,
    }  # fmt: skip
    return {"kind": RESTORED, "device": "", "size": size, "leaf": encode(leaf)}


def _no_node(level: int, index: int) -> bytes:
    raise LookupError(f"{level}/{index}")


def _policy(core: Core, connection: Connection, epoch: str, index: int) -> list[dict[str, Any]]:
    """The leaf of the policy, where its text is not that of the last."""
    text = policy.witnesses(connection, log_vkey(core, epoch)).text
    table = ledger_policy
    known = sa.select(table.c.text).where(table.c.epoch == epoch).order_by(table.c.place.desc()).limit(1)
    if connection.execute(known).scalar() == text:
        return []
    connection.execute(sa.insert(table).values(epoch=epoch, place=index, text=text, time=core.now))
    leaf = Bundle(policy=text, policy_time=core.now).policy_leaf()
    return [{"kind": POLICY, "device": "", "size": 0, "leaf": leaf}]


def set_agencies(core: Core, count: int) -> None:
    """How many agencies have to cosign from now on; the log says so at once."""
    with core.database.write() as connection:
        core.database.insert_new(connection, tables.meta, [{"name": policy.AGENCIES, "value": ""}])
        named = tables.meta.c.name == policy.AGENCIES
        connection.execute(sa.update(tables.meta).where(named).values(value=str(count)))
        waiting.queue_policy(connection)
    sequence(core)


def present_policy(core: Core) -> policy.Witnesses:
    """Who has to witness as of now."""
    with core.database.read() as connection:
        return policy.witnesses(connection, log_vkey(core, read_meta(connection)["epoch"]))


class StoredNodes:
    """The nodes of a log as they are stored; what was read once is kept."""

    def __init__(self, connection: Connection, epoch: str) -> None:
        self._connection = connection
        self._epoch = epoch
        self._known: dict[Name, bytes] = {}

    def __call__(self, level: int, index: int) -> bytes:
        """A node."""
        if (level, index) not in self._known:
            self.fetch([(level, index)])
        return self._known[level, index]

    def fetch(self, names: Collection[Name]) -> None:
        """Read these nodes, many at once."""
        table = ledger_node
        wanted = [name for name in names if name not in self._known]
        for start in range(0, len(wanted), _NODES_AT_ONCE):
            group = wanted[start : start + _NODES_AT_ONCE]
            query = sa.select(table.c.level, table.c.place, table.c.hash).where(
                table.c.epoch == self._epoch, sa.tuple_(table.c.level, table.c.place).in_(group)
            )
            for row in self._connection.execute(query):
                self._known[row.level, row.place] = bytes(row.hash)

    def fetch_for(self, work: Callable[[Node], object]) -> None:
        """Read what some work will need (`nodes.nodes_needed`)."""
        self.fetch(nodes_needed(work))


def head_after(core: Core, *, origin: str, size: int, note: str) -> tuple[Head, list[bytes]]:
    """The newest checkpoint, and its consistency with the one that a laptop saw last.

    A laptop that shows, by its note, that the log had other leaves proves that the centre was restored from a backup:
    its epoch is renewed, and a new log begins.

    Args:
        origin, size: what the laptop saw; 0 for nothing.
        note: its signed note, or empty.
    """
    head = sequence(core)
    if note and _proves_loss(core, head, note):
        core.renew_epoch(instead_of=head.epoch)
        head = sequence(core)
    if origin != origin_of(core, head.epoch) or not 0 < size <= head.size:
        return head, []
    with core.database.read() as connection:
        return head, consistency(connection, head.epoch, size, head.size)


def consistency(connection: Connection, epoch: str, old: int, new: int) -> list[bytes]:
    """The consistency proof between two sizes of an epoch's log."""
    nodes = StoredNodes(connection, epoch)
    nodes.fetch_for(lambda node: consistency_proof(old, new, node))
    return consistency_proof(old, new, nodes)


def _proves_loss(core: Core, head: Head, note: str) -> bool:
    try:
        shown = parse_checkpoint(verify_note(note, log_vkey(core, head.epoch)))
    except MalformedError:
        return False
    if shown.origin != origin_of(core, head.epoch):
        return False
    if shown.size > head.size:
        return True
    with core.database.read() as connection:
        return root(shown.size, StoredNodes(connection, head.epoch)) != shown.root
