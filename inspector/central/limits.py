"""How often somebody may ask: counters for each address, bounded in memory."""

import math
import threading
from collections import OrderedDict
from collections.abc import Callable

from inspector.central.problems import ProblemError
from inspector.central.settings import Settings

_ADDRESSES = 10_000
PROOFS_PER_MINUTE = 120
"""Questions of one device about the centre's log and for proofs."""


class RateLimit:
    """A bucket for each key: `per_minute` at once, refilled over a minute."""

    def __init__(self, per_minute: int, clock: Callable[[], float]) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, key: str) -> None:
        """Refuse where nothing is left; takes nothing.

        Raises:
            ProblemError: rate.limited, with the seconds to wait.
        """
        with self._lock:
            self._refuse(self._left(key))

    def count(self, key: str) -> None:
        """Take one.

        Raises:
            ProblemError: rate.limited; a refused call costs nothing.
        """
        with self._lock:
            left = self._left(key)
            self._refuse(left)
            self._buckets[key] = (left - 1, self._clock())
            self._buckets.move_to_end(key)
            if len(self._buckets) > _ADDRESSES:
                self._buckets.popitem(last=False)

    def _left(self, key: str) -> float:
        left, since = self._buckets.get(key, (float(self._per_minute), self._clock()))
        refilled = max(0.0, self._clock() - since) * self._per_minute / 60
        return min(float(self._per_minute), left + refilled)

    def _refuse(self, left: float) -> None:
        if left < 1:
            raise ProblemError("rate.limited", retry_after=math.ceil((1 - left) * 60 / self._per_minute))


class Limits:
    """All counters of an app."""

    def __init__(self, settings: Settings) -> None:
        self.calls = RateLimit(settings.calls_per_minute, settings.clock)
        self.proofs = RateLimit(PROOFS_PER_MINUTE, settings.clock)
        self.wrong_codes = RateLimit(settings.wrong_codes_per_minute, settings.clock)
