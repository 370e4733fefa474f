"""Whether a device's log is whole: numbers without gaps, sound bytes, bodies that are the headers' own.

A withheld body is no fault. Signatures and receipts are compared with the tree that comes out of here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from inspector.errors import Problem
from inspector.journal.canonical import MalformedError
from inspector.journal.entry import SealedEntry, unseal
from inspector.journal.merkle import CompactTree


@dataclass(frozen=True, slots=True)
class LogFault:
    """One thing wrong in a log, at the number where it shows."""

    seq: int
    zh: str
    en: str

    def problem(self, device: str) -> Problem:
        """The fault as a problem for people, placed at device/number."""
        return Problem(f"{device}/{self.seq}", self.zh, self.en)


class LogError(MalformedError):
    """A log that is not whole; `fault` is the first thing wrong."""

    def __init__(self, device: str, fault: LogFault) -> None:
        super().__init__(
            f"日志 {device} 第 {fault.seq} 条:{fault.zh}", f"log {device}, entry {fault.seq}: {fault.en}"
        )
        self.device = device
        self.fault = fault


def verify_log(
    entries: Iterable[SealedEntry], *, device: str, after: CompactTree | None = None
) -> CompactTree:
    """The tree over a device's entries in order, all of them checked.

    Args:
        entries: from number 1, or from the one after the tree `after`.
        device: whose log it must be.
        after: the tree of what came before; it is not changed.

    Raises:
        LogError: the first fault. Entries are read no further.
    """
    tree = after.copy() if after is not None else CompactTree()
    for sealed in entries:
        for fault in _faults(sealed, device, tree.size + 1):
            raise LogError(device, fault)
        tree.append(sealed.hash)
    return tree


def log_faults(entries: Iterable[SealedEntry], *, device: str) -> Iterator[LogFault]:
    """Everything that is wrong in a log from number 1, in order; nothing for a whole log.

    After a gap the count goes on from the number found, so that one missing entry is one fault.
    """
    expected = 1
    for sealed in entries:
        yield from _faults(sealed, device, expected)
        expected = _next(sealed, device, expected)


def _next(sealed: SealedEntry, device: str, expected: int) -> int:
    """Which number comes next. An entry that cannot be read, or is another device's, fills its place."""
    try:
        found = sealed.ref
    except MalformedError:
        return expected + 1
    if found.device != device:
        return expected + 1
    return max(expected, found.seq + 1)


def _faults(sealed: SealedEntry, device: str, expected: int) -> Iterator[LogFault]:
    try:
        found = sealed.ref
    except MalformedError as error:
        yield LogFault(expected, error.zh, error.en)
        return
    if found.device != device:
        yield LogFault(
            expected, f"属于另一台设备 {found.device}", f"belongs to another device, {found.device}"
        )
    elif found.seq > expected:
        yield _missing(expected, found.seq - 1)
    elif found.seq < expected:
        yield LogFault(found.seq, "编号重复或次序颠倒", "the number is repeated or out of order")
    try:
        unseal(sealed)
    except MalformedError as error:
        yield LogFault(found.seq, error.zh, error.en)


def _missing(first: int, last: int) -> LogFault:
    if first == last:
        return LogFault(first, f"缺少第 {first} 条", f"entry {first} is missing")
    return LogFault(first, f"缺少第 {first} 至 {last} 条", f"entries {first} to {last} are missing")
