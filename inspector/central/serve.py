"""Running the centre: one process, one data folder, a graceful end."""

import asyncio
import contextlib
import json
import logging
import socket
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from inspector.central.app import create_app
from inspector.central.identity import make_private_dir
from inspector.central.settings import Settings
from inspector.central.storage import Storage
from inspector.errors import Busy, WorkspaceError

HEAD_BYTES_MAX = 32_768
KEEP_ALIVE_SECONDS = 75
GRACE_SECONDS = 10
LOCK_FILE = "serving.lock"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a centre answers: its port is the real one, also where a free one was asked for."""

    host: str
    port: int
    tls: bool

    @property
    def url(self) -> str:
        """As devices need it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"


class Running:
    """A centre that serves. `stop` may be called from any thread."""

    def __init__(self, server: uvicorn.Server, address: Address, storage: Storage) -> None:
        self._server = server
        self.address = address
        self.storage = storage

    def stop(self) -> None:
        """Finish what is under way and end."""
        self._server.should_exit = True


def serve(settings: Settings, *, on_ready: Callable[[Running], None] | None = None) -> None:
    """Serve until a signal or `Running.stop`.

    Args:
        on_ready: called once requests are answered.

    Raises:
        Busy: this data folder is served already.
        WorkspaceError: the address is taken or not ours.
    """
    make_private_dir(settings.data)
    with serving_lock(settings.data), _listening(settings) as listener:
        storage = Storage(settings)
        try:
            address = Address(settings.host, listener.getsockname()[1], settings.certificate is not None)
            app = create_app(settings, storage=storage)
            app.state.uploads.sweep()
            server = _Server(_config(settings, app))
            server.running = Running(server, address, storage)
            server.on_ready = on_ready
            server.run(sockets=[listener])
        finally:
            storage.close()


class _Server(uvicorn.Server):
    """Tells when it is ready."""

    running: Running
    on_ready: Callable[[Running], None] | None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self.on_ready is not None:
            self.on_ready(self.running)


def _config(settings: Settings, app: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=bounded_protocol(settings.header_seconds),
        ws="none",
        lifespan="on",
        loop="asyncio",
        interface="asgi3",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        limit_concurrency=settings.connections,
        h11_max_incomplete_event_size=HEAD_BYTES_MAX,
        ssl_certfile=settings.certificate,
        ssl_keyfile=settings.certificate_key,
    )


def bounded_protocol(header_seconds: float) -> type[H11Protocol]:
    """HTTP/1.1 in which a connection has so many seconds for the head of a request, from its first byte or opening."""

    class BoundedProtocol(H11Protocol):
        _deadline: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._deadline = self.loop.call_later(header_seconds, transport.abort)

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            self._watch(waiting_for_head=True)

        def on_response_complete(self) -> None:
            super().on_response_complete()
            # The beginning of a next request may be here already; without it this is an idle connection.
            self._watch(waiting_for_head=bool(self.conn.trailing_data[0]))

        def _watch(self, *, waiting_for_head: bool) -> None:
            # uvicorn types the cycle as always there; before the first request it is not.
            cycle: RequestResponseCycle | None = self.cycle
            if cycle is not None and not cycle.response_complete:
                self._clear_deadline()
            elif waiting_for_head and self._deadline is None:
                self._deadline = self.loop.call_later(header_seconds, self.transport.abort)

        def connection_lost(self, exc: Exception | None) -> None:
            self._clear_deadline()
            super().connection_lost(exc)

        def _clear_deadline(self) -> None:
            if self._deadline is not None:
                self._deadline.cancel()
                self._deadline = None

    return BoundedProtocol


@contextlib.contextmanager
def serving_lock(data: Path) -> Iterator[None]:
    """Hold a data folder while serving it. The system frees the lock when the process ends, however it ends.

    Raises:
        Busy: another process has it.
    """
    # An exclusive SQLite transaction is a lock that works alike on every system.
    connection = sqlite3.connect(data / LOCK_FILE, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise Busy(
                f"{data} 已有一个中心在运行。",
                f"A centre is already serving {data}.",
                hint=(
                    "先停止它，或换一个 --data 目录。",
                    "Stop it first, or choose another --data folder.",
                ),
                code="central.serving",
            ) from error
        yield
    finally:
        connection.close()


@contextlib.contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    try:
        family, kind, number, _, place = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, number)
    except OSError as error:
        raise _no_address(settings, error) from error
    with listener:
        try:
            if hasattr(socket, "SO_EXCLUSIVEADDRUSE"):
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            else:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(place)
            listener.listen(1024)
        except OSError as error:
            raise _no_address(settings, error) from error
        yield listener


def _no_address(settings: Settings, error: OSError) -> WorkspaceError:
    where, reason = f"{settings.host}:{settings.port}", error.strerror or str(error)
    return WorkspaceError(
        f"无法在 {where} 上监听（{reason}）。数据没有改动。",
        f"The centre cannot listen on {where} ({reason}). No data was changed.",
        hint=("换一个 --port，或停止占用它的程序。", "Choose another --port, or stop what uses it."),
        code="central.address",
    )


class JsonLines(logging.Formatter):
    """One JSON object a line. Details carry no secrets: whoever logs chooses them."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line = {
            "time": int(record.created * 1000),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "details", {}),
        }
        return json.dumps(line, ensure_ascii=False, default=str)


def log_to_stderr() -> None:
    """Send the centre's log to standard error, for `central serve`."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    for name in ("inspector.central", "uvicorn.error"):
        found = logging.getLogger(name)
        found.handlers = [handler]
        found.setLevel(logging.INFO if name == "inspector.central" else logging.WARNING)
        found.propagate = False
