"""Finding the one thing that somebody means by an id, the start of an id, a name or a number."""

from collections.abc import Iterable

from inspector.domain.entries import Entry
from inspector.domain.inspection import Inspection, fold_inspection
from inspector.domain.office import Officer
from inspector.domain.registers import Registers
from inspector.domain.site import Site, fold_site
from inspector.errors import NotFound
from inspector.store import queries
from inspector.store.workspace import Store

_KINDS = {
    "site": ("点位", "site", "inspector site list"),
    "inspection": ("检查", "inspection", "inspector inspect list"),
    "finding": ("问题", "finding", "inspector finding list"),
    "officer": ("人员", "officer", "inspector officer list"),
    "grid": ("网格", "grid", "inspector grid list"),
    "paper": ("文书", "paper", "inspector notice list"),
    "tip": ("线索", "tip", "inspector tip list"),
    "plan": ("计划", "plan", "inspector patrol list"),
    "activity": ("活动", "activity", "inspector activity list"),
    "task": ("任务", "task", "inspector task list"),
}


def one(kind: str, text: str, found: list[str]) -> str:
    """The one id among those that `text` may mean.

    Raises:
        NotFound: none, or more than one.
    """
    zh, en, command = _KINDS[kind]
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFound(
            f"没有找到{zh}“{text}”。", f"No {en} {text!r}.", hint=(f"用 {command} 查看。", f"See {command}."),
            code=f"{kind}.unknown",
        )  # fmt: skip
    names = "、".join(found[:8])
    raise NotFound(
        f"“{text}”对应多个{zh}。", f"{text!r} means more than one {en}.",
        hint=(f"请写全编号：{names}", f"Write the whole id: {names}"), code=f"{kind}.ambiguous",
    )  # fmt: skip


def site(store: Store, text: str) -> Site:
    """The site with that id, start of an id, name or credit code.

    Raises:
        NotFound: none, or more than one.
    """
    name = one("site", text, queries.site_ids_like(store.connection, text.strip()))
    found, _ = fold_site(store.entries(name))
    if found is None:
        raise NotFound(f"没有找到点位“{text}”。", f"No site {text!r}.", code="site.unknown")
    return found


def inspection(store: Store, text: str) -> Inspection:
    """The inspection with that id or start of an id.

    Raises:
        NotFound: none, or more than one.
    """
    name = one("inspection", text, queries.ids_like(store.connection, "inspection", text.strip()))
    return folded(store.entries(name), name)[0]


def folded(entries: Iterable[Entry], name: str) -> tuple[Inspection, Registers]:
    """An inspection from its entries, those of a transaction too.

    Raises:
        NotFound: its start is not among them.
    """
    found, registers = fold_inspection(entries)
    if found is None:
        raise NotFound(f"没有找到检查“{name}”。", f"No inspection {name!r}.", code="inspection.unknown")
    return found, registers


def finding(store: Store, text: str) -> str:
    """The id of the finding with that id or start of an id.

    Raises:
        NotFound: none, or more than one.
    """
    return one("finding", text, queries.ids_like(store.connection, "finding", text.strip()))


def officer(store: Store, text: str) -> Officer:
    """The person with that id, certificate number or name.

    Raises:
        NotFound: none, or more than one.
    """
    wanted = text.strip()
    people = queries.officers(store.connection)
    for found in (
        [person for person in people if wanted in (person.id, person.certificate)],
        [person for person in people if person.name == wanted],
        [person for person in people if len(wanted) >= 4 and person.id.startswith(wanted)],
    ):
        if found:
            name = one("officer", text, [person.id for person in found])
            return next(person for person in found if person.id == name)
    one("officer", text, [])
    raise AssertionError


def officers(store: Store, ids: tuple[str, ...]) -> list[Officer]:
    """The people with these ids, in that order; ids that are not known here are left out."""
    known = {person.id: person for person in queries.officers(store.connection)}
    return [known[name] for name in ids if name in known]


def grid(store: Store, text: str) -> str:
    """The id of the grid with that id, code or name.

    Raises:
        NotFound: none, or more than one.
    """
    wanted = text.strip()
    grids = queries.grids(store.connection)
    found = [grid.id for grid in grids if wanted in (grid.id, grid.code, grid.name)]
    return one("grid", text, found)
