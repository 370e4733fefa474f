"""Processes that a bench talks to: a centre, or a server that throws bodies away, each with its own CPU account.

    python -m bench.child centre DIR     the real centre on a free port of loopback
    python -m bench.child sink           an ASGI application that reads a body and answers 204

One JSON line on standard output says where it answers; then each line on standard input is a question
("cpu", "code") with one JSON line as its answer. The end of standard input ends the process.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Child:
    """A running process of this module."""

    def __init__(self, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.child", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.url: str = self._answer()["url"]

    def _answer(self) -> Any:
        output = self._process.stdout
        line = output.readline() if output else ""
        if not line:
            raise RuntimeError(f"the bench's server ended with {self._process.wait()}")
        return json.loads(line)

    def _ask(self, question: str) -> Any:
        if self._process.stdin is None:
            raise RuntimeError("the bench's server cannot be asked")
        self._process.stdin.write(question + "\n")
        self._process.stdin.flush()
        return self._answer()

    def cpu(self) -> float:
        """Seconds of processor time that it has used."""
        return float(self._ask("cpu"))

    def code(self) -> str:
        """A fresh one-time code for a device that sees everything."""
        return str(self._ask("code"))

    def close(self) -> None:
        """End it."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
        if self._process.stdout is not None:
            self._process.stdout.close()


@contextmanager
def centre(data: Path) -> Iterator[Child]:
    """A centre on this folder until the end of the block."""
    found = Child("centre", str(data))
    try:
        yield found
    finally:
        found.close()


@contextmanager
def sink() -> Iterator[Child]:
    """A server that throws bodies away."""
    found = Child("sink")
    try:
        yield found
    finally:
        found.close()


def _say(value: object) -> None:
    print(json.dumps(value), flush=True)


def _serve_centre(data: Path) -> None:
    from inspector.central.serve import Running, serve
    from inspector.central.settings import Settings

    def converse(running: Running) -> None:
        _say({"url": running.address.url})
        for line in sys.stdin:
            if line.strip() == "cpu":
                _say(time.process_time())
            else:
                made = running.storage.create_code(
                    name="示例员", role="officer", department="教育", scopes=("*",)
                )
                _say(str(made))
        running.stop()

    def on_ready(running: Running) -> None:
        threading.Thread(target=converse, args=(running,), daemon=True).start()

    serve(Settings(data, port=0, calls_per_minute=1_000_000), on_ready=on_ready)


async def _throw_away(scope: Any, receive: Any, send: Any) -> None:
    more = True
    while more:
        more = (await receive()).get("more_body", False)
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def _serve_sink() -> None:
    import socket

    import uvicorn

    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    config = uvicorn.Config(_throw_away, lifespan="off", log_config=None, loop="asyncio", http="h11")
    server = uvicorn.Server(config)

    def converse() -> None:
        _say({"url": f"http://127.0.0.1:{listener.getsockname()[1]}"})
        for _ in sys.stdin:
            _say(time.process_time())
        server.should_exit = True

    threading.Thread(target=converse, daemon=True).start()
    server.run(sockets=[listener])


if __name__ == "__main__":
    if sys.argv[1] == "centre":
        _serve_centre(Path(sys.argv[2]))
    else:
        _serve_sink()
