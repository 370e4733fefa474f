"""The tables of the centre, the same on SQLite and PostgreSQL.

An entry's place is `(scope, position)`: primary key, index and shard key in one. Positions of a scope are gap-free.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA_VERSION = 1
QUARANTINE = "!quarantine"
"""The scope of entries that are kept but shown to nobody. No entry can name it: "!" is in no scope."""
EVERYWHERE = "*"
"""Granted instead of single grids: every scope, now and later."""

ACTIVE, REVOKED, QUARANTINED = "active", "revoked", "quarantined"
ACCEPTED = "accepted"

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

device = Table(
    "device",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("name", Text, nullable=False),
    Column("role", String(20), nullable=False),
    Column("department", Text, nullable=False),
    Column("state", String(12), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
    Column("enrolled", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
)

device_scope = Table(
    "device_scope",
    metadata,
    Column("device", ForeignKey("device.id"), primary_key=True),
    Column("scope", String(80), primary_key=True),
)

code = Table(
    "code",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", String(20), nullable=False),
    Column("department", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("used_by", String(16)),
    Column("tries", Integer, nullable=False),
)

session = Table(
    "session",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("device", ForeignKey("device.id"), nullable=False, index=True),
    Column("expires", BigInteger, nullable=False, index=True),
)

challenge = Table(
    "challenge",
    metadata,
    Column("challenge", String(64), primary_key=True),
    Column("device", ForeignKey("device.id"), nullable=False, index=True),
    Column("expires", BigInteger, nullable=False, index=True),
)

scope_counter = Table(
    "scope_counter",
    metadata,
    Column("scope", String(80), primary_key=True),
    Column("last", BigInteger, nullable=False),
)

entry = Table(
    "entry",
    metadata,
    Column("scope", String(80), primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("device", ForeignKey("device.id"), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("aggregate", String(80), nullable=False),
    Column("header", LargeBinary, nullable=False),
    Column("body", LargeBinary),
    Column("hash", LargeBinary, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("verdict", String(12), nullable=False),
    Column("reason", String(40), nullable=False),
    UniqueConstraint("device", "seq"),
    Index("entry_aggregate", "aggregate"),
)

awaited = Table(
    "awaited",
    metadata,
    Column("needs_device", String(16), primary_key=True),
    Column("needs_seq", BigInteger, primary_key=True, autoincrement=False),
    Column("device", ForeignKey("device.id"), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
)

fork = Table(
    "fork",
    metadata,
    Column("device", ForeignKey("device.id"), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, primary_key=True),
    Column("header", LargeBinary, nullable=False),
    Column("body", LargeBinary),
    Column("size", BigInteger, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("received", BigInteger, nullable=False),
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("device", ForeignKey("device.id"), primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("device_signature", LargeBinary, nullable=False),
    Column("time", BigInteger, nullable=False),
    Column("cosignature", LargeBinary, nullable=False),
)

photo = Table(
    "photo",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("bytes", BigInteger, nullable=False),
    Column("stored", BigInteger, nullable=False),
)

photo_ref = Table(
    "photo_ref",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("scope", String(80), primary_key=True),
    Column("device", ForeignKey("device.id"), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
)

upload = Table(
    "upload",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("device", ForeignKey("device.id"), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("length", BigInteger, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("started", BigInteger, nullable=False),
)

destroyed = Table(
    "destroyed",
    metadata,
    Column("device", String(16), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("type", Text, primary_key=True),
    Column("scope", String(80), primary_key=True),
    Column("before", BigInteger, nullable=False),
)

doomed_photo = Table(
    "doomed_photo",
    metadata,
    Column("sha256", String(64), primary_key=True),
)
