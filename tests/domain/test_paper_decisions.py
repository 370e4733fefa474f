"""The life of a paper as decisions: issued, numbered once, served as the law wants it, voided with its number kept."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from inspector.domain.authority import AUTHORITY_FIELDS, fold_authority, record_authority
from inspector.domain.entries import Draft, Entry, Ref, Stamp
from inspector.domain.paper import (
    Paper,
    Wish,
    correct_service,
    fold_paper,
    issue_paper,
    number_paper,
    serve_paper,
    void_paper,
)
from inspector.domain.registers import Registers
from inspector.domain.service import Service
from inspector.errors import BadInput, InspectorError, Refusal

ISSUED = 1_790_000_000_000
TODAY = "2026-09-25"
"""Four days after the paper."""
WISH = Wish(
    kind="order_to_correct", authority="education", word="责改", site="s-1", items=("f-1", "f-2", "f-1")
)
HANDED = Service("personal", "2026-09-22", "样例负责人", "负责人")


def written(drafts: Sequence[Draft], device: str = "a", start: int = 1) -> list[Entry]:
    """Drafts as a laptop's entries."""
    return [
        Entry(Ref(device * 16, start + index), draft.type, draft.aggregate, draft.scope, "o-1",
              Stamp(ISSUED, 480, "0" * 16, start + index), draft.replaces, draft.data)
        for index, draft in enumerate(drafts)
    ]  # fmt: skip


def issued(number: int = 7, waiting: str = "") -> list[Entry]:
    return written(
        issue_paper(
            WISH, paper="n-1", scope="g-1", year=2026, prefix="样教体", number=number, waiting=waiting
        )
    )


def known(entries: Sequence[Entry]) -> tuple[Paper, Registers]:
    paper, registers = fold_paper(entries)
    assert paper is not None
    return paper, registers


def code_of(error: pytest.ExceptionInfo[InspectorError]) -> str:
    return error.value.code


def test_a_paper_is_what_was_issued() -> None:
    """Number, site and items are as given, each item once; the day is the county's."""
    paper, _ = known(issued())
    assert (paper.shown, paper.status, paper.issued_on, paper.serve_by) == (
        "样教体责改〔2026〕7号", "issued", "2026-09-21", "2026-09-28",
    )  # fmt: skip
    assert paper.items == ("f-1", "f-2")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"kind": "责改"}, "paper.kind"),
        ({"word": " "}, "paper.word"),
        ({"due": "明天"}, "date"),
        ({"items": [f"f-{number}" for number in range(501)]}, "paper.items"),
    ],
)
def test_what_is_no_paper_is_refused(wrong: dict[str, Any], code: str) -> None:
    """Each mistake by its name."""
    with pytest.raises(BadInput) as caught:
        issue_paper(replace(WISH, **wrong), paper="n-1", scope="g-1", year=2026, prefix="样", number=1)
    assert code_of(caught) == code


def test_a_provisional_number_is_replaced_once() -> None:
    """Both stay traceable; a paper with a number, or one that was voided, gets none."""
    entries = issued(0, "临-aaaa-1")
    assert known(entries)[0].shown == "样教体责改〔2026〕临-aaaa-1号（临时编号）"
    after = [*entries, *written(number_paper(known(entries), 9), start=2)]
    paper, _ = known(after)
    assert (paper.number, paper.provisional, [number for number, _ in paper.given]) == (9, "临-aaaa-1", [9])
    assert number_paper(known(after), 10) == []
    voided = [*entries, *written(void_paper(known(entries), reason="填写错误"), start=2)]
    assert number_paper(known(voided), 10) == []


def test_no_entry_takes_a_number_back() -> None:
    """A second number, however it came, is a conflict; and both stay known as given, also where one claims to replace the other."""
    entries = issued(7)
    for replaces in ((), (entries[0].ref,)):
        other = replace(
            entries[0], ref=Ref("b" * 16, 1), type="paper.numbered", data={"number": 8}, replaces=replaces
        )
        paper, _ = known([*entries, other])
        assert [number for number, _ in paper.given] == [7, 8]
        assert "number" in paper.conflicts


@pytest.mark.parametrize(
    ("service", "code"),
    [
        (Service("fax", "2026-09-22"), "paper.method"),
        (Service("personal", "2026-09-22"), "paper.receiver"),
        (Service("personal", "昨天", "样例负责人"), "date"),
        (Service("personal", "2026-09-20", "样例负责人"), "paper.early"),
        (Service("personal", "2026-09-26", "样例负责人"), "paper.future"),
        (Service("refused", "2026-09-22"), "paper.witness"),
        (Service("left", "2026-09-22", note="有"), "paper.witness"),
        (Service("mail", "2026-09-22"), "paper.receiver"),
        (Service("electronic", "2026-09-22", "样例负责人"), "paper.consent"),
    ],
)
def test_a_service_that_is_not_whole_is_refused(service: Service, code: str) -> None:
    """Each way of service by what it lacks, and days that cannot be."""
    with pytest.raises(BadInput) as caught:
        serve_paper(known(issued()), service, today=TODAY)
    assert code_of(caught) == code


