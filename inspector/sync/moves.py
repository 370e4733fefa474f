"""The words between the engine and the client: effects say what to do next, events what came of it. Pure values."""

from dataclasses import dataclass

from inspector.sync.failures import Failure


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo that is to travel: its SHA-256 and its size in bytes."""

    sha256: str
    bytes: int


# -- effects ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpenSession:
    """Open a session -> Opened."""


@dataclass(frozen=True, slots=True)
class Push:
    """Send at most `limit` entries above the number `above` -> Pushed, Gapped."""

    above: int
    limit: int


@dataclass(frozen=True, slots=True)
class Pull:
    """Fetch and store a page of at most `limit` entries -> Pulled, CursorRefused.

    `afresh` starts at the beginning; `own` asks for this device's own entries as well.
    """

    limit: int
    afresh: bool = False
    own: bool = False


@dataclass(frozen=True, slots=True)
class AskPhotos:
    """Ask which photos the centre misses, and mark the others as sent -> Asked.

    `every`: of all photos that are here, those above the hash `above`; else of those not known to be there.
    `offered`: every photo was offered to the end, which is to be remembered first.
    """

    every: bool = False
    above: str = ""
    offered: bool = False


@dataclass(frozen=True, slots=True)
class SendChunk:
    """Send the next chunk of a photo, from where the centre has it -> ChunkMoved, PhotoLeft."""

    photo: Photo
    limit: int


@dataclass(frozen=True, slots=True)
class ParkPhoto:
    """Set a photo aside that was sent and is still missing -> PhotoLeft."""

    photo: Photo


@dataclass(frozen=True, slots=True)
class ListPhotos:
    """List photos to fetch -> Listed."""


@dataclass(frozen=True, slots=True)
class FetchChunk:
    """Fetch the next chunk of a photo -> ChunkMoved, PhotoLeft."""

    photo: Photo
    limit: int


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait, then try again -> Waited."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Rest:
    """All is done; wait for new entries or for the time -> Begun."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Finish:
    """Stop and report."""


Effect = (
    OpenSession | Push | Pull | AskPhotos | SendChunk | ParkPhoto | ListPhotos | FetchChunk | Wait | Rest | Finish
)  # fmt: skip


# -- events ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Begun:
    """Somebody wants a sync, or the rest is over."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A session is open. The centre has `have` entries; here are `size`, of which `sent` have a receipt.

    `restored`: the centre was restored from a backup, or what it lost then was not offered to the end.
    """

    have: int
    sent: int
    size: int
    restored: bool = False


@dataclass(frozen=True, slots=True)
class Pushed:
    """A receipt over the first `at` of `size` entries was kept. The request took `seconds`."""

    at: int
    size: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Gapped:
    """The centre misses entries above `have`."""

    have: int


@dataclass(frozen=True, slots=True)
class Pulled:
    """A page was stored; `more` follow. `unsent` entries were written meanwhile, as papers got their numbers."""

    more: bool
    seconds: float
    unsent: int = 0


@dataclass(frozen=True, slots=True)
class CursorRefused:
    """The centre does not know the cursor: it was restored from a backup."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which of the asked photos the centre misses. `above`: from where to ask on; empty at the end.

    `refused`: the centre did not answer the question; what waits is asked for by the next sync.
    """

    missing: tuple[Photo, ...]
    above: str = ""
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """Photos that are named here and not here."""

    wanted: tuple[Photo, ...]


@dataclass(frozen=True, slots=True)
class ChunkMoved:
    """A chunk of the first photo travelled in `seconds`; `done`: its last. `unsent` entries were written meanwhile."""

    done: bool
    seconds: float
    unsent: int = 0


@dataclass(frozen=True, slots=True)
class PhotoLeft:
    """The first photo of the queue cannot travel in this sync."""


@dataclass(frozen=True, slots=True)
class SessionLost:
    """The centre wants a new session."""


@dataclass(frozen=True, slots=True)
class Failed:
    """An effect failed. `jitter` is a random number in [0, 1) that spreads the retries of many laptops."""

    failure: Failure
    jitter: float


@dataclass(frozen=True, slots=True)
class Waited:
    """The wait is over."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """Somebody wants it to stop."""


Event = (
    Begun | Opened | Pushed | Gapped | Pulled | CursorRefused | Asked | Listed | ChunkMoved | PhotoLeft
    | SessionLost | Failed | Waited | Stopped
)  # fmt: skip
