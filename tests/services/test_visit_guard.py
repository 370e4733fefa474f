"""The guard with real workspaces: what starts, what concludes, what two laptops make of it together."""

from pathlib import Path
from typing import Any, cast

import pytest

from inspector.domain.finding import fold_finding
from inspector.domain.inspecting import Team
from inspector.domain.inspection import Inspection, PackPin, fold_inspection
from inspector.domain.objections import Guarded
from inspector.errors import Refusal, UsageError
from inspector.forms.library import shipped
from inspector.forms.texts import read_texts
from inspector.services import inspections, legality, people
from inspector.services.extracts import extract
from inspector.services.findings import amend_finding
from inspector.services.forms import Forms, publish
from inspector.services.sheets import sheet
from inspector.services.sites import add_site
from inspector.store import queries
from inspector.store.workspace import Store
from tests.workplace import (
    EVENING,
    TestClock,
    be_told,
    decide,
    exchange,
    make_people,
    make_site,
    make_store,
    make_team,
    start_inspection,
)

CAP = "inspections_per_year"


@pytest.fixture
def store(tmp_path: Path) -> Any:
    """One workspace."""
    with make_store(tmp_path / "w") as made:
        yield made


def _state(store: Store, inspection: str) -> Inspection:
    found, _ = fold_inspection(store.entries(inspection))
    assert found is not None
    return found


def _codes(caught: pytest.ExceptionInfo[Guarded]) -> list[str]:
    return [found.code for found in caught.value.objections]


def test_a_refused_start_records_nothing_and_names_every_reason(store: Store) -> None:
    """One officer, no source: both are said, and there is no inspection."""
    first, _, _ = make_people(store)
    with pytest.raises(Guarded) as caught:
        inspections.start(store, Forms(store), site=make_site(store), people=Team((first,)))
    assert _codes(caught) == ["officers.two", "source.missing"]
    assert queries.inspections(store.connection) == []


def test_a_certificate_that_runs_out_today_is_good_today(tmp_path: Path) -> None:
    """By the county's date of the laptop's clock; a day later it is not, and the running inspection still concludes."""
    with make_store(tmp_path / "w") as store:
        clock = cast("TestClock", store.clock)
        first = people.add_officer(store, name="样例甲", department="教体局", certificate="样例-0001")
        last = people.add_officer(
            store, name="样例己", department="教体局", certificate="样例-0006", until="2026-09-21"
        )
        site, forms, team = make_site(store), Forms(store), Team((first, last))
        begun = inspections.start(store, forms, site=site, people=team, source="plan")
        clock.wall = EVENING + 86_400_000
        with pytest.raises(Guarded) as caught:
            inspections.start(store, forms, site=site, people=team, source="plan")
        assert _codes(caught) == ["officers.two"]
        be_told(store, begun.id)
        assert inspections.conclude(store, forms, begun.id).inspection.status == "concluded"


def test_the_years_number_is_recorded_and_the_cap_gives_way_to_a_reason(store: Store, tmp_path: Path) -> None:
    """Voided ones and last year's do not count; above the cap a reason is needed, and kept with the start."""
    decide(store, tmp_path, f"{CAP}: {{value: 2}}")
    forms, team, clock = Forms(store), make_team(store), cast("TestClock", store.clock)
    site = make_site(store)

    def start(reason: str = "") -> Inspection:
        return inspections.start(store, forms, site=site, people=team, source="plan", reason=reason)

    start()
    clock.wall = EVENING + 365 * 86_400_000
    inspections.void(store, start().id, reason="选错了点位")
    assert [start().frequency["count"] for _ in range(2)] == [1, 2]
    with pytest.raises(Guarded) as caught:
        start()
    assert (_codes(caught), caught.value.overridable) == (["frequency.cap"], True)
    again = start("群众举报，线索具体（虚构）")
    assert dict(again.frequency) == {"year": 2027, "count": 3, "cap": 2}
    assert dict(again.override) == {"reason": "群众举报，线索具体（虚构）", "objections": ["frequency.cap"]}
    found = legality.check_start(store, forms, site=site, people=team, source="举报")
    assert [one.code for one in found.objections] == ["frequency.cap"]
    assert found.frequency is not None
    assert found.frequency.words.zh == "本年第 4 次，上限 2"


def test_without_a_cap_nobody_objects(store: Store, tmp_path: Path) -> None:
    """The county has set none: that is said, and the number is kept all the same."""
    decide(store, tmp_path, f"{CAP}: {{value: null}}")
    begun = start_inspection(store)
    assert dict(begun.frequency) == {"year": 2026, "count": 1, "cap": None}
    found = legality.frequency_of(store, Forms(store), make_site(store), begun_on(store, begun))
    assert "未设上限" in found.words.zh


