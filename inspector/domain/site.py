"""A site: a training site or a campus, one file for each (一机构一档). Its facts come from registries and from patrols."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from inspector.domain.entries import Draft, Entry
from inspector.domain.registers import Registers, Setter, fold
from inspector.domain.shapes import well_formed
from inspector.errors import Refusal

FACT = "fact"


def _facts(data: Mapping[str, Any]) -> Mapping[str, Any]:
    return {f"{FACT}/{name}": value for name, value in data["facts"].items()}


VOCABULARY: dict[str, Setter] = {"site.recorded": _facts}


@dataclass(frozen=True, slots=True)
class Site:
    """What is known of a site. `scope` is its grid's id, or "county" where the grid is not known.

    Attributes:
        facts: fields of `site_facts.FIELDS` that are known.
        conflicts: fields that two authors changed without knowing of each other.
    """

    id: str
    scope: str
    facts: Mapping[str, Any]
    conflicts: tuple[str, ...]
    origin: str

    @property
    def kind(self) -> str:
        """ "training" or "campus"."""
        return str(self.facts.get("kind", "training"))

    @property
    def name(self) -> str:
        """The name, or the address of a place without one."""
        return str(self.facts.get("name") or self.facts.get("address") or self.id)


def fold_site(entries: Iterable[Entry]) -> tuple[Site | None, Registers]:
    """A site from its entries; None without any."""
    entries = list(entries)
    registers = fold(entries, VOCABULARY)
    if not registers.heads:
        return None, registers
    facts = {name: value for name, value in registers.under(FACT).items() if value is not None}
    prefix = len(FACT) + 1
    first = min(
        (entry for entry in entries if entry.data is not None and well_formed(entry.type, entry.data)),
        key=lambda entry: entry.ref,
    )
    site = Site(
        id=first.aggregate,
        scope=str(facts.get("grid") or "county"),
        facts=facts,
        conflicts=tuple(key[prefix:] for key in registers.conflicts()),
        origin=str((first.data or {}).get("origin", "registry")),
    )
    return site, registers


def record_site(
    known: Registers, *, aggregate: str, facts: Mapping[str, Any], origin: str, note: str = ""
) -> list[Draft]:
    """Record facts of a site; only those that differ from what is known, none where nothing differs.

    Args:
        known: the site's registers; empty for a new site.
        aggregate: the site's id.
        facts: field -> value; None takes a fact back.
        origin: "registry" or "patrol".
        note: where it was read, or how the site was found.

    Raises:
        Refusal: a new site without a name and without an address.
    """
    if not known.heads and not (facts.get("name") or facts.get("address")):
        raise Refusal(
            "新点位至少要有名称或地址。", "A new site needs a name or an address.",
            hint=("没有招牌的场所请填写地址和发现方式。", "For a place without a sign, give its address."),
            code="site.name_or_address",
        )  # fmt: skip
    changed: dict[str, Any] = {}
    for name, value in facts.items():
        key = f"{FACT}/{name}"
        if known.value(key) != value or known.conflict(key):
            changed[name] = value
    if not changed:
        return []
    data: dict[str, Any] = {"facts": changed, "origin": origin}
    if note:
        data["note"] = note
    scope = str(changed.get("grid") or known.value(f"{FACT}/grid") or "county")
    return [
        Draft("site.recorded", aggregate, scope, data, known.seen(*(f"{FACT}/{name}" for name in changed)))
    ]
