"""Reports of a time: which days are meant, and what was kept of reports that were made before."""

from datetime import date

from inspector.domain import reporting
from inspector.domain.entries import Draft
from inspector.domain.figure_report import Report, hash_of
from inspector.domain.periods import OFFERED, period_of
from inspector.errors import Damaged, InspectorError, NotFound, Refusal, UsageError
from inspector.services import figures
from inspector.services.days import read_day
from inspector.services.forms import Forms
from inspector.store.figures import FrozenRow, frozen_reports
from inspector.store.past import past
from inspector.store.workspace import Store, View

DOCUMENT_BYTES_MAX = 240_000
"""An entry's body may have little more."""


def days_of(store: Store, forms: Forms, first: str, last: str) -> tuple[str, str]:
    """The first and the last day of what somebody named.

    Args:
        first: a day, or words such as 上月 when `last` is empty; empty: this month.
        last: a day; empty: today.

    Raises:
        UsageError: neither days nor words that are known.
    """
    today = store.today()
    words = first.strip() or ("本月" if not last else "")
    if not last:
        span = period_of(words, date.fromisoformat(today), forms.calendar())
        if span is not None:
            return span[0].isoformat(), span[1].isoformat()
    if not words:
        raise UsageError("没有写从哪天开始。", "No first day is named.", hint=("加 --from", "Add --from"))
    try:
        return read_day(words), read_day(last) if last else today
    except InspectorError as error:
        raise UsageError(
            f"“{words}”不是日期，也不是认识的期间。" if not last else error.zh,
            f"{words!r} is neither a day nor a time that is known." if not last else error.en,
            hint=("日期写成 2026-11-01；期间可用：" + "、".join(OFFERED) + "，或校历里的名称。",
                  "A day such as 2026-11-01, or: this week, last week, this month, last month, this year, last year."),
            code="report.days",
        ) from None  # fmt: skip


def freeze(store: Store, report: Report, *, actor: str = "") -> str:
    """Keep a report in the journal, word for word; its hash. Once kept it is the same for ever.

    Raises:
        Refusal: it is too long for an entry.
    """
    data = report.to_data()
    document = figures.document(report)
    if len(document) > DOCUMENT_BYTES_MAX:
        raise Refusal(
            f"这份汇报有 {len(document)} 字节，太长，不能冻结。", f"The report has {len(document)} bytes, too many to be kept.",
            hint=("分网格各出一份（--grid）。", "Make one for each grid (--grid)."), code="report.long",
        )  # fmt: skip
    sha256 = hash_of(document)

    def decide(view: View) -> list[Draft]:
        _, known = reporting.fold_report(view.entries(reporting.report_id(sha256)))
        return reporting.freeze(known, sha256=sha256, document=data)

    store.decide(decide, actor=actor)
    return sha256


def kept_reports(store: Store) -> list[FrozenRow]:
    """What was kept, the newest first."""
    return frozen_reports(store.connection)


def kept(store: Store, text: str) -> Report:
    """A kept report, as it was.

    Args:
        text: its hash or its id, or the beginning of one.

    Raises:
        NotFound: none, or more than one.
        Damaged: the document does not have that hash.
    """
    wanted = text.strip().lower()
    found = [
        row
        for row in kept_reports(store)
        if wanted and (row.id.startswith(wanted) or row.sha256.startswith(wanted))
    ]
    if len(found) != 1:
        names = "、".join(row.sha256[:12] for row in found or kept_reports(store)[:8])
        raise NotFound(
            f"没有找到冻结的汇报“{text}”。" if not found else f"“{text}”对应多份冻结的汇报。",
            f"No kept report {text!r}." if not found else f"{text!r} means more than one kept report.",
            hint=(f"现有：{names}" if names else "先用 inspector report --freeze 冻结一份。",
                  f"There are: {names}" if names else "Keep one first: inspector report --freeze."),
            code="report.unknown",
        )  # fmt: skip
    # One by one: whoever writes another document under this name takes nothing away from the one that has its hash.
    for entry in store.entries(found[0].id):
        state, _ = reporting.fold_report([entry])
        report = _document(state) if state is not None else None
        if report is not None:
            return report
    raise _not_itself(found[0].sha256)


def _document(kept: reporting.Kept) -> Report | None:
    """The report of an entry, if that is what its hash and its name say."""
    try:
        report = Report.from_data(kept.document)
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return None
    return (
        report
        if figures.name_of(report) == kept.sha256 and kept.id == reporting.report_id(kept.sha256)
        else None
    )


def _not_itself(sha256: str) -> Damaged:
    return Damaged(
        f"冻结的汇报 {sha256[:12]} 内容与编号不符，不能采用。", f"The kept report {sha256[:12]} is not what its hash says.",
        hint=("可能由别的程序写成；请重新出一份。", "Another program may have written it; make one anew."), code="report.damaged",
    )  # fmt: skip


def today_of(store: Store, forms: Forms, report: Report) -> Report:
    """The same days and grid, counted over what is known now."""
    return figures.compute(store, forms, report.first, report.last, grid=report.grid)


def recounted(store: Store, report: Report) -> bool:
    """Whether counting anew over the journal of that time gives the same figures.

    What is no entry counts as it is now: the program's own parameters, and which centre's texts are taken.

    Raises:
        Refusal: entries of that time are no longer here.
    """
    with past(store, report.heads) as then:
        found = figures.compute(then, Forms(then), report.first, report.last, grid=report.grid)
    return found.values == report.values
