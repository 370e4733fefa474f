"""Syncing a workspace with its centre: the engine run over HTTP. The only module that knows httpx.

    report = sync_once(store)          one sync, as far as it gets
    report = watch(store, stop=…)      again and again, with waits that grow while there is no network

Everything runs in the caller's thread. One process syncs a workspace at a time.
"""

import contextlib
import secrets
import socket
import ssl
import threading
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import httpx

from inspector.errors import BadInput
from inspector.store.workspace import Store
from inspector.sync import failures
from inspector.sync.course import SLICE_SECONDS, Course, Pace, never, nobody
from inspector.sync.engine import State
from inspector.sync.failures import StoppedError, SyncFailedError
from inspector.sync.link import BODY_BYTES_MAX, Answer, decompressed, judge
from inspector.sync.membership import require_membership
from inspector.sync.progress import Notice, SyncReport, Tally
from inspector.sync.protocol import NONCE_HEADER

TIMEOUT = httpx.Timeout(30.0, connect=10.0, pool=5.0)
"""Seconds without a byte before the link counts as cut."""
ANSWER_SECONDS = 900.0
"""Seconds that one answer may take in all, however steadily it drips."""
_PIECE = 65_536
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def check_url(url: str) -> str:
    """The address of a centre, without a slash at its end.

    Raises:
        BadInput: it is not https://…; http is for this very machine only.
    """
    text = url.strip().rstrip("/")
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    plain = bool(parts.query or parts.fragment or parts.username or parts.password)
    if host is None or parts.scheme not in ("http", "https") or plain:
        raise BadInput(
            "中心地址应形如 https://主机:端口。", "A centre's address looks like https://host:port.",
            hint=("向管理员核对地址。", "Ask the administrator for the address."), code="enrol.address",
        )  # fmt: skip
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise BadInput(
            "http 地址不加密，只能用于本机；没有发送任何内容。",
            "An http address is not encrypted and is for this machine only; nothing was sent.",
            hint=(
                "请用 https 地址；自建证书用 --ca-file 指定。",
                "Use https; name an own certificate by --ca-file.",
            ),
            code="enrol.plain_http",
        )
    return text


