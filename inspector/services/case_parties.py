"""Whom a case file is about: one party, or each of several where inspections of several sites are in one file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inspector.domain.paper import ISSUED
from inspector.services import lookup
from inspector.services.cases import Case
from inspector.store.workspace import Store


@dataclass(frozen=True, slots=True)
class Party:
    """A site as documents name it; empty texts where nothing is on file."""

    site: str
    name: str
    code: str
    address: str


def parties(store: Store, case: Case) -> tuple[Party, ...]:
    """Those of the case file, in the order of its inspections; the site that was asked for first."""
    ids = [*([case.site.id] if case.site else []), *(state.site for state in case.inspections)]
    return tuple(_party(store, case, site) for site in dict.fromkeys(ids))


def joined(found: tuple[Party, ...], name: str, lacking: str) -> str:
    """One member of all parties in one line."""
    return "；".join(dict.fromkeys(str(getattr(one, name)) for one in found if getattr(one, name))) or lacking


def _party(store: Store, case: Case, site: str) -> Party:
    """By the site's file; of a place without a name, by the first paper about it that names somebody."""
    facts: Mapping[str, Any] = lookup.site(store, site).facts
    issued = (
        entry.data["data"].get("party")
        for entry in case.entries
        if entry.type == ISSUED and entry.data is not None and entry.data.get("site") == site
    )
    named = (str(party.get("name") or "") for party in issued if isinstance(party, Mapping))
    name = str(facts.get("name") or "") or next((name for name in named if name), "")
    return Party(site, name, str(facts.get("credit_code") or ""), str(facts.get("address") or ""))
