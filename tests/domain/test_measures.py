"""Which measures wait for the day, and which never have to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.domain.measures import is_execution, measure_advice, measure_objection

EXECUTION = [
    "强制拆除门牌",
    "强拆",
    "代履行",
    "强制执行",
    "对广告牌予以强制性拆除",
    "拆除（强制）",
    "逾期未拆，现予强制拆除",
    "強制執行",
    "强 制\u200b拆 除",
    "强行清场",
]
OTHERS = [
    "", "限期拆除", "当场停止", "责令停止", "查封", "扣押教材", "下达停办通知书", "逾期不拆的，将依法强制拆除", "不得强制拆除",
    "暂不强制拆除，拍照取证", "拆除门牌", "强制措施：查封场所",
]  # fmt: skip


@pytest.mark.parametrize("measure", EXECUTION)
def test_execution_waits_for_the_day(measure: str) -> None:
    """Refused at night and on a day off, allowed by day, at night with an urgent reason."""
    assert is_execution(measure)
    for off, night, urgent, refused in (
        (False, True, "", True),
        (True, False, "", True),
        (None, True, "", True),
        (None, True, " ", True),
        (False, False, "", False),
        (None, False, "", False),
        (True, True, "有倒塌危险（虚构）", False),
    ):
        found = measure_objection(measure, statutory_off=off, night=night, urgent_reason=urgent)
        assert (found is not None) is refused
        if found is not None:
            assert found.code == "measure.night"
            assert "叫停、取证、送达" in found.zh
    assert measure_advice(measure, statutory_off=None) is not None
    assert measure_advice(measure, statutory_off=True) is None


@pytest.mark.parametrize("measure", OTHERS)
def test_other_measures_are_taken_at_any_hour(measure: str) -> None:
    """Orders with a deadline, stopping, sealing, announcements: none of them is execution."""
    assert not is_execution(measure)
    assert measure_objection(measure, statutory_off=True, night=True, urgent_reason="") is None
    assert measure_advice(measure, statutory_off=None) is None


@given(st.text(alphabet="强制拆除代履行执逾期将不得，。；现 限", max_size=40))
def test_any_text_is_judged_and_a_reason_always_frees(text: str) -> None:
    """Nothing fails, and an urgent reason never refuses."""
    is_execution(text)
    assert measure_objection(text, statutory_off=True, night=True, urgent_reason="急") is None
