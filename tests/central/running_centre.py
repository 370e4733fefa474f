"""A real centre on loopback, in a thread of the test process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from inspector.central.serve import Running, serve
from inspector.central.settings import Settings

PATIENCE_SECONDS = 20


@contextmanager
def running_centre(settings: Settings) -> Iterator[Running]:
    """Serve until the end of the block."""
    ready = threading.Event()
    box: list[Running] = []
    errors: list[BaseException] = []

    def told(running: Running) -> None:
        box.append(running)
        ready.set()

    def run() -> None:
        try:
            serve(settings, on_ready=told)
        except Exception as error:  # noqa: BLE001 - raised again in the test's own thread
            errors.append(error)
        finally:
            ready.set()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert ready.wait(PATIENCE_SECONDS)
        if errors:
            raise errors[0]
        yield box[0]
    finally:
        if box:
            box[0].stop()
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()
