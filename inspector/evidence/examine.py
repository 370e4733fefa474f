"""Examining photos: the hash is taken here, the decoding is done by children that may die without harm."""

import contextlib
import hashlib
import queue
import threading
from collections.abc import Iterable, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from inspector.domain.boxes import MARGIN, Box, is_box
from inspector.evidence import limits, media
from inspector.evidence.child import Child, ChildLostError, worker_command
from inspector.evidence.facts import PhotoFacts
from inspector.evidence.preview import HalfCells, half_cells
from inspector.evidence.reading import judge

_Answer = tuple[dict[str, Any], bytes]


class Examiner:
    """Examines photos in decoding children that it keeps for the next photo. Safe to share between threads.

    Children start on first use. A photo that breaks one is tried once more in a fresh one (the first may
    have been ended by somebody else) and then flagged; the next photo gets a new child.
    """

    def __init__(
        self, *, workers: int = 2, seconds: float = limits.CHILD_SECONDS, command: Sequence[str] | None = None
    ) -> None:
        """
        Args:
            workers: photos decoded at the same time.
            seconds: wall time for one photo.
            command: how to start a child, if not `worker_command()`.
        """
        self._seconds = seconds
        self._command = list(command or worker_command())
        self._lock = threading.Lock()
        self._children: set[Child] = set()
        self._closed = False
        self._slots: queue.LifoQueue[Child | None] = queue.LifoQueue()
        self._workers = workers
        for _ in range(workers):
            self._slots.put(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def examine(self, data: bytes, now: datetime) -> PhotoFacts:
        """What is known about a photo. Bytes of any kind give facts with flags, never an error.

        Args:
            data: the original file.
            now: the present, with its offset from UTC; only to flag odd times.

        Raises:
            ValueError: `now` has no offset.
            RuntimeError: the examiner is closed.
        """
        if now.utcoffset() is None:
            raise ValueError("now needs its offset from UTC")
        digest, kind = hashlib.sha256(data).hexdigest(), media.media_type(data)
        raw, _ = self._ask(data, {"operation": "describe", "kind": kind})
        return judge(digest, len(data), kind, raw, now)

    def preview(self, data: bytes, columns: int, rows: int) -> HalfCells | None:
        """The picture, upright, within a box of terminal cells; None where it cannot be decoded.

        Raises:
            ValueError: the box is empty or larger than a terminal.
            RuntimeError: the examiner is closed.
        """
        if not (0 < columns <= limits.MAX_PREVIEW_COLUMNS and 0 < rows <= limits.MAX_PREVIEW_ROWS):
            raise ValueError("preview size out of range")
        found = self.pixels(data, columns, rows * 2)
        if found is None:
            return None
        width, height, rgb = found
        with contextlib.suppress(ValueError):
            return half_cells(rgb, width, height)
        return None

    def pixels(self, data: bytes, width: int, height: int) -> tuple[int, int, bytes] | None:
        """The picture, upright, within `width` × `height`: (width, height, RGB bytes); None where it cannot be decoded.

        Raises:
            ValueError: the box is out of range.
            RuntimeError: the examiner is closed.
        """
        if not (0 < width <= limits.MAX_THUMBNAIL_PIXELS and 0 < height <= limits.MAX_THUMBNAIL_PIXELS):
            raise ValueError("picture size out of range")
        request = {
            "operation": "scaled",
            "kind": media.media_type(data),
            "width": width,
            "height": height,
        }
        found, rgb = self._ask(data, request)
        wide, high = found.get("width"), found.get("height")
        if found["failure"] or not isinstance(wide, int) or not isinstance(high, int):
            return None
        if not (0 < wide <= width and 0 < high <= height and len(rgb) == wide * high * 3):
            return None
        return wide, high, rgb

    def thumbnail(self, data: bytes, max_px: int) -> bytes | None:
        """An upright JPEG without metadata, no side longer than `max_px`; None where it cannot be decoded.

        Raises:
            ValueError: `max_px` is out of range.
            RuntimeError: the examiner is closed.
        """
        if not 0 < max_px <= limits.MAX_THUMBNAIL_PIXELS:
            raise ValueError("thumbnail size out of range")
        kind = media.media_type(data)
        found, jpeg = self._ask(data, {"operation": "thumbnail", "kind": kind, "longest": max_px})
        return None if found["failure"] or not jpeg else jpeg

    def masked(self, data: bytes, boxes: Iterable[Box]) -> bytes | None:
        """A derived copy: an upright JPEG without metadata in which the boxes, grown by a margin, are black; None where it
        cannot be decoded. The longest side has at most `limits.MAX_THUMBNAIL_PIXELS`.

        Raises:
            ValueError: a box is none.
            RuntimeError: the examiner is closed.
        """
        wanted = [list(box) for box in boxes]
        if not all(map(is_box, wanted)):
            raise ValueError("not a box")
        request = {"operation": "masked", "kind": media.media_type(data), "boxes": wanted, "margin": MARGIN}
        found, jpeg = self._ask(data, request)
        return None if found["failure"] or not jpeg else jpeg

    def close(self) -> None:
        """End all children. Calls under way get RuntimeError: nothing false is said of their photos."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            for child in self._children:
                child.kill()
        for _ in range(self._workers):
            idle = self._slots.get()
            if idle is not None:
                self._drop(idle)
        for _ in range(self._workers):
            self._slots.put(None)

    def _ask(self, data: bytes, request: dict[str, Any]) -> _Answer:
        """The answer of a child, or one made up here whose `failure` says why there is none."""
        self._check_open()
        if len(data) > limits.MAX_FILE_BYTES:
            return {"failure": "too_large"}, b""
        if request["kind"] == media.OTHER:
            return {"failure": "unknown_type"}, b""
        child = self._slots.get()
        try:
            for last in (False, True):
                child = self._ready(child)
                if child is None:
                    return {"failure": "not_examined"}, b""
                try:
                    return _checked(child.ask(request, data, self._seconds))
                except ChildLostError as lost:
                    self._drop(child)
                    child = None
                    self._check_open()
                    if lost.late or last:
                        return {"failure": "too_slow" if lost.late else "crashed"}, b""
                except BaseException:  # an interrupt: its answer would be taken for the next photo's
                    self._drop(child)
                    child = None
                    raise
            raise AssertionError("unreachable")
        finally:
            self._slots.put(child)

    def _ready(self, child: Child | None) -> Child | None:
        """This child if it is still good, else a new one; None where none can be started."""
        if child is not None:
            if child.alive and child.asked < limits.CHILD_PHOTOS:
                return child
            self._drop(child)
        try:
            fresh = Child(self._command)
        except ChildLostError:
            return None
        with self._lock:
            if not self._closed:
                self._children.add(fresh)
                return fresh
        fresh.dispose()
        raise RuntimeError("examiner is closed")

    def _drop(self, child: Child) -> None:
        with self._lock:
            self._children.discard(child)
        child.dispose()

    def _check_open(self) -> None:
        if self._closed:
            raise RuntimeError("examiner is closed")


def _checked(answer: _Answer) -> _Answer:
    """The answer, if it has the agreed form.

    Raises:
        ChildLostError: it has not; whatever wrote it is not trusted further.
    """
    if not isinstance(answer[0].get("failure"), str):
        raise ChildLostError
    return answer


def examine(data: bytes, now: datetime) -> PhotoFacts:
    """What is known about one photo; as `Examiner.examine`, with a child of its own."""
    with Examiner(workers=1) as examiner:
        return examiner.examine(data, now)
