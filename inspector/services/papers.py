"""Papers (文书) from their issue on: numbered, served, voided. Each is one transaction; two windows never give one number."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from inspector.domain import paper as papers_of
from inspector.domain.entries import Draft, Entry, Ref
from inspector.domain.ids import random_id
from inspector.domain.numbers import Series, provisional
from inspector.domain.paper import DATA_BYTES_MAX, Paper, Wish, fold_paper
from inspector.domain.registers import Registers
from inspector.domain.service import SERVICE_FIELDS, Service
from inspector.domain.tidy import tidy_line, tidy_text
from inspector.errors import BadInput, NotFound
from inspector.journal.canonical import MAX_DEPTH, MAX_INT, MalformedError, encode
from inspector.services import lookup, numbering
from inspector.store import paper_queries, queries
from inspector.store.paper_queries import PaperRow
from inspector.store.workspace import Store, View

Also = Callable[[View, Paper], Sequence[Draft]]
"""What else is recorded in the same transaction, by the paper as it then is."""
_ID_MAX = 80


def issue(
    store: Store,
    *,
    kind: str,
    word: str,
    authority: str,
    site: str,
    items: Sequence[str] = (),
    inspection: str = "",
    data: Mapping[str, Any],
    due: str = "",
    template_sha256: str = "",
    actor: str = "",
    also: Also | None = None,
) -> Paper:
    """Issue a paper: with the next free number of this laptop, or a provisional one where there is none.

    Args:
        kind: the code of a kind of paper; `word` is what stands for it in the number (责改).
        authority: the department whose paper it is, as a code or a name.
        site: its id; the paper belongs to the site's grid.
        items: ids of what it is about.
        data: everything that is printed but the number, at most `DATA_BYTES_MAX` bytes. No floats.
        due: the last day of what it asks for, or empty.
        actor: the officer who issues it.

    Raises:
        NotFound: no such site.
        Refusal: nobody recorded the authority; or whatever `also` raises.
        UsageError: no such department.
        BadInput: something of it is not of its form, or is too large.
    """
    where = lookup.site(store, site)
    code = numbering.department(authority)
    _check_data(data)
    if any(not item or len(item) > _ID_MAX for item in items):
        raise BadInput("文书的事项编号不对。", "An item of the paper is no id.", code="paper.items")
    wish = Wish(
        kind=kind, authority=code, word=tidy_line(word), site=where.id, items=items, inspection=inspection, data=data,
        due=due, template_sha256=template_sha256,
    )  # fmt: skip
    name = random_id("n", store.clock.random(8))
    series = Series(code, int(store.today()[:4]), kind)

    def decide(view: View) -> list[Draft]:
        prefix = numbering.authority(view, code).prefix
        number = next(iter(numbering.next_numbers(store, view, series)), 0)
        count = paper_queries.provisional_count(view.connection, series, store.device) + 1
        drafts = papers_of.issue_paper(
            wish, paper=name, scope=where.scope, year=series.year, prefix=prefix, number=number,
            waiting=provisional(store.device, count),
        )  # fmt: skip
        return _with(store, view, drafts, also, actor)

    store.decide(decide, actor=actor)
    return _read(store.entries(name), name)[0]


def serve(store: Store, paper: str, service: Service, *, actor: str = "", also: Also | None = None) -> Paper:
    """Record that a paper was served.

    Raises:
        NotFound: no such paper.
        BadInput: what its method needs is not said, or its day cannot be.
        Refusal: it was voided, or was served otherwise already; or whatever `also` raises.
    """
    return _change(
        store,
        paper,
        lambda known: papers_of.serve_paper(known, _tidy(service), today=store.today()),
        actor=actor,
        also=also,
    )


def correct(
    store: Store, paper: str, service: Service, *, reason: str, actor: str = "", also: Also | None = None
) -> Paper:
    """Put right how a paper was served, or settle two laptops' records of it.

    Raises:
        NotFound, BadInput: as `serve`.
        Refusal: it was voided or not served yet, or the reason says nothing.
    """
    return _change(
        store,
        paper,
        lambda known: papers_of.correct_service(
            known, _tidy(service), reason=tidy_text(reason), today=store.today()
        ),
        actor=actor,
        also=also,
    )


def void(
    store: Store, paper: str, *, reason: str, override: str = "", actor: str = "", also: Also | None = None
) -> Paper:
    """Void a paper; its number is kept. One that was served needs a reason for that, too (`override`).

    Raises:
        NotFound: no such paper.
        Refusal: a reason says nothing, or it was served and there is none for that.
    """
    return _change(
        store,
        paper,
        lambda known: papers_of.void_paper(known, reason=tidy_text(reason), override=tidy_text(override)),
        actor=actor,
        also=also,
    )


def assign_numbers(store: Store) -> list[Paper]:
    """Give this laptop's papers with provisional numbers their own, in the order of their issue, as far as there are any."""
    if not paper_queries.waiting(store.connection, store.device):
        return []
    done: list[str] = []

    def decide(view: View) -> list[Draft]:
        drafts: list[Draft] = []
        waiting = paper_queries.waiting(view.connection, store.device)
        free: dict[Series, list[int]] = {}
        for one in waiting:
            if one.series not in free:
                free[one.series] = numbering.next_numbers(store, view, one.series, len(waiting))
            if free[one.series]:
                known = _read(view.entries(one.id), one.id)
                given = papers_of.number_paper(known, free[one.series][0])
                if given:
                    free[one.series].pop(0)
                    done.append(one.id)
                drafts += given
        return drafts

    store.decide(decide)
    return [_read(store.entries(name), name)[0] for name in done]


