"""Whose cosignatures are enough: a C2SP tlog-policy, read and applied."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from inspector.journal.canonical import MalformedError
from inspector.journal.note import COSIGNATURE_V1, ED25519, VerifierKey, parse_vkey

_NONE = "none"
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_COUNT = re.compile("[1-9][0-9]{0,5}")


@dataclass(frozen=True, slots=True)
class Group:
    """Content if `need` of its members, witnesses or groups above it, are."""

    need: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy: known logs, witnesses by name, groups in the order of their lines, and which of both is to be content."""

    logs: tuple[VerifierKey, ...]
    witnesses: Mapping[str, VerifierKey]
    groups: Mapping[str, Group]
    quorum: str

    def content(self, cosigned: Collection[str]) -> set[str]:
        """Which witnesses and groups are content, given the names of the witnesses that cosigned."""
        holds = set(cosigned) & self.witnesses.keys()
        for name, group in self.groups.items():
            if sum(member in holds for member in group.members) >= group.need:
                holds.add(name)
        return holds

    def is_met(self, cosigned: Collection[str]) -> bool:
        """Whether they are enough; never where the policy asks for nobody."""
        return self.quorum in self.content(cosigned)


def parse_policy(text: str) -> Policy:
    """The policy that a text states.

    Raises:
        MalformedError: it states none.
    """
    if not text.endswith("\n") or _FORBIDDEN.search(text) is not None:
        raise _malformed()
    reader = _Reader()
    for line in text[:-1].split("\n"):
        words = [word for word in re.split(r"[ \t]", line) if word]
        if words and not words[0].startswith("#"):
            reader.take(words[0], words[1:])
    if not reader.quorum:
        raise _malformed()
    return Policy(tuple(reader.logs), reader.witnesses, reader.groups, reader.quorum)


class _Reader:
    """Takes a policy line by line."""

    def __init__(self) -> None:
        self.logs: list[VerifierKey] = []
        self.witnesses: dict[str, VerifierKey] = {}
        self.groups: dict[str, Group] = {}
        self.quorum = ""
        self._members: set[str] = set()
        self._keys: set[tuple[int, bytes]] = set()

    def take(self, kind: str, words: Sequence[str]) -> None:
        if kind == "log" and len(words) in {1, 2}:
            self._log(words[0])
        elif kind == "witness" and len(words) in {2, 3}:
            self._witness(words[0], words[1])
        elif kind == "group" and len(words) >= 3:
            self._group(words[0], words[1], words[2:])
        elif kind == "quorum" and len(words) == 1 and not self.quorum:
            if words[0] != _NONE and not self._knows(words[0]):
                raise _malformed()
            self.quorum = words[0]
        else:
            raise _malformed()

    def _log(self, text: str) -> None:
        vkey = parse_vkey(text)
        if vkey.kind != ED25519 or (vkey.kind, vkey.public) in self._keys:
            raise _malformed()
        self._keys.add((vkey.kind, vkey.public))
        self.logs.append(vkey)

    def _witness(self, name: str, text: str) -> None:
        vkey = parse_vkey(text)
        if vkey.kind != COSIGNATURE_V1 or (vkey.kind, vkey.public) in self._keys:
            raise _malformed()
        self._keys.add((vkey.kind, vkey.public))
        self._new(name)
        self.witnesses[name] = vkey

    def _group(self, name: str, threshold: str, members: Sequence[str]) -> None:
        self._new(name)
        written = {"any": "1", "all": str(len(members))}.get(threshold, threshold)
        if _COUNT.fullmatch(written) is None or int(written) > len(members):
            raise _malformed()
        for member in members:
            if not self._knows(member) or member in self._members:
                raise _malformed()
            self._members.add(member)
        self.groups[name] = Group(int(written), tuple(members))

    def _knows(self, name: str) -> bool:
        return name in self.witnesses or name in self.groups

    def _new(self, name: str) -> None:
        if name == _NONE or self._knows(name):
            raise _malformed()


def _malformed() -> MalformedError:
    return MalformedError("不是见证规则", "not a policy")
