"""Photos on their way: uploads by tus 1.0 in chunks, downloads by ranges, both going on where they were cut.

A photo is sent only when the centre, asked under its signature, no longer misses it. One that cannot travel is
parked with its reason, or left for the next sync, and blocks nothing.
"""

import base64
import hashlib
import re
import time
from collections import Counter
from collections.abc import Callable, Mapping

from inspector.errors import Damaged, NotFound
from inspector.language import tr
from inspector.store import queries
from inspector.store.workspace import Store
from inspector.sync import failures, moves
from inspector.sync.failures import ProblemAnswerError, SyncFailedError
from inspector.sync.link import Answer, Link, send_json, texts_of
from inspector.sync.moves import ChunkMoved, Photo, PhotoLeft
from inspector.sync.progress import Tally
from inspector.sync.protocol import PHOTO_BYTES_MAX

_ASKED_AT_ONCE = 1_000
_RESTARTS = 4
"""How often the place of an upload may be asked for anew before the photo is left for the next sync."""
_LOCATION = re.compile(r"(?:.*/)?v1/uploads/([A-Za-z0-9_-]{1,128})")
_CONTENT_RANGE = re.compile(r"bytes (\d{1,10})-(\d{1,10})/(\d{1,10})")
_TUS = {"Tus-Resumable": "1.0.0"}
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NOT_UNDERSTOOD = ("request.malformed", "request.too_large", "not_found", "method")
"""Refusals of a question about photos that end the asking, but not the sync."""
_OCTETS = "application/octet-stream"


