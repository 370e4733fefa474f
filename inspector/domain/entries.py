"""What an entry of the journal says, once its bytes are opened. Pure values; `journal` knows the bytes.

An entry is a fact that somebody recorded: immutable, numbered by its device (`ref`), about one
aggregate (an inspection, a finding, a site …), routed by its scope (a grid, or the whole county).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

COUNTY = "county"
"""The scope of what every device gets: checklists, officers, grids."""

_REF = re.compile(r"([a-z2-7]{16})/([1-9][0-9]{0,15})")


class Ref(NamedTuple):
    """The name of an entry: the device that wrote it and its number there, from 1 without gaps."""

    device: str
    seq: int

    def __str__(self) -> str:
        return f"{self.device}/{self.seq}"

    @classmethod
    def parse(cls, text: str) -> "Ref":
        """Read "device/seq".

        Raises:
            ValueError: the text is not of that form.
        """
        match = _REF.fullmatch(text)
        if match is None:
            raise ValueError(f"not an entry reference: {text!r}")
        return cls(match[1], int(match[2]))


@dataclass(frozen=True, slots=True)
class Stamp:
    """When, as the device knows it. The wall clock may be wrong; boot and monotonic time order within a boot.

    Attributes:
        wall: milliseconds since 1970-01-01 UTC.
        tz: offset of local time from UTC, minutes.
        boot: which run of the machine, 16 hex characters.
        monotonic: milliseconds on a clock that nobody can set.
    """

    wall: int
    tz: int
    boot: str
    monotonic: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A fact to be recorded: what `domain` decides and the store appends.

    `replaces` names the entries whose values the author saw and changes by this one.
    """

    type: str
    aggregate: str
    scope: str
    data: Mapping[str, Any]
    replaces: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A recorded fact. `data` is None where the body is withheld (redaction, retention)."""

    ref: Ref
    type: str
    aggregate: str
    scope: str
    actor: str
    time: Stamp
    replaces: tuple[Ref, ...]
    data: Mapping[str, Any] | None