def begun_on(store: Store, begun: Inspection) -> Any:
    """The county's day of a start."""
    from inspector.domain.when import local_date

    return local_date(begun.started)


def test_an_inspection_from_before_there_were_codes_is_read_and_concluded(store: Store) -> None:
    """Free text for the source stays what it was; nothing of the guard is asked that nobody could give any more."""
    from inspector.domain.entries import Draft

    begun = start_inspection(store)
    (entry,) = [one for one in store.entries(begun.id) if one.type == "inspection.started"]
    assert entry.data is not None
    data = {name: value for name, value in entry.data.items() if name != "frequency"} | {"source": "夜查"}
    store.decide(lambda _: [Draft("inspection.started", "i-old", entry.scope, data)])
    old = _state(store, "i-old")
    assert (old.source, dict(old.frequency)) == ("夜查", {})
    be_told(store, "i-old")
    assert inspections.conclude(store, Forms(store), "i-old").inspection.status == "concluded"


def test_texts_of_this_laptop_are_no_published_list_where_there_is_a_centre(
    tmp_path: Path, store: Store
) -> None:
    """Without a centre its own texts are the list; with one they wait for the centre."""
    text = shipped().sources[shipped().checklist("T-AD").sha256].decode("utf-8")
    path = tmp_path / "T-AD.yaml"
    version = shipped().checklist("T-AD").version
    path.write_text(text.replace(f'version: "{version}"', 'version: "2099.1"'), encoding="utf-8")
    publish(store, read_texts([path]))
    forms, team, site = Forms(store), make_team(store), make_site(store)
    assert legality.check_start(store, forms, site=site, people=team, source="plan").objections == ()
    own = forms.checklists()["T-AD"]
    pin = PackPin(own.code, own.version, own.sha256)
    assert (own.version, legality.unpublished(store, [pin])) == ("2099.1", ())
    store.set_settings(centre_url="https://127.0.0.1:1", centre_device="c" * 16)
    assert legality.unpublished(store, [pin]) == ("T-AD",)
    assert Forms(store).checklists()["T-AD"].version == version
    assert legality.check_start(store, forms, site=site, people=team, source="plan").objections == ()
    with pytest.raises(Refusal) as caught:
        publish(store, read_texts([path]))
    assert caught.value.code == "office.centre"


def test_a_conclusion_waits_for_what_is_told_and_confirmed(store: Store) -> None:
    """Everything that is missing at once; afterwards it concludes, with the certificates that were shown."""
    forms, begun = Forms(store), start_inspection(store)
    with pytest.raises(Guarded) as caught:
        inspections.conclude(store, forms, begun.id)
    assert [(one.code, one.about) for one in caught.value.objections] == [
        ("procedure.missing", "certificates_shown"),
        ("procedure.missing", "rights_told"),
        ("procedure.missing", "recusal_asked"),
        ("section.open", "education"),
        ("section.open", "police"),
    ]
    be_told(store, begun.id)
    assert _state(store, begun.id).procedure["certificates_shown"]["certificates"] == [
        "样例-0001",
        "样例-0002",
    ]
    before = len(store.entries(begun.id))
    be_told(store, begun.id)
    assert len(store.entries(begun.id)) == before
    assert inspections.conclude(store, forms, begun.id).inspection.status == "concluded"


def test_an_answer_after_the_confirmation_asks_for_it_again(store: Store) -> None:
    """Only of the department whose item it is; rows of a table and an answer taken back count too."""
    forms, begun = Forms(store), start_inspection(store)
    own = next(line.item for line in sheet(store, forms, begun.id).lines() if "police" in line.item.partners)
    shared = {"T-TIME-10": "no", "T-TIME-12": [{"grade": "g3", "students": 5}], "T-LIC-01": None}
    inspections.answer(store, forms, begun.id, "T-LIC-01", "valid")
    be_told(store, begun.id)
    for item, value in shared.items():
        inspections.answer(store, forms, begun.id, item, value)
        states = {
            one.department: one.state for one in legality.check_conclude(store, forms, begun.id).sections
        }
        assert states["education"] == "changed", item
        assert states["police"] == ("changed" if item == own.code else "confirmed")
        legality.confirm_all(store, forms, begun.id)
    assert legality.check_conclude(store, forms, begun.id).objections == ()


