"""Sites: met on patrol, or brought to other facts by the office."""

from collections.abc import Mapping
from typing import Any

from inspector.domain.ids import random_id
from inspector.domain.office import Grid
from inspector.domain.site import Site, fold_site, record_site
from inspector.domain.site_facts import BY_NAME, KINDS, Field, site_id
from inspector.domain.tidy import tidy_line, tidy_text
from inspector.errors import BadInput, NotFound, UsageError
from inspector.registry import cells
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
        BadInput: a value that is not of its fact's type.
        NotFound: no such grid.
    """
    if kind not in KINDS:
        raise UsageError(f"场所类别只能是 {'、'.join(KINDS)}。", f"The kind is one of {', '.join(KINDS)}.")
    known: dict[str, Any] = {"kind": kind}
    known.update(
        {key: tidy_line(text) for key, text in (("name", name), ("address", address)) if text.strip()}
    )
    for key, value in (facts or {}).items():
        known[key] = _fact(_field(key), value)
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


def set_facts(store: Store, site: Site, facts: Mapping[str, Any], *, actor: str = "") -> None:
    """Record other facts of a site; an empty value takes a fact back. A disagreement of two people ends with it.

    Raises:
        UsageError: an unknown fact.
        BadInput: a value that is not of its fact's type.
        NotFound: no such grid.
    """
    known: dict[str, Any] = {}
    for key, value in facts.items():
        empty = isinstance(value, str) and not value.strip()
        known[key] = None if empty else _fact(_field(key), value)
    if known.get("grid_name"):
        known["grid"] = lookup.grid(store, known["grid_name"])
        known["grid_name"] = _grid_name(queries.grids(store.connection), known["grid"])
    store.decide(
        lambda view: record_site(
            fold_site(view.entries(site.id))[1], aggregate=site.id, facts=known, origin="patrol"
        ),
        actor=actor,
    )


def _field(name: str) -> Field:
    """The fact of that name, if people may set it.

    Raises:
        UsageError: there is none.
    """
    open_names = [key for key in BY_NAME if key not in ("kind", "source_place")]
    if name not in open_names:
        names = "、".join(open_names)
        raise UsageError(
            f"没有“{name}”这一事实。",
            f"There is no fact {name!r}.",
            hint=(f"可用：{names}", f"Known: {names}"),
        )
    return BY_NAME[name]


def _fact(field: Field, value: Any) -> Any:
    """The canonical value of a typed fact."""
    if not isinstance(value, str):
        return value
    if field.type == "text":
        return tidy_line(value)
    found: Any = None
    if field.type == "choice":
        found = value.strip() if value.strip() in field.choices else None
    elif field.type == "count":
        count = cells.count_text(value)
        found = count[0] if count else None
    elif field.type == "bool":
        found = cells.yes_no(value)
    elif field.type == "date":
        found = cells.date_text(value) or None
    if found is None:
        allowed = "、".join(field.choices)
        raise BadInput(
            f"{field.zh}不能是“{value}”。", f"{field.en} cannot be {value!r}.",
            hint=(f"可用：{allowed}", f"One of: {allowed}") if allowed else ("", ""), code="site.fact",
        )  # fmt: skip
    return found


def _grid_name(grids: list[Grid], wanted: str) -> str:
    return next((grid.name for grid in grids if grid.id == wanted), "")
