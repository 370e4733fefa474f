"""What to do after enrolling failed: unlike a sync, nothing tries it again by itself."""

from inspector.errors import SyncError
from inspector.sync import failures

AGAIN = (
    "注册不会自动再试；有网络后用同一个注册码再注册一次。",
    "Enrolling is not tried again by itself; enrol again with the same code when there is a network.",
)


def own_hint(error: SyncError) -> SyncError:
    """The error, with a hint that is true of enrolling."""
    if (error.hint_zh, error.hint_en) == failures._LATER:  # noqa: SLF001 - the hint of whatever has none of its own
        error.hint_zh, error.hint_en = AGAIN
    return error
