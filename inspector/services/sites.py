"""Sites: met on patrol, or brought to other facts by the office."""

from collections.abc import Mapping
from typing import Any

from inspector.domain.ids import random_id
from inspector.domain.office import Grid
from inspector.domain.site import Site, fold_site, record_site
from inspector.domain.site_facts import BY_NAME, KINDS, site_id
from inspector.domain.tidy import tidy_line, tidy_text
from inspector.errors import NotFound, UsageError
from inspector.services import lookup
from inspector.store import queries
from inspector.store.workspace import Store


def add_site(
    store: Store,
    *,
    name: str = "",
    address: str = "",
    kind: str = "training",
    grid: str = "",
    found: str = "",
    facts: Mapping[str, Any] | None = None,
    actor: str = "",
) -> Site:
    """Create a site that is in no registry. With the same name and address it is the same site as before.

    Args:
        found: how it was found, in the officer's words.
        facts: more facts by the names of `site_facts.FIELDS`.

    Raises:
        Refusal: neither a name nor an address.
        UsageError: an unknown kind or fact.
        NotFound: no such grid.
    """
    if kind not in KINDS:
        raise UsageError(f"场所类别只能是 {'、'.join(KINDS)}。", f"The kind is one of {', '.join(KINDS)}.")
    known: dict[str, Any] = {"kind": kind}
    known.update(
        {key: tidy_line(text) for key, text in (("name", name), ("address", address)) if text.strip()}
    )
    for key, value in (facts or {}).items():
        if key not in BY_NAME:
            raise UsageError(f"没有“{key}”这一事实。", f"There is no fact {key!r}.")
        known[key] = tidy_line(value) if isinstance(value, str) else value
    if grid:
        known["grid"] = lookup.grid(store, grid)
        known["grid_name"] = _grid_name(queries.grids(store.connection), known["grid"])
    has_identity = known.get("name") or known.get("address")
    aggregate = site_id(known) if has_identity else random_id("s", store.clock.random(8))
    store.decide(
        lambda view: record_site(
            fold_site(view.entries(aggregate))[1],
            aggregate=aggregate,
            facts=known,
            origin="patrol",
            note=tidy_text(found),
        ),
        actor=actor,
    )
    site, _ = fold_site(store.entries(aggregate))
    if site is None:
        raise NotFound(f"没有找到点位“{aggregate}”。", f"No site {aggregate!r}.")
    return site


def _grid_name(grids: list[Grid], wanted: str) -> str:
    return next((grid.name for grid in grids if grid.id == wanted), "")
