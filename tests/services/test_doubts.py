"""One person under two numbers, a clock set back, one enterprise at two addresses, reasons that say nothing."""

from pathlib import Path
from typing import Any, cast

import pytest

from inspector.domain.inspecting import Team
from inspector.domain.objections import Guarded
from inspector.errors import Refusal
from inspector.services import inspections, legality, people
from inspector.services.forms import Forms
from inspector.services.sites import add_site
from inspector.store.workspace import Store
from tests.workplace import EVENING, TestClock, make_site, make_store, make_team

DAY = 86_400_000


@pytest.fixture
def store(tmp_path: Path) -> Any:
    """One workspace."""
    with make_store(tmp_path / "w") as made:
        yield made


def _check(store: Store, site: Any, team: Team) -> legality.StartCheck:
    return legality.check_start(store, Forms(store), site=site, people=team, source="plan")


def _codes(found: Any) -> list[str]:
    return [one.code for one in found]


def test_one_person_under_two_numbers_needs_a_reason(store: Store) -> None:
    """Two ids with one name in one department may be one officer; elsewhere the same name is somebody else."""
    first = people.add_officer(store, name="样例甲", department="教体局", certificate="C-9")
    again = people.add_officer(store, name="样例 甲", department="教体局", certificate="C-9（2）")
    other = people.add_officer(store, name="样例甲", department="公安局", certificate="C-10")
    site = make_site(store)
    check = _check(store, site, Team((first, again)))
    assert (_codes(check.objections), check.objections[0].overridable) == (["team.same_name"], True)
    assert not _check(store, site, Team((first, other))).objections


@pytest.mark.parametrize("certificate", [".", "-", "——", "号"])
def test_a_sign_is_no_certificate(store: Store, certificate: str) -> None:
    """Whoever types a sign to get past the field is told so."""
    with pytest.raises(Refusal) as caught:
        people.add_officer(store, name="样例甲", department="教体局", certificate=certificate)
    assert caught.value.code == "officer.certificate"


def test_a_clock_set_back_needs_a_reason(store: Store) -> None:
    """More than a day behind the newest own record; a note that is written later does not hide it."""
    team, site, clock = make_team(store), make_site(store), cast("TestClock", store.clock)
    begun = inspections.start(store, Forms(store), site=site, people=team, source="plan")
    clock.wall = EVENING - DAY // 2
    assert not _check(store, site, team).objections
    clock.wall = EVENING - 3 * DAY
    inspections.note(store, begun.id, "T-LIC-01", "虚构")
    check = _check(store, site, team)
    assert (_codes(check.objections), check.objections[0].overridable) == (["clock.back"], True)
    with pytest.raises(Guarded):
        inspections.start(store, Forms(store), site=site, people=team, source="plan")
    assert inspections.start(
        store, Forms(store), site=site, people=team, source="plan", reason="原先的时钟快了"
    ).override["objections"] == ["clock.back"]


def test_one_enterprise_at_two_addresses_is_said(store: Store) -> None:
    """The same name, however it is written, or the same code: how often it was inspected elsewhere this year."""
    team, forms = make_team(store), Forms(store)
    first = add_site(store, name="示例培训（虚构）", address="虚构路1号", found="听到讲课声")
    second = add_site(store, name="示例培训(虚构)", address="虚构路2号", found="听到讲课声")
    inspections.start(store, forms, site=first, people=team, source="plan")
    found = {one.code: one for one in _check(store, second, team).advisories}
    assert "1 次" in found["frequency.elsewhere"].zh
    assert "frequency.elsewhere" not in _codes(_check(store, make_site(store), team).advisories)


def test_a_voided_inspection_that_has_answers_counts(store: Store) -> None:
    """The enterprise was inspected all the same; one that was only started was not. The reason has to say something."""
    team, forms, site = make_team(store), Forms(store), make_site(store)
    empty, filled = (inspections.start(store, forms, site=site, people=team, source="plan") for _ in range(2))
    inspections.answer(store, forms, filled.id, "T-LIC-02", "1")
    with pytest.raises(Refusal) as caught:
        inspections.void(store, filled.id, reason="误。")
    assert caught.value.code == "reason.short"
    for begun in (empty, filled):
        inspections.void(store, begun.id, reason="选错了点位")
    frequency = _check(store, site, team).frequency
    assert frequency is not None
    assert frequency.count == 2
