"""A whole patrol, played through the same functions that the screens and commands call. Each step proves something.

A step that does not hold raises `NotProved`, and the demonstration ends with an exit status other than 0.
"""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from inspector.central.serve import Running
from inspector.central.status import status
from inspector.demo.case_file import export_case, tell_report
from inspector.demo.county import PASSPHRASE, County, centre_running, make_office, take_tonights_pictures
from inspector.demo.proof import prove
from inspector.demo.rectification import close_here, number_arrived, review_there, serve_notice
from inspector.domain.objections import Guarded
from inspector.errors import Offline
from inspector.evidence.examine import Examiner
from inspector.services import inspections, legality, people
from inspector.services.doctor import diagnose
from inspector.services.forms import Forms
from inspector.services.photos import add_photos
from inspector.services.registry import import_registry
from inspector.services.sheets import sheet
from inspector.services.sites import add_site
from inspector.store import projections, queries
from inspector.store.tallies import log_counts
from inspector.store.workspace import Store
from inspector.sync.client import sync_once
from inspector.sync.enrolment import enrol

Tell = Callable[[str, str], None]

ANSWERS = (
    ("T-LIC-01", "无"),
    ("T-LIC-02", "无"),
    ("T-TIME-02", "19：00-21：10"),
    ("T-TIME-10", "是"),
    ("T-STF-01", "３"),
    ("T-AD-03", "2"),
    ("T-AD-06", "有"),
    ("T-AD-08", "否"),
)
ROSTER = ("T-TIME-12", [{"grade": "五年级", "students": "12"}, {"grade": "六年级", "students": "9"}])


def play(county: County, tell: Tell) -> None:
    """Play the patrol in `county.root`.

    Raises:
        NotProved: a step does not hold.
    """
    with ExitStack() as stack:
        first = stack.enter_context(_office(county, tell))
        inspection = _inspect(county, first, tell)
        paper = serve_notice(county, first, inspection, tell)
        _reopen(county, tell, inspection)
        with centre_running(county) as running:
            url = running.address.url
            tell(f"五、中心启动：{url}", f"5. The centre is up: {url}")
            _join(
                first,
                running.storage.create_code(
                    name="样例甲", role="supervisor", department="教体局", scopes=["*"]
                ),
                url,
            )
            _sync(first, running, tell)
            number_arrived(first, paper, tell)
            name = _second_laptop(county, first, running, tell, inspection)
            sync_once(first).check()
            _join_third(county, running)
            close_here(first, name, tell)
            sync_once(first).check()
            _witness(county)
            tell_report(first, tell)
            export_case(county, first, inspection, tell)
            sync_once(first).check()
        _offline(first, tell)
    tell("全部步骤都做到了。", "Every step held.")


def _office(county: County, tell: Tell) -> Store:
    store, done = make_office(county)
    new = len(done.found.new)
    tell(
        f"一、离线建库并导入台账：{new}个点位、{len(done.found.new_grids)}个网格、{len(done.reading.problems)}处待核对",
        f"1. Offline: registry imported: {new} sites, {len(done.found.new_grids)} grids, {len(done.reading.problems)} notes",
    )
    again = import_registry(store, county.registry)
    prove(
        new > 0 and again.recorded == 0,
        "同一台账再导入不产生重复",
        "importing the same registry twice adds nothing",
    )
    tell("    再导入一次：没有重复", "    imported again: nothing doubled")
    return store


def _inspect(county: County, store: Store, tell: Tell) -> str:
    forms = Forms(store)
    officers = people.team(store, ["样例-0001", "样例-0002"], ["样例戊"])
    patrol = people.begin_patrol(store, occasion="night", people=officers)
    site = add_site(
        store, name="", address="解放路201号3单元501室", grid="G05", found="夜查时听到授课声",
        actor=officers.officers[0].id,
    )  # fmt: skip
    try:
        inspections.start(
            store, forms, site=site, people=people.team(store, ["样例-0001"]), patrol=patrol.id, source="plan"
        )
        prove(False, "一名执法人员不能开始检查", "one officer alone cannot start")
    except Guarded as refusal:
        reason = refusal.objections[0]
        tell(f"二、只有一名执法人员时不能开始：{reason.zh}", f"2. One officer alone is refused: {reason.en}")
    begun = inspections.start(
        store, forms, site=site, people=officers, patrol=patrol.id, source=patrol.source
    )
    for item, value in ANSWERS:
        inspections.answer(store, forms, begun.id, item, value)
    inspections.answer(store, forms, begun.id, *ROSTER, note="现场清点两遍")
    now = sheet(store, forms, begun.id)
    prove(len(now.findings) >= 4, "违规答案产生问题", "violating answers become findings")
    tell(
        f"三、断网检查“{site.name}”：已答{now.counts['answered']}项，发现问题{len(now.findings)}个",
        f"3. Inspected {site.name!r} without a network: {now.counts['answered']} answers, {len(now.findings)} findings",
    )
    pictures = take_tonights_pictures(county)
    with Examiner() as examiner:
        taken = add_photos(store, forms, examiner, begun.id, [county.camera], item="T-TIME-02")
        twice = add_photos(store, forms, examiner, begun.id, pictures, item="T-TIME-02")
    prove(
        len(taken) == len(pictures) and not any(photo.new for photo in twice),
        "照片不重复",
        "no photo is doubled",
    )
    _tell_and_confirm(store, forms, begun.id, tell)
    done = inspections.conclude(store, forms, begun.id)
    prove(done.inspection.status == "concluded", "两名执法人员可以办结", "two officers can conclude")
    tell(
        f"四、照片{len(taken)}张原样入库，检查办结（必答未答{len(done.unanswered)}项已写明）",
        f"4. {len(taken)} photos kept as they were, concluded ({len(done.unanswered)} unanswered items named)",
    )
    return begun.id