class Photos:
    """The part of a sync that moves photos, a chunk at a time."""

    def __init__(
        self,
        store: Store,
        link: Link,
        tally: Tally,
        *,
        unsent: Callable[[], int],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._link = link
        self._tally = tally
        self._unsent = unsent
        self._clock = clock
        self._here: list[str] | None = None
        self._only_post = False
        self._restarts: Counter[str] = Counter()
        self.forget()

    def forget(self) -> None:
        """After a failure: ask the other side again where each photo stands."""
        self._moving = ""
        self._upload = ""
        self._offset = 0

    # -- up ----------------------------------------------------------------------------------------------------

    def ask(self, effect: moves.AskPhotos) -> moves.Asked:
        """Ask what the centre misses; what it does not miss is sent."""
        connection = self._store.connection
        if effect.every:
            if self._here is None:
                self._here = sorted(self._store.blobs.names())
            group = [sha256 for sha256 in self._here if sha256 > effect.above][:_ASKED_AT_ONCE]
        else:
            group = [sha256 for sha256, _ in queries.photos_to_send(connection, _ASKED_AT_ONCE)]
        if not group:
            self._here = None
            self._tally.photos_to_send = 0
            return moves.Asked(())
        missing = self._missing(group)
        if missing is None:
            return moves.Asked((), refused=True)
        there = [sha256 for sha256 in group if sha256 not in missing]
        if there:
            if not effect.every:
                self._tally.photos_sent += len(there)
            self._store.mark_photos_sent(there)
        if effect.every and missing:
            # The others of the group are not counted as sent anyway.
            self._store.mark_photos_missing(sorted(missing))
        self._tally.photos_to_send = len(missing)
        full = len(group) == _ASKED_AT_ONCE and (effect.every or bool(there))
        wanted = [Photo(sha256, self._bytes(sha256)) for sha256 in group if sha256 in missing]
        return moves.Asked(tuple(wanted), group[-1] if full else "")

    def _missing(self, group: list[str]) -> set[str] | None:
        """Those that the centre misses; None where it does not understand the question."""
        try:
            return self._ask_missing(group)
        except ProblemAnswerError as problem:
            if problem.code not in _NOT_UNDERSTOOD:
                raise
            return None

    def _ask_missing(self, group: list[str]) -> set[str]:
        answer = send_json(self._link, "/v1/photos/missing", {"sha256": group})
        return set(texts_of(answer, "missing")) & set(group)

    def _bytes(self, sha256: str) -> int:
        try:
            return self._store.blobs.size(sha256)
        except (NotFound, Damaged):
            return 0

    def send_chunk(self, effect: moves.SendChunk) -> moves.Event:
        """Send the next chunk from where the centre has the photo."""
        sha256 = effect.photo.sha256
        started = self._clock()
        try:
            size = self._store.blobs.size(sha256)
            if self._moving != sha256 or not self._upload:
                self._begin_upload(sha256, size)
            if self._offset < size:
                data = self._store.blobs.open_range(
                    sha256, self._offset, min(effect.limit, size - self._offset)
                )
                self._patch(data)
        except NotFound:
            return PhotoLeft()
        except Damaged as error:
            return self._park(sha256, "up", error.message)
        except ProblemAnswerError as problem:
            return self._refused_upload(problem, sha256)
        done = self._offset >= size
        if done:
            self.forget()
        return ChunkMoved(done, self._clock() - started, self._unsent())

    def _begin_upload(self, sha256: str, size: int) -> None:
        if self._moving != sha256:
            self.forget()
            self._moving = sha256
        metadata = base64.b64encode(sha256.encode()).decode()
        headers = {**_TUS, "Upload-Length": str(size), "Upload-Metadata": f"sha256 {metadata}"}
        answer = self._link.call("POST", "/v1/uploads", headers=headers)
        # Whatever host a proxy wrote into it, the upload is this centre's: only its name is taken.
        match = _LOCATION.fullmatch(answer.headers.get("location", ""))
        if match is None:
            raise SyncFailedError(failures.malformed("Location", lasting=False))
        path = f"/v1/uploads/{match[1]}"
        if "upload-offset" not in answer.headers:
            answer = self._tus("HEAD", path)
        self._offset = _offset(answer.headers.get("upload-offset", ""), size)
        self._upload = path

    def _tus(
        self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """A request of tus; as a POST that names its method, where a proxy passes on nothing else."""
        sent = {**_TUS, **(headers or {})}
        if not self._only_post:
            try:
                return self._link.call(method, path, body=body, headers=sent)
            except SyncFailedError as error:
                if error.failure.code != failures.METHOD.code:
                    raise
                self._only_post = True
        return self._link.call("POST", path, body=body, headers={**sent, "X-HTTP-Method-Override": method})

    def _patch(self, data: bytes) -> None:
        digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
        headers = {
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": str(self._offset),
            "Upload-Checksum": f"sha256 {digest}",
        }
        answer = self._tus("PATCH", self._upload, body=data, headers=headers)
        end = self._offset + len(data)
        if answer.headers.get("upload-offset") != str(end):
            raise SyncFailedError(failures.malformed("Upload-Offset", lasting=False))
        self._offset = end

    def _refused_upload(self, problem: ProblemAnswerError, sha256: str) -> moves.Event:
        code = problem.code
        if code == "photo.unknown":
            return PhotoLeft()
        if code == "request.too_large":
            return self._park(
                sha256, "up", tr("照片太大，中心不收。", "The photo is too large for the centre.")
            )
        if code == "photo.mismatch" and "offset" not in problem.document:
            # What the centre put together is not the photo, and it dropped it: this counts as one sending.
            self.forget()
            return ChunkMoved(True, 0.0, self._unsent())
        if code in ("upload.offset", "upload.unknown", "photo.mismatch"):
            self._restarts[sha256] += 1
            self._upload = ""
            again = self._restarts[sha256] <= _RESTARTS
            return ChunkMoved(False, 2.0, self._unsent()) if again else PhotoLeft()
        raise problem

    def park(self, effect: moves.ParkPhoto) -> PhotoLeft:
        """Set aside a photo that was sent whole and that the centre still misses."""
        reason = tr("上传后中心核对不符。", "The centre found that what arrived is not this photo.")
        return self._park(effect.photo.sha256, "up", reason)

    def _park(self, sha256: str, direction: str, reason: str) -> PhotoLeft:
        self._store.park_photo(sha256, direction, reason)
        self._tally.photos_parked[sha256] = reason
        self.forget()
        return PhotoLeft()

    # -- down --------------------------------------------------------------------------------------------------

    def list_wanted(self) -> moves.Listed:
        """What is named here, not here, and at the centre."""
        found = queries.photos_to_fetch(self._store.connection, _ASKED_AT_ONCE)
        wanted = [(sha256, size) for sha256, size in found if _SHA256.fullmatch(sha256)]
        missing = self._missing([sha256 for sha256, _ in wanted]) if wanted else None
        if missing is None:
            return moves.Listed(())
        return moves.Listed(tuple(Photo(sha256, size) for sha256, size in wanted if sha256 not in missing))

    def fetch_chunk(self, effect: moves.FetchChunk) -> moves.Event:
        """Fetch the next chunk after what is here of the photo."""
        sha256, blobs = effect.photo.sha256, self._store.blobs
        started = self._clock()
        if self._moving != sha256:
            self.forget()
            self._moving, self._offset = sha256, blobs.begin_partial(sha256)
        try:
            data, size = self._range(sha256, effect.limit)
        except ProblemAnswerError as problem:
            if problem.status == 416 and self._offset:
                return self._finish_download(sha256, self._offset, started)
            if problem.code in ("photo.unknown", "device.revoked"):
                self.forget()
                return PhotoLeft()
            raise
        if size > PHOTO_BYTES_MAX:
            return self._park(sha256, "down", tr("照片超过 32 MiB。", "The photo has more than 32 MiB."))
        self._offset = blobs.append_partial(sha256, self._offset, data)
        if self._offset >= size:
            return self._finish_download(sha256, size, started)
        return ChunkMoved(False, self._clock() - started, self._unsent())

    def _range(self, sha256: str, limit: int) -> tuple[bytes, int]:
        """Bytes from the offset on, and the size of the photo."""
        headers = {"Range": f"bytes={self._offset}-{self._offset + limit - 1}"}
        answer = self._link.call("GET", f"/v1/photos/{sha256}", headers=headers, media=_OCTETS)
        if answer.status == 200 and self._offset == 0:
            return answer.body, len(answer.body)
        match = _CONTENT_RANGE.fullmatch(answer.headers.get("content-range", ""))
        if answer.status != 206 or match is None or not answer.body:
            raise SyncFailedError(failures.malformed("Content-Range", lasting=False))
        first, last, size = (int(group) for group in match.groups())
        if (
            first != self._offset
            or last - first + 1 != len(answer.body)
            or size <= last
            or len(answer.body) > limit
        ):
            raise SyncFailedError(failures.malformed("Content-Range", lasting=False))
        return answer.body, size

    def _finish_download(self, sha256: str, size: int, started: float) -> moves.Event:
        self.forget()
        try:
            self._store.blobs.finish_partial(sha256)
        except Damaged:
            return PhotoLeft()
        self._store.note_blob(sha256, size)
        self._store.mark_photos_sent([sha256])
        self._tally.photos_fetched += 1
        return ChunkMoved(True, self._clock() - started, self._unsent())


def _offset(text: str, size: int) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 15) or int(text) > size:
        raise SyncFailedError(failures.malformed("Upload-Offset", lasting=False))
    return int(text)
