"""Numbers of papers on this laptop: which are free, which are noted by hand, which the centre is asked for."""

from collections import Counter
from dataclasses import dataclass
from itertools import islice

from inspector.domain.authority import Authority, authority_id, fold_authority, record_authority
from inspector.domain.checklist import DEPARTMENTS
from inspector.domain.departments import department_code
from inspector.domain.entries import Draft
from inspector.domain.numbers import (
    KIND,
    Series,
    counting,
    fold_leases,
    free_numbers,
    note_block,
    series_id,
)
from inspector.domain.tidy import tidy_line
from inspector.errors import BadInput, Refusal, UsageError
from inspector.services.forms import is_enrolled, office_devices
from inspector.store import paper_queries
from inspector.store.workspace import Store, View

LOW = 5
"""With fewer free numbers of a series the centre is asked for more."""
_CHOSEN = "number_series"
"""Setting: "authority:kind" of the papers that this laptop wants numbers of before it has issued any (JSON list)."""


@dataclass(frozen=True, slots=True)
class LeaseRow:
    """A lease, and what it is worth here.

    Attributes:
        mine: this laptop gives numbers from it.
        counts: whoever said so leases numbers here: the centre, or this laptop while it has none.
        free: how many of its numbers no paper has.
        overlaps: another laptop has a part of it too.
    """

    authority: str
    year: int
    kind: str
    first: int
    last: int
    device: str
    mine: bool
    counts: bool
    free: int
    overlaps: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """A series that runs out, the last number leased to this laptop, and the last leased to anybody."""

    series: Series
    known: int
    highest: int


def department(text: str) -> str:
    """The code of DEPARTMENTS that is meant.

    Raises:
        UsageError: none.
    """
    code = department_code(text)
    if not code:
        raise UsageError(
            f"不认识的部门“{text}”。", f"Unknown department {text!r}.",
            hint=("可用：" + "、".join(DEPARTMENTS), "One of: " + ", ".join(DEPARTMENTS)), code="authority.department",
        )  # fmt: skip
    return code


def set_authority(store: Store, text: str, **fields: str) -> Authority:
    """Record an authority, or bring a known one to these fields; an empty field leaves what is known.

    Args:
        text: the department, as a code or a name.
        fields: of `authority.AUTHORITY_FIELDS`.

    Raises:
        UsageError: no such department.
        Refusal: no name or prefix, or the centre recorded it, which then keeps it.
    """
    code = department(text)
    wanted = {
        "department": code,
        **{name: tidy_line(value) for name, value in fields.items() if value.strip()},
    }

    def decide(view: View) -> list[Draft]:
        entries = view.entries(authority_id(code))
        drafts = record_authority(fold_authority(entries)[1], wanted)
        centre = office_devices(store) if is_enrolled(store) else ()
        if drafts and any(entry.ref.device in centre for entry in entries):
            raise Refusal(
                "这个机关由中心登记，本机不能改；没有改动任何内容。",
                "The centre recorded this authority, which this laptop cannot change; nothing was changed.",
                hint=("请办公室在中心运行 inspector central publish --authorities 文件。",
                      "Have the office run inspector central publish --authorities FILE at the centre."),
                code="authority.centre",
            )  # fmt: skip
        return drafts

    store.decide(decide)
    return authority(View(store.connection), code)


def authorities(store: Store) -> list[Authority]:
    """Every authority."""
    return paper_queries.authorities(store.connection)


def authority(view: View, code: str) -> Authority:
    """The authority of a department.

    Raises:
        Refusal: nobody recorded it.
    """
    found = fold_authority(view.entries(authority_id(code)))[0]
    if found is None:
        word = DEPARTMENTS[code].zh if code in DEPARTMENTS else code
        raise Refusal(
            f"还没有登记{word}部门的机关名称和机关代字，不能编文号。",
            f"The authority of {code!r} is not recorded, so there is no number.",
            hint=("用 inspector authority set 登记，或请中心发布机关表。",
                  "Record it with inspector authority set, or have the centre publish it."),
            code="authority.unknown",
        )  # fmt: skip
    return found


def next_numbers(store: Store, view: View, series: Series, count: int = 1) -> list[int]:
    """The next numbers that this laptop may give in a transaction; fewer where it runs out."""
    mine = counting(
        paper_queries.leases(view.connection, series), device=store.device, authors=office_devices(store)
    )
    return list(islice(free_numbers(mine, paper_queries.used_numbers(view.connection, series)), count))


