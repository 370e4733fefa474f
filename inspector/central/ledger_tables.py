"""The tables of the centre's log (docs/case-file.md): what waits, each epoch's leaves, nodes, checkpoints, witnesses."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, Text

from inspector.central.tables import metadata

POLICY, DEVICE, CHECKPOINT, RESTORED = "policy", "device", "checkpoint", "restored"
"""Kinds of leaves. A waiting row of kind POLICY has no leaf: it asks to look whether the policy's text changed."""

ledger_queue = Table(
    "ledger_queue",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("kind", String(12), nullable=False),
    Column("device", String(16), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    Index("ledger_queue_device", "device", "kind", "size"),
)
"""Written in the transaction that makes the leaf true, without a lock on the log; emptied by `ledger.sequence`."""

ledger = Table(
    "ledger",
    metadata,
    Column("epoch", String(40), primary_key=True),
    Column("before", String(40), nullable=False),
    Column("size", BigInteger, nullable=False),
)
"""One row for each epoch's log. Who adds leaves locks it. `before` is the epoch before, or empty."""

ledger_leaf = Table(
    "ledger_leaf",
    metadata,
    Column("epoch", String(40), primary_key=True),
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(12), nullable=False),
    Column("device", String(16), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    Index("ledger_leaf_device", "epoch", "device", "kind", "size"),
)

ledger_node = Table(
    "ledger_node",
    metadata,
    Column("epoch", String(40), primary_key=True),
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
)

ledger_checkpoint = Table(
    "ledger_checkpoint",
    metadata,
    Column("epoch", String(40), primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
    Column("time", BigInteger, nullable=False),
)

ledger_policy = Table(
    "ledger_policy",
    metadata,
    Column("epoch", String(40), primary_key=True),
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("time", BigInteger, nullable=False),
)

ledger_witness = Table(
    "ledger_witness",
    metadata,
    Column("epoch", String(40), primary_key=True),
    Column("device", String(16), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("time", BigInteger, nullable=False),
    Column("cosignature", LargeBinary, nullable=False),
)
"""The newest cosignature of each laptop."""