@pytest.mark.parametrize(
    "service",
    [
        HANDED,
        Service("personal", "2026年9月25日", "样例负责人"),
        Service("refused", "2026-09-21", witness="样例见证人"),
        Service("left", "2026-09-22", note="全程音像记录20:10至20:25，见留置过程"),
        Service("mail", "2026-09-23", "样例负责人", note="样例单号"),
        Service("electronic", "2026-09-22", consent="负责人当面签署同意书（样例）"),
    ],
)
def test_a_whole_service_is_recorded_once(service: Service) -> None:
    """It counts, the same again is nothing new, and another is refused."""
    entries = issued()
    after = [*entries, *written(serve_paper(known(entries), service, today=TODAY), start=2)]
    paper, _ = known(after)
    assert paper.status == "served"
    assert paper.service is not None
    assert paper.service.date.startswith("2026-09-2")
    assert serve_paper(known(after), service, today=TODAY) == []
    with pytest.raises(Refusal) as caught:
        serve_paper(known(after), replace(service, note="另一种说法（样例）"), today=TODAY)
    assert code_of(caught) == "paper.served"


def test_a_service_is_corrected_with_a_reason() -> None:
    """Only where there is one; the correction replaces what its author saw."""
    entries = issued()
    right = replace(HANDED, receiver="样例丙")
    with pytest.raises(Refusal) as caught:
        correct_service(known(entries), right, reason="姓名写错", today=TODAY)
    assert code_of(caught) == "paper.unserved"
    after = [*entries, *written(serve_paper(known(entries), HANDED, today=TODAY), start=2)]
    with pytest.raises(Refusal) as caught:
        correct_service(known(after), right, reason="错", today=TODAY)
    assert code_of(caught) == "reason.short"
    after += written(correct_service(known(after), right, reason="姓名写错", today=TODAY), start=3)
    paper, _ = known(after)
    assert (paper.service, paper.conflicts) == (right, ())


def test_two_who_served_it_are_a_conflict() -> None:
    """Neither wins by time; the one that everybody shows does not depend on who is asked."""
    entries = issued()
    first = written(serve_paper(known(entries), HANDED, today=TODAY), start=2)
    second = written(
        serve_paper(known(entries), Service("left", TODAY, witness="样例见证人"), today=TODAY), "b"
    )
    assert known([*entries, *first, *second])[0].conflicts == ("service",)
    assert known([*second, *first, *entries])[0] == known([*entries, *first, *second])[0]


def test_a_voided_paper_keeps_its_number() -> None:
    """It is not served any more; one that was served needs a reason for that besides."""
    entries = issued()
    after = [*entries, *written(void_paper(known(entries), reason="填写错误"), start=2)]
    paper, _ = known(after)
    assert (paper.status, paper.number, paper.shown) == ("voided", 7, "样教体责改〔2026〕7号")
    assert void_paper(known(after), reason="又一次作废") == []
    with pytest.raises(Refusal) as caught:
        serve_paper(known(after), HANDED, today=TODAY)
    assert code_of(caught) == "paper.voided"
    served = [*entries, *written(serve_paper(known(entries), HANDED, today=TODAY), start=2)]
    for override, code in (("", "paper.void_served"), ("错", "reason.short")):
        with pytest.raises(Refusal) as caught:
            void_paper(known(served), reason="填写错误", override=override)
        assert code_of(caught) == code
    assert void_paper(known(served), reason="填写错误", override="当事人已交回原件")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"department": "教体"}, "authority.department"),
        ({"name": ""}, "authority.name"),
        ({"prefix": ""}, "authority.prefix"),
        ({"prefix": "样〔"}, "authority.prefix"),
        ({"prefix": "样" * 21}, "authority.prefix"),
    ],
)
def test_an_authority_has_a_name_and_a_prefix(wrong: dict[str, str], code: str) -> None:
    """What numbers begin with has no brackets, or a number could not be read back."""
    good = dict.fromkeys(AUTHORITY_FIELDS, "") | {
        "department": "education", "name": "样例县教育体育局", "prefix": "样教体",
    }  # fmt: skip
    empty = fold_authority([])[1]
    with pytest.raises(Refusal) as caught:
        record_authority(empty, good | wrong)
    assert code_of(caught) == code
    authority, registers = fold_authority(written(record_authority(empty, good)))
    assert authority is not None
    assert (authority.id, authority.prefix) == ("au-education", "样教体")
    assert record_authority(registers, good) == []
