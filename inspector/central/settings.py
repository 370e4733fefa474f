"""How a centre is run: where its data is, what it answers on, and its limits."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from inspector.domain.numbers import BLOCK

DEFAULT_NAME = "inspector-centre"
DATABASE_FILE = "centre.sqlite"


@dataclass(frozen=True, slots=True)
class Settings:
    """All that a centre can be told.

    Attributes:
        data: the folder of the key, the photos and, by default, the database.
        database: an SQLAlchemy address; empty for SQLite in the data folder.
        name: how the centre is called when it is made; kept in its database from then on.
        port: 0 takes a free one.
        certificate, certificate_key: PEM files for TLS; without them a proxy has to add it.
        clock: seconds since 1970 UTC.
        session_seconds, challenge_seconds: how long each is good.
        header_seconds: how long a connection may take to send the head of a request.
        body_seconds: how long a body may pause.
        open_body_seconds: how long the whole body of a request without a session may take.
        calls_per_minute: calls without a session, for each address.
        wrong_codes_per_minute: wrong enrolment codes, for each address.
        connections: most connections at once.
        number_block: how many numbers of papers a laptop is leased at once, 1 to `numbers.BLOCK_MAX`.
        unsafe_postgres: take a PostgreSQL that may lose commits. For tests alone.
    """

    data: Path
    database: str = ""
    name: str = ""
    host: str = "127.0.0.1"
    port: int = 8743
    certificate: Path | None = None
    certificate_key: Path | None = None
    clock: Callable[[], float] = time.time
    session_seconds: int = 3_600
    challenge_seconds: int = 120
    header_seconds: float = 10.0
    body_seconds: float = 30.0
    open_body_seconds: float = 15.0
    calls_per_minute: int = 1_200
    wrong_codes_per_minute: int = 5
    connections: int = 512
    number_block: int = BLOCK
    unsafe_postgres: bool = False

    @property
    def database_url(self) -> str:
        """The address of the database."""
        return self.database or f"sqlite:///{(self.data / DATABASE_FILE).as_posix()}"