def leases(store: Store) -> list[LeaseRow]:
    """Every lease that is known here, by series and number."""
    known = paper_queries.leases(store.connection)
    authors, used = office_devices(store), {}
    rows = []
    for lease in known:
        if lease.series not in used:
            used[lease.series] = paper_queries.used_numbers(store.connection, lease.series)
        counts = lease.said.device in authors
        rows.append(
            LeaseRow(
                **lease.series._asdict(),
                first=lease.first,
                last=lease.last,
                device=lease.device,
                mine=counts and lease.device == store.device,
                counts=counts,
                free=sum(1 for _ in free_numbers([lease], used[lease.series])),
                overlaps=any(lease.overlaps(other) for other in known),
            )
        )
    return rows


def note_numbers(store: Store, series: Series, *, first: int, last: int) -> None:
    """Note a block of numbers that this laptop may give, in an office without a centre.

    Raises:
        Refusal: the laptop has a centre, which leases numbers; or the block cannot be.
        BadInput: a kind that is no code, or no year.
    """
    if is_enrolled(store):
        raise Refusal(
            "本机已加入中心，文号由中心分配；没有改动。", "This laptop has a centre, which leases numbers; nothing was changed.",
            hint=("同步时自动领取；要预领用 inspector notice numbers want。",
                  "A sync fetches them; ask beforehand with inspector notice numbers want."),
            code="numbers.centre",
        )  # fmt: skip
    _check(series)
    store.decide(
        lambda view: note_block(
            fold_leases(view.entries(series_id(series))),
            device=store.device,
            series=series,
            first=first,
            last=last,
        )
    )


def want_numbers(store: Store, authority: str, kind: str) -> list[str]:
    """Have the coming syncs fetch numbers of these papers before the first is issued; all that are wanted so.

    Raises:
        BadInput: a kind that is no code.
    """
    _check(Series(authority, 2000, kind))
    chosen: list[str] = store.json_setting(_CHOSEN) or []
    together = sorted({*chosen, f"{authority}:{kind}"})
    store.set_settings(**{_CHOSEN: together})
    return together


def _check(series: Series) -> None:
    if KIND.fullmatch(series.kind) is None:
        raise BadInput(
            f"“{series.kind}”不是文书种类的代码。", f"{series.kind!r} is no code of a kind of paper.", code="paper.kind"
        )  # fmt: skip
    if not 1900 <= series.year <= 2100:
        raise BadInput(f"{series.year} 不是年份。", f"{series.year} is no year.", code="numbers.year")


def wanted(store: Store) -> list[Wanted]:
    """The series of which the centre is to lease more to this laptop.

    It looks at what this laptop issues, at what it was told to have ready (`want_numbers`), and at the kinds of its own
    department's papers that are known here; and at every paper that waits for its number.
    """
    if not is_enrolled(store):
        return []
    connection, year = store.connection, int(store.today()[:4])
    own = department_code(store.setting("department") or "")
    pairs = paper_queries.kinds_used(connection, store.device)
    pairs |= {(own, kind) for _, kind in paper_queries.kinds_used(connection) if own}
    for chosen in store.json_setting(_CHOSEN) or []:
        pairs.add(tuple(chosen.split(":", 1)))
    recorded = {known.department for known in paper_queries.authorities(connection)}
    waiting = Counter(paper.series for paper in paper_queries.waiting(connection, store.device))
    series = {Series(code, year, kind) for code, kind in pairs} | set(waiting)
    return [
        _wanted(store, one)
        for one in sorted(series)
        if one.authority in recorded
        and len(next_numbers(store, View(connection), one, LOW + waiting[one])) < LOW + waiting[one]
    ]


def _wanted(store: Store, series: Series) -> Wanted:
    authors = office_devices(store)
    given = paper_queries.leases(store.connection, series)
    mine = counting(given, device=store.device, authors=authors)
    return Wanted(
        series,
        known=max((lease.last for lease in mine), default=0),
        highest=max((lease.last for lease in given if lease.said.device in authors), default=0),
    )


def read_series(authority: str, year: int, kind: str) -> Series:
    """A series from what somebody typed.

    Raises:
        UsageError: no such department.
    """
    return Series(department(authority), year, kind.strip())
