"""The device's clocks and randomness: the one place that asks the machine for them."""

import hashlib
import secrets
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Protocol

from inspector.domain.entries import Stamp

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Clock(Protocol):
    """Where stamps and random bytes come from; tests bring their own."""

    def stamp(self) -> Stamp:
        """Now, as this device knows it."""
        ...

    def random(self, size: int) -> bytes:
        """That many unpredictable bytes."""
        ...


class SystemClock:
    """The machine's clocks. Where the system does not name its boot, a run of this program counts as one."""

    def __init__(self) -> None:
        try:
            boot = _BOOT_ID.read_text(encoding="ascii")
        except OSError:
            boot = secrets.token_hex(16)
        self._boot = hashlib.sha256(boot.encode()).hexdigest()[:16]

    def stamp(self) -> Stamp:
        """Now: wall clock, zone, boot, and the clock that also counts while the laptop sleeps."""
        offset = datetime.now().astimezone().utcoffset()
        minutes = int(offset.total_seconds() // 60) if offset else 0
        return Stamp(wall=time.time_ns() // 1_000_000, tz=minutes, boot=self._boot, monotonic=_uptime_ms())

    def random(self, size: int) -> bytes:
        """From the operating system."""
        return secrets.token_bytes(size)


def _uptime_ms() -> int:
    if sys.platform == "linux":
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000
    return time.monotonic_ns() // 1_000_000
