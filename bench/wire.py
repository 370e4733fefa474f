"""Counting what a sync costs on the wire: a forwarder on loopback that counts bytes and requests."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

_REQUEST_END = b" HTTP/1.1\r\n"
_PIECE = 65_536


class Forwarder:
    """Passes connections on to a server. Bytes are all that TCP carries for it: heads, bodies, frames.

    Attributes:
        up, down: bytes towards the server, and back.
        requests: request lines seen.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._target = (parts.hostname or "", parts.port or 0)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.reset()
        threading.Thread(target=self._accept, daemon=True).start()

    def reset(self) -> None:
        """Count from nothing."""
        self.up = self.down = self.requests = 0

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(self._target)
            for source, target, up in ((near, far, True), (far, near, False)):
                source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._pass, args=(source, target, up), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, up: bool) -> None:
        try:
            while piece := source.recv(_PIECE):
                if up:
                    self.up += len(piece)
                    self.requests += piece.count(_REQUEST_END)
                else:
                    self.down += len(piece)
                target.sendall(piece)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            source.close()
            target.close()

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()


@contextmanager
def forwarder(url: str) -> Iterator[Forwarder]:
    """A forwarder to this server until the end of the block."""
    found = Forwarder(url)
    try:
        yield found
    finally:
        found.close()