def _tell_and_confirm(store: Store, forms: Forms, inspection: str, tell: Tell) -> None:
    """Before anything is told and confirmed it cannot be concluded, and every reason is named at once."""
    try:
        inspections.conclude(store, forms, inspection)
        prove(
            False,
            "没有告知和确认不能办结",
            "it cannot be concluded before rights are told and parts confirmed",
        )
    except Guarded as refusal:
        number = len(refusal.objections)
        tell(
            f"    没有告知、部门没有确认时办结被拒：一次列出{number}条原因",
            f"    Concluding before that is refused, with all {number} reasons at once",
        )
    legality.tell_all(store, inspection, person="样例负责人", capacity="负责人")
    legality.confirm_all(store, forms, inspection)


def _reopen(county: County, tell: Tell, inspection: str) -> None:
    """Another process' view: what was called saved is there."""
    with Store.open(county.first, PASSPHRASE) as other:
        found = queries.inspections(other.connection, limit=100)
        prove(
            any(row.id == inspection and row.status == "concluded" for row in found),
            "重开后都在",
            "all is there again",
        )
        report = diagnose(other, read_data=True)
        prove(not report.problems, "体检无损坏", "the check finds no damage")
        tell(
            f"    合上再打开：记录{report.entries}条、照片{report.photos}张，逐字节核对完好",
            f"    closed and opened: {report.entries} entries and {report.photos} photos, every byte checked",
        )


def _join(store: Store, code: object, url: str) -> None:
    enrol(store, url, str(code))


def _sync(store: Store, running: Running, tell: Tell) -> None:
    report = sync_once(store)
    report.check()
    pending = queries.pending(store.connection, store.device)
    prove(pending.entries == 0 and pending.photos_up == 0, "没有待上报", "nothing waits")
    there = status(running.storage)
    size = next(device.size for device in there.devices if device.id == store.device)
    own = log_counts(store.connection, store.device).own
    prove(
        size == own and there.photos == report.photos_sent,
        "中心与本机逐条一致",
        "the centre has exactly what is here",
    )
    tell(
        f"六、上报{report.entries_sent}条记录、{report.photos_sent}张照片，中心回执已验签",
        f"6. Sent {report.entries_sent} entries and {report.photos_sent} photos; receipts verified",
    )
    again = sync_once(store)
    again.check()
    prove(again.entries_sent == 0 and again.photos_sent == 0, "再同步不重复", "syncing again sends nothing")
    after = status(running.storage)
    prove(
        next(device.size for device in after.devices if device.id == store.device) == own,
        "没有重复",
        "nothing twice",
    )
    tell("    再同步一次：没有重复", "    synced again: nothing twice")


def _second_laptop(county: County, first: Store, running: Running, tell: Tell, inspection: str) -> str:
    with Store.create(county.second, PASSPHRASE) as second:
        code = running.storage.create_code(name="样例丙", role="officer", department="公安局", scopes=["*"])
        _join(second, code, running.address.url)
        sync_once(second).check()
        same = projections.dump(first.connection) == projections.dump(second.connection)
        prove(same, "两台电脑状态逐字节一致", "both laptops show byte-identical state")
        photos = queries.photos(second.connection, inspection)
        prove(bool(photos) and all(photo.here for photo in photos), "照片已取回", "its photos came along")
        for photo in photos:
            prove(
                second.blobs.get(photo.sha256) == first.blobs.get(photo.sha256),
                "照片一致",
                "photos are equal",
            )
        tell(
            f"七、第二台电脑注册并接收：状态一致，照片{len(photos)}张校验一致",
            f"7. A second laptop enrolled and received: same state, {len(photos)} photos with the same bytes",
        )
        name = review_there(county, second, inspection, tell)
        sync_once(second).check()
        return name


def _join_third(county: County, running: Running) -> None:
    """A laptop of an agency that has no part in the case joins."""
    with Store.create(county.third, PASSPHRASE) as third:
        code = running.storage.create_code(
            name="样例乙", role="officer", department="市场监管局", scopes=["*"]
        )
        _join(third, code, running.address.url)


def _witness(county: County) -> None:
    """Both other laptops look at the centre's log, with all that the first has sent: it only grew."""
    for path in (county.second, county.third):
        with Store.open(path, PASSPHRASE) as other:
            sync_once(other, photos=False).check()


def _offline(first: Store, tell: Tell) -> None:
    add_site(first, address="滨江路14号", grid="G04", found="群众举报")
    report = sync_once(first)
    waiting = queries.pending(first.connection, first.device).entries
    prove(
        isinstance(report.failure, Offline) and waiting == 1,
        "中心断开时不误报",
        "an outage is never called sent",
    )
    tell(
        "八、中心断开：照常记录，仍显示“未上报1条”",
        "8. The centre is gone: recording goes on, and says 1 entry waits",
    )


def keep_notes(county: County) -> list[tuple[Path, str, str]]:
    """What lies where, for somebody who kept the demonstration."""
    return [
        (county.first, "第一台电脑的工作区", "workspace of the first laptop"),
        (county.second, "第二台电脑的工作区", "workspace of the second laptop"),
        (county.third, "第三台电脑的工作区（见证单位）", "workspace of the third laptop, a witness"),
        (county.centre, "中心的数据", "data of the centre"),
        (county.camera, "手机存储卡上的照片", "pictures on the phone's card"),
        (county.papers, "通知书（Word 和 PDF）", "the notice as Word and PDF"),
        (
            county.cases,
            "案卷：原本、公开件、改动一个字节的",
            "case files: whole, redacted, and with one byte changed",
        ),
    ]
