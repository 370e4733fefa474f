"""A bad network on loopback: a proxy that cuts after so many bytes, delays, repeats requests, or answers by itself."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Reply = Callable[[bytes], bytes | None]


@dataclass
class Proxy:
    """What the proxy does; may be changed while it runs.

    Attributes:
        upstream: the centre's port.
        port: where the proxy answers.
        cut_every: cut all connections each time so many bytes have passed, in both directions together; 0 never.
        cuts_left: how many cuts are still to come; None without end.
        seconds: how long every piece is held back.
        reply: given a request, answers it instead of the centre, or None to pass it on.
        repeat: which requests to pass on twice; the first answer is dropped.
        up, down: bytes that passed.
    """

    upstream: int
    port: int = 0
    cut_every: int = 0
    cuts_left: int | None = None
    seconds: float = 0.0
    reply: Reply | None = None
    repeat: Callable[[bytes], bool] | None = None
    up: int = 0
    down: int = 0
    cuts: int = 0
    _budget: int = 0
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Where the centre seems to be."""
        return f"http://127.0.0.1:{self.port}"

    def cut_after(self, count: int, *, times: int | None = None) -> None:
        """Cut each time `count` bytes have passed, as often as said."""
        self.cut_every, self.cuts_left, self._budget = count, times, count

    async def serve_connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one client connection."""
        self._open.add(writer)
        with suppress(ConnectionError, asyncio.IncompleteReadError, OSError):
            if self.reply is not None or self.repeat is not None:
                await self._requests(reader, writer)
            else:
                await self._pump_both(reader, writer)
        self._open.discard(writer)
        _drop(writer)

    async def _pump_both(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self.upstream)
        self._open.add(back)
        pumps = [
            asyncio.create_task(self._pump(reader, back, up=True)),
            asyncio.create_task(self._pump(there, writer, up=False)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            self._open.discard(back)
            _drop(back)

    async def _pump(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, up: bool) -> None:
        while data := await source.read(65_536):
            if self.seconds:
                await asyncio.sleep(self.seconds)
            cut = bool(self.cut_every) and self.cuts_left != 0 and len(data) >= self._budget
            if cut:
                data = data[: self._budget]
            if self.cut_every:
                self._budget -= len(data)
            if up:
                self.up += len(data)
            else:
                self.down += len(data)
            if data:
                target.write(data)
                await target.drain()
            if cut:
                self._cut_all()
                return

    def _cut_all(self) -> None:
        self.cuts += 1
        self._budget = self.cut_every
        if self.cuts_left is not None:
            self.cuts_left -= 1
        for writer in list(self._open):
            writer.close()

    async def _requests(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            request = head + await reader.readexactly(_length(head))
            answer = self.reply(request) if self.reply is not None else None
            if answer is not None:
                writer.write(answer)
                await writer.drain()
                return
            for _ in range(2 if self.repeat is not None and self.repeat(request) else 1):
                answer = await self._ask(request)
            writer.write(answer or b"")
            await writer.drain()

    async def _ask(self, request: bytes) -> bytes:
        there, back = await asyncio.open_connection("127.0.0.1", self.upstream)
        try:
            back.write(request)
            await back.drain()
            head = await there.readuntil(b"\r\n\r\n")
            bodiless = request.startswith(b"HEAD ") or head.split(b" ", 2)[1] in (b"204", b"304")
            return head + (b"" if bodiless else await there.readexactly(_length(head)))
        finally:
            _drop(back)


def _drop(writer: asyncio.StreamWriter) -> None:
    with suppress(OSError, RuntimeError):
        writer.close()


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return 0


@contextmanager
def proxy_to(port: int) -> Iterator[Proxy]:
    """A running proxy before the centre at this port."""
    proxy = Proxy(port)
    loop = asyncio.new_event_loop()
    ready, done = threading.Event(), asyncio.Event()

    async def run() -> None:
        server = await asyncio.start_server(proxy.serve_connection, "127.0.0.1", 0)
        proxy.port = server.sockets[0].getsockname()[1]
        ready.set()
        await done.wait()
        server.close()
        current = asyncio.current_task()
        tasks = [task for task in asyncio.all_tasks() if task is not current]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    try:
        assert ready.wait(10)
        yield proxy
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(10)
        loop.close()


def http(status: int, body: bytes = b"", *, media: str = "text/html", **headers: str) -> bytes:
    """An answer as bytes; header names with _ for -."""
    lines = [f"HTTP/1.1 {status} Reason", f"Content-Length: {len(body)}", f"Content-Type: {media}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + body