class HttpLink:
    """Requests to one centre over at most two connections. Nothing is redirected, every answer is judged."""

    def __init__(
        self,
        url: str,
        *,
        key: bytes | None,
        ca_file: str = "",
        transport: httpx.BaseTransport | None = None,
        stop: Callable[[], bool] = never,
        tally: Tally | None = None,
    ) -> None:
        self.key = key
        self.token = ""
        self._stop = stop
        self._tally = tally or Tally()
        self._closed = threading.Event()
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        # A system's proxy may carry it, but never what goes to this very machine.
        direct = urlsplit(url).hostname in _LOOPBACK
        self._client = httpx.Client(
            base_url=url,
            transport=transport,
            verify=_tls(ca_file) if url.startswith("https:") else False,
            timeout=TIMEOUT,
            limits=httpx.Limits(max_connections=2, max_keepalive_connections=2, keepalive_expiry=4.0),
            follow_redirects=False,
            trust_env=not direct,
            headers={"User-Agent": "inspector", "Accept": "*/*", "Accept-Encoding": "zstd"},
        )

    def close(self) -> None:
        """Close the connections."""
        self._closed.set()
        self._client.close()

    def __enter__(self) -> "HttpLink":
        if self._stop is not never:
            threading.Thread(target=self._break_when_stopped, name="sync-stop", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def call(
        self,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        media: str = "",
    ) -> Answer:
        """See `link.Link`."""
        answer, nonce = self.send(method, path, body=body, headers=headers)
        return judge(answer, nonce=nonce, centre=self.key, media=media)

    def send(
        self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[Answer, str]:
        """Send a request; the answer as it came, judged by nobody, and the nonce that it must be signed for.

        Raises:
            SyncFailedError: no whole answer.
            StoppedError: somebody asked to stop meanwhile.
        """
        nonce = secrets.token_hex(16)
        sent = {**(headers or {}), NONCE_HEADER: nonce}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if body:
            sent["Content-Length"] = str(len(body))
        request = self._client.build_request(
            method,
            path,
            content=self._pieces(body) if body else None,
            headers=sent,
            extensions={"trace": self._remember_socket},
        )
        with _as_failures():
            response = self._client.send(request, stream=True)
            try:
                raw = self._read(response)
            finally:
                response.close()
        found = {name.lower(): value for name, value in response.headers.items()}
        plain = decompressed(raw, found.get("content-encoding", "").strip().lower())
        return Answer(response.status_code, found, plain), nonce

    def _remember_socket(self, event: str, info: Mapping[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            found = info["return_value"].get_extra_info("socket")
            if found is not None:
                self._sockets.add(found)

    def _break_when_stopped(self) -> None:
        """End a request that waits for a silent network as soon as somebody asks to stop."""
        while not self._closed.wait(SLICE_SECONDS):
            if self._stop():
                for found in list(self._sockets):
                    with contextlib.suppress(OSError):
                        found.shutdown(socket.SHUT_RDWR)

    def _pieces(self, body: bytes) -> Iterator[bytes]:
        for start in range(0, len(body), _PIECE):
            if self._stop():
                raise StoppedError
            piece = body[start : start + _PIECE]
            yield piece
            self._tally.bytes_up += len(piece)

    def _read(self, response: httpx.Response) -> bytes:
        raw, until = bytearray(), time.monotonic() + ANSWER_SECONDS
        for piece in response.iter_raw():
            raw += piece
            self._tally.bytes_down += len(piece)
            if len(raw) > BODY_BYTES_MAX:
                raise SyncFailedError(failures.malformed("length"))
            if self._stop():
                raise StoppedError
            if time.monotonic() > until:
                raise SyncFailedError(failures.TOO_SLOW)
        return bytes(raw)


@contextlib.contextmanager
def _as_failures() -> Iterator[None]:
    try:
        yield
    except (httpx.ConnectError, httpx.ProxyError) as error:
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, ssl.SSLCertVerificationError):
                raise SyncFailedError(failures.CERTIFICATE) from error
            cause = cause.__cause__ or cause.__context__
        raise SyncFailedError(failures.NO_CONNECTION) from error
    except httpx.TimeoutException as error:
        raise SyncFailedError(failures.TOO_SLOW) from error
    except (httpx.HTTPError, httpx.StreamError) as error:
        raise SyncFailedError(failures.CUT) from error


def _tls(ca_file: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if ca_file:
        try:
            context.load_verify_locations(cafile=ca_file)
        except OSError as error:
            raise BadInput(
                f"证书文件 {ca_file} 读不出来。", f"The certificate file {ca_file} cannot be read.",
                hint=("需要 PEM 格式的证书文件。", "It has to be a PEM file."), code="sync.ca_file",
            ) from error  # fmt: skip
    return context


class SyncClient:
    """Syncs one workspace with its centre. Make one a thread; `nudge` may be called from any."""

    def __init__(
        self,
        store: Store,
        *,
        transport: httpx.BaseTransport | None = None,
        pace: Pace | None = None,
    ) -> None:
        """
        Args:
            transport: another way to the centre, for tests.
            pace: clock, sleep and chance, for tests.
        """
        self._store = store
        self._transport = transport
        self._pace = pace or Pace()

    def nudge(self) -> None:
        """Let a watching client sync now instead of waiting on."""
        self._pace.nudged.set()

    def sync_once(
        self,
        *,
        progress: Notice = nobody,
        stop: Callable[[], bool] = never,
        photos: bool = True,
    ) -> SyncReport:
        """Sync as far as the link allows. What fails is in the report, and all is kept.

        Args:
            progress: is told before every step.
            stop: asked between and within requests, from another thread too; True ends the sync soon.
            photos: fetch photos of others too.

        Raises:
            Refusal: the laptop is not enrolled.
            Busy: another process syncs this workspace.
            WorkspaceError, Damaged: the workspace did not take or give what it should.
        """
        return self._run(State(fetching=photos), progress, stop)

    def watch(
        self,
        *,
        progress: Notice = nobody,
        stop: Callable[[], bool] = never,
        photos: bool = True,
    ) -> SyncReport:
        """Sync again and again until `stop`, or until a failure that only a person can mend. Raises Refusal."""
        return self._run(State(watching=True, fetching=photos), progress, stop)

    def _run(self, state: State, progress: Notice, stop: Callable[[], bool]) -> SyncReport:
        centre = require_membership(self._store)
        tally = Tally()
        with HttpLink(
            centre.url,
            key=centre.key,
            ca_file=centre.ca_file,
            transport=self._transport,
            stop=stop,
            tally=tally,
        ) as link:
            course = Course(self._store, centre, link, tally, pace=self._pace, stop=stop)
            return course.run(state, progress)


def sync_once(
    store: Store,
    *,
    progress: Notice = nobody,
    stop: Callable[[], bool] = never,
    photos: bool = True,
    transport: httpx.BaseTransport | None = None,
) -> SyncReport:
    """One sync; see `SyncClient.sync_once`."""
    return SyncClient(store, transport=transport).sync_once(progress=progress, stop=stop, photos=photos)


def watch(
    store: Store,
    *,
    progress: Notice = nobody,
    stop: Callable[[], bool] = never,
    photos: bool = True,
    transport: httpx.BaseTransport | None = None,
) -> SyncReport:
    """Sync until stopped; see `SyncClient.watch`."""
    return SyncClient(store, transport=transport).watch(progress=progress, stop=stop, photos=photos)