def paper(store: Store, text: str) -> Paper:
    """The paper with that id, start of an id or number as it is printed, also its provisional one.

    Raises:
        NotFound: none, or more than one.
    """
    name = _id(store, text)
    return _read(store.entries(name), name)[0]


def papers(store: Store, **filters: Any) -> list[PaperRow]:
    """Papers, newest first, by the conditions of `paper_queries.papers`."""
    return paper_queries.papers(store.connection, **filters)


def row(store: Store, paper: str) -> PaperRow:
    """A paper's line of the list, with what only other papers show: that its number is another's.

    Raises:
        NotFound: no such paper.
    """
    return papers(store, paper=_id(store, paper))[0]


def _id(store: Store, text: str) -> str:
    wanted = "".join(text.split())
    return lookup.one(
        "paper",
        text,
        queries.ids_like(store.connection, "paper", wanted)
        or paper_queries.ids_numbered(store.connection, wanted),
    )


def _change(
    store: Store,
    paper: str,
    decision: Callable[[tuple[Paper, Registers]], list[Draft]],
    *,
    actor: str,
    also: Also | None,
) -> Paper:
    name = _id(store, paper)
    store.decide(
        lambda view: _with(store, view, decision(_read(view.entries(name), name)), also, actor), actor=actor
    )
    return _read(store.entries(name), name)[0]


def _with(store: Store, view: View, drafts: list[Draft], also: Also | None, actor: str) -> list[Draft]:
    """These drafts, and what goes with them by the paper as they leave it."""
    if not drafts or also is None:
        return drafts
    name, stamp = drafts[0].aggregate, store.clock.stamp()
    new = [
        Entry(
            Ref(store.device, MAX_INT),
            draft.type,
            name,
            draft.scope,
            actor,
            stamp,
            draft.replaces,
            draft.data,
        )
        for draft in drafts
    ]
    after, _ = _read([*view.entries(name), *new], name)
    return [*drafts, *also(view, after)]


def _read(entries: Sequence[Entry], name: str) -> tuple[Paper, Registers]:
    found, registers = fold_paper(entries)
    if found is None:
        raise NotFound(f"没有找到文书“{name}”。", f"No paper {name!r}.", code="paper.unknown")
    return found, registers


def _tidy(service: Service) -> Service:
    values = {name: tidy_line(getattr(service, name)) for name in SERVICE_FIELDS}
    return Service(**{**values, "note": tidy_text(service.note)})


def _check_data(data: Mapping[str, Any]) -> None:
    try:
        # Two levels of the body's depth are taken by the body itself and by the entry's own data.
        size = len(encode(data, max_depth=MAX_DEPTH - 1))
    except MalformedError as error:
        raise BadInput(
            f"文书内容存不下来：{error.zh}。", f"What is printed cannot be kept: {error}.", code="paper.data"
        ) from error  # fmt: skip
    if size > DATA_BYTES_MAX:
        raise BadInput(
            f"文书内容太多（{size} 字节，最多 {DATA_BYTES_MAX}），没有编号。",
            f"Too much is printed ({size} bytes, at most {DATA_BYTES_MAX}); no number was given.",
            hint=("分成几份文书。", "Make several papers of it."),
            code="paper.data",
        )
