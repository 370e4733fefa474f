"""Folding entries into state so that the delivery order never matters.

An entry sets one or more *registers* of its aggregate ("answer/T-LIC-01", "fact/address"). An entry is superseded
for a register when a later author named it in `replaces` and set that register too. What is not superseded are the
register's *heads*: one head is the value; several heads with different values are a conflict, all of them kept.
Superseding depends only on the set of entries, hence the fold is a function of the set, not of an order or a clock.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from inspector.domain.entries import Entry, Ref
from inspector.domain.shapes import well_formed

Setter = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""From an entry's data to the registers it sets."""


@dataclass(frozen=True, slots=True)
class Head:
    """One current value of a register, with the entry that says so."""

    value: Any
    entry: Entry


@dataclass(frozen=True, slots=True)
class Registers:
    """The current values of an aggregate. Every mapping and tuple is in a canonical order."""

    heads: Mapping[str, tuple[Head, ...]]
    entries: int
    withheld: int

    def value(self, key: str, default: Any = None) -> Any:
        """The register's value; with a conflict, the value of the head that sorts first (show `conflict` beside it)."""
        found = self.heads.get(key)
        return found[0].value if found else default

    def head(self, key: str) -> Entry | None:
        """The entry behind `value`."""
        found = self.heads.get(key)
        return found[0].entry if found else None

    def conflict(self, key: str) -> bool:
        """Whether heads of this register disagree."""
        found = self.heads.get(key, ())
        return any(head.value != found[0].value for head in found[1:])

    def conflicts(self) -> tuple[str, ...]:
        """The registers whose heads disagree."""
        return tuple(key for key in self.heads if self.conflict(key))

    def seen(self, *keys: str) -> tuple[Ref, ...]:
        """The entries that an author who sets these registers now has seen: what its entry `replaces`."""
        return tuple(sorted({head.entry.ref for key in keys for head in self.heads.get(key, ())}))

    def replacing(self, *keys: str, seen: Collection[Ref] | None = None, device: str = "") -> tuple[Ref, ...]:
        """What an entry that sets these registers may replace.

        Args:
            seen: the entries that were on the author's screen; None where the author acts on the present state.
            device: the author's own device: what it wrote itself counts as seen.
        """
        present = self.seen(*keys)
        if seen is None:
            return present
        return tuple(ref for ref in present if ref in seen or ref.device == device)

    def under(self, prefix: str) -> dict[str, Any]:
        """The values of all registers below a prefix, by the rest of their names."""
        start = prefix + "/"
        return {
            key[len(start) :]: found[0].value for key, found in self.heads.items() if key.startswith(start)
        }


def fold(entries: Iterable[Entry], vocabulary: Mapping[str, Setter]) -> Registers:
    """The registers of one aggregate from its entries, in any order and with repeats.

    Entries of unknown types and of the wrong shape set nothing; entries with a withheld body only supersede.
    """
    by_ref: dict[Ref, Entry] = {}
    for entry in entries:
        known = by_ref.get(entry.ref)
        if known is None or known.data is None:
            by_ref[entry.ref] = entry
    withheld = 0
    sets: dict[Ref, Mapping[str, Any]] = {}
    for ref, entry in by_ref.items():
        setter = vocabulary.get(entry.type)
        if entry.data is None:
            withheld += 1
        elif setter is not None and well_formed(entry.type, entry.data):
            sets[ref] = setter(entry.data)
    superseded = _superseded(by_ref, sets)
    heads: dict[str, list[Head]] = {}
    for ref in sorted(sets):
        for key, value in sets[ref].items():
            if (ref, key) not in superseded:
                heads.setdefault(key, []).append(Head(value, by_ref[ref]))
    ordered = {key: tuple(heads[key]) for key in sorted(heads)}
    return Registers(heads=ordered, entries=len(by_ref), withheld=withheld)


def _superseded(by_ref: Mapping[Ref, Entry], sets: Mapping[Ref, Mapping[str, Any]]) -> set[tuple[Ref, str]]:
    found = {(target, key) for ref, keys in sets.items() for target in by_ref[ref].replaces for key in keys}
    # What a withheld entry set is not known any more; that it replaced others of its type is.
    for entry in by_ref.values():
        if entry.data is None:
            for target in entry.replaces:
                if target in by_ref and by_ref[target].type == entry.type:
                    found |= {(target, key) for key in sets.get(target, ())}
    return found