def test_only_its_own_officers_confirm_a_part(store: Store) -> None:
    """Not another department's, not a helper, not for a department without a part."""
    forms, begun = Forms(store), start_inspection(store)
    stranger = people.add_officer(store, name="样例庚", department="教体局", certificate="样例-0007")
    for who in ("样例乙", "样例戊", stranger.id):
        with pytest.raises(Refusal) as caught:
            legality.confirm(store, forms, begun.id, "教体局", [who])
        assert caught.value.code == "section.officer"
    for department in ("税务", "没有的部门"):
        with pytest.raises(UsageError) as wrong:
            legality.confirm(store, forms, begun.id, department)
        assert wrong.value.code == "section.unknown"


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (("rights_told", "", "", "已告知"), "procedure.person"),
        (("rights_told", "样例", "员工", " "), "procedure.outcome"),
        (("coffee", "样例", "员工", "好"), "procedure.step"),
    ],
)
def test_a_step_half_said_records_nothing_of_all(
    store: Store, told: tuple[str, str, str, str], code: str
) -> None:
    """All steps of one form or none."""
    begun = start_inspection(store)
    good = legality.Told("certificates_shown", "样例", "员工", "已出示")
    with pytest.raises((Refusal, UsageError)) as caught:
        legality.tell(store, begun.id, [good, legality.Told(*told)])
    assert caught.value.code == code
    assert dict(_state(store, begun.id).procedure) == {}


def test_nobody_on_site_is_recorded_as_such(store: Store) -> None:
    """Without a name, where each outcome says so."""
    begun = start_inspection(store)
    steps = ("certificates_shown", "rights_told", "recusal_asked")
    legality.tell_all(store, begun.id, person="", capacity="", outcomes=dict.fromkeys(steps, "在场无人"))
    assert _state(store, begun.id).procedure["rights_told"]["person"] == ""


def test_a_wish_for_recusal_goes_into_the_conclusion(store: Store) -> None:
    """It blocks nothing, and is said before and in the conclusion."""
    forms, begun = Forms(store), start_inspection(store)
    be_told(store, begun.id)
    wish = "申请回避：与检查人员有纠纷（虚构）"
    legality.tell(store, begun.id, [legality.Told("recusal_asked", "样例", "负责人", wish)])
    assert "recusal" in [one.code for one in legality.check_conclude(store, forms, begun.id).advisories]
    done = inspections.conclude(store, forms, begun.id).inspection
    assert done.conclusion is not None
    assert done.conclusion["recusal"] == wish


def test_a_dwelling_needs_its_basis_of_entry(store: Store) -> None:
    """Whoever answered that it is one, the conclusion asks on what basis it was entered, and for the paper's number."""
    forms, begun = Forms(store), start_inspection(store)
    be_told(store, begun.id)

    def wanted() -> list[tuple[str, str]]:
        return [
            (found.code, found.about) for found in legality.check_conclude(store, forms, begun.id).objections
        ]

    for item, value, missing in (
        ("T-HID-01", "居民住宅", "T-HID-01A"),
        ("T-HID-01A", "公安检查证", "T-HID-01B"),
        ("T-HID-01B", "样例检字1号", ""),
        ("T-HID-01A", "未入内", ""),
        ("T-HID-01A", None, "T-HID-01A"),
        ("T-HID-01", "写字楼", ""),
    ):
        inspections.answer(store, forms, begun.id, item, value)
        be_told(store, begun.id)
        assert wanted() == ([("entry.basis", missing)] if missing else [])


def test_what_no_department_is_there_for_is_a_lead(store: Store) -> None:
    """Marked on the sheet and in the finding; once an officer of that department joins, it is a finding of the team."""
    forms, begun = Forms(store), start_inspection(store)
    lines = {line.item.code: line for line in sheet(store, forms, begun.id).lines()}
    assert (lines["T-LIC-02"].item.lead, lines["T-LIC-02"].lead_only) == ("market", True)
    assert not lines["T-LIC-01"].lead_only
    inspections.answer(store, forms, begun.id, "T-LIC-01", "不需证")
    inspections.answer(store, forms, begun.id, "T-LIC-02", "无")
    (row,) = queries.findings(store.connection)
    assert row.item == "T-LIC-02"
    found, _ = fold_finding(store.entries(row.id))
    assert found is not None
    assert found.lead_only
    market = people.add_officer(store, name="样例辛", department="市场监管局", certificate="样例-0008")
    team = make_team(store)
    inspections.change_team(store, begun.id, Team((*team.officers, market), team.helpers))
    be_told(store, begun.id)
    inspections.conclude(store, forms, begun.id)
    found, _ = fold_finding(store.entries(row.id))
    assert found is not None
    assert not found.lead_only


def test_an_extract_has_a_departments_part_and_nothing_else(store: Store) -> None:
    """Items that it leads or takes part in, their findings, its officers, who confirmed."""
    forms, begun = Forms(store), start_inspection(store)
    inspections.answer(store, forms, begun.id, "T-LIC-01", "无")
    part = extract(store, forms, begun.id, "公安")
    assert all("police" in (line.item.lead, *line.item.partners) for line in part.lines)
    assert (part.section.state, part.needs_confirmation) == ("open", True)
    assert [one.name for one in part.officers] == ["样例乙"]
    be_told(store, begun.id)
    part = extract(store, forms, begun.id, "education")
    assert [row.item for row in part.findings] == ["T-LIC-01"]
    assert (part.section.state, len(part.section.officers)) == ("confirmed", 1)


def test_told_on_one_laptop_and_concluded_on_the_other(tmp_path: Path) -> None:
    """Each department at its own laptop: what one recorded and both confirmed lets the other conclude."""
    with make_store(tmp_path / "a", 1) as first, make_store(tmp_path / "b", 2) as second:
        begun = start_inspection(first)
        exchange(first, second)
        legality.tell_all(first, begun.id, person="样例负责人", capacity="负责人")
        inspections.answer(first, Forms(first), begun.id, "T-TIME-10", "no")
        legality.confirm(first, Forms(first), begun.id, "education")
        with pytest.raises(Guarded):
            inspections.conclude(second, Forms(second), begun.id)
        exchange(first, second)
        with pytest.raises(Guarded) as caught:
            inspections.conclude(second, Forms(second), begun.id)
        assert [one.about for one in caught.value.objections] == ["police"]
        legality.confirm(second, Forms(second), begun.id, "police")
        done = inspections.conclude(second, Forms(second), begun.id)
        exchange(first, second)
        assert done.inspection.status == _state(first, begun.id).status == "concluded"


def test_an_answer_that_the_confirming_officer_had_not_seen_shows(tmp_path: Path) -> None:
    """No clock decides: the other laptop's answer was not among what was seen, whenever it was given."""
    with make_store(tmp_path / "a", 1) as first, make_store(tmp_path / "b", 2) as second:
        begun = start_inspection(first)
        exchange(first, second)
        inspections.answer(second, Forms(second), begun.id, "T-TIME-10", "no")
        legality.confirm(first, Forms(first), begun.id, "education")
        exchange(first, second)
        for laptop in (first, second):
            states = {
                one.department: one.state
                for one in legality.check_conclude(laptop, Forms(laptop), begun.id).sections
            }
            assert states["education"] == "changed"


def test_two_confirmations_of_one_part_are_no_conflict(tmp_path: Path) -> None:
    """Both laptops confirmed without knowing of each other; nothing has to be settled."""
    with make_store(tmp_path / "a", 1) as first, make_store(tmp_path / "b", 2) as second:
        begun = start_inspection(first)
        colleague = people.add_officer(first, name="样例壬", department="教体局", certificate="样例-0010")
        team = make_team(first)
        inspections.change_team(first, begun.id, Team((*team.officers, colleague), team.helpers))
        exchange(first, second)
        legality.confirm(first, Forms(first), begun.id, "education", ["样例甲"])
        legality.confirm(second, Forms(second), begun.id, "education", ["样例壬"])
        exchange(first, second)
        assert _state(first, begun.id).conflicts == ()
        state = legality.check_conclude(first, Forms(first), begun.id).sections[0]
        assert (state.department, state.state) == ("education", "confirmed")


def test_compulsory_execution_waits_for_the_day(store: Store) -> None:
    """At night it is refused and nothing changes, with an urgent reason it is recorded with it; by day it is free."""
    clock, forms, begun = cast("TestClock", store.clock), Forms(store), start_inspection(store)
    inspections.answer(store, forms, begun.id, "T-LIC-01", "无")
    (row,) = queries.findings(store.connection)
    clock.wall = EVENING + 3_600_000
    before = len(store.entries(row.id))
    with pytest.raises(Refusal) as caught:
        amend_finding(store, row.id, {"measure": "强制拆除门牌"})
    assert (caught.value.code, len(store.entries(row.id))) == ("measure.night", before)
    amend_finding(store, row.id, {"measure": "强制拆除门牌", "urgent": "门牌将坠落（虚构）"})
    found, _ = fold_finding(store.entries(row.id))
    assert found is not None
    assert (found.measure, found.urgent) == ("强制拆除门牌", "门牌将坠落（虚构）")
    clock.wall = EVENING + 12 * 3_600_000
    amend_finding(store, row.id, {"measure": "代履行", "urgent": ""})


def test_a_school_is_inspected_as_before(store: Store) -> None:
    """One inspector, no source, nothing told: supervision of schools is no inspection of an enterprise."""
    inspector = people.add_officer(store, name="样例丁", department="教体局", standing="school_inspector")
    school = add_site(store, name="示例小学", address="虚构路20号", kind="campus")
    begun = inspections.start(store, Forms(store), site=school, people=Team((inspector,)))
    assert (begun.source, dict(begun.frequency)) == ("", {})
    done = inspections.conclude(store, Forms(store), begun.id)
    assert done.inspection.status == "concluded"
    assert not any(line.lead_only for line in done.lines())
