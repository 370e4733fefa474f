"""The part of the demonstration after the inspection: the paper, its service, the review on another laptop, the closing."""

from collections.abc import Callable
from pathlib import Path

from inspector.demo.county import County
from inspector.demo.proof import NotProved, prove
from inspector.domain.lifecycle import CLOSED, PASSED, RECTIFYING, SUBMITTED
from inspector.domain.objections import Guarded
from inspector.domain.service import Service
from inspector.errors import Refusal
from inspector.export.files import write_paper
from inspector.services import boards, lookup, notices, numbering, papers, rectification
from inspector.services.forms import Forms
from inspector.services.rectification import Act
from inspector.services.sites import set_facts
from inspector.store import queries
from inspector.store.board import Filter
from inspector.store.workspace import Store

Tell = Callable[[str, str], None]
KIND = "rectification_notice"
OFFICER, REVIEWER, SECTION, DEPUTY = "样例甲", "样例丙", "样例科长", "样例局长"


def serve_notice(county: County, store: Store, inspection: str, tell: Tell) -> str:
    """Issue the notice without a network, and serve it; the id of the paper."""
    forms = Forms(store)
    person = lookup.officer(store, OFFICER)
    items = tuple(queries.finding_ids(store.connection, inspection))
    numbering.set_authority(
        store,
        "education",
        name="样例县教育体育局",
        prefix="样教体",
        address="样例路1号",
        phone="0000-0000000",
        contact="样例甲",
    )
    asked = notices.Asked(KIND, items=items)
    lacking = notices.prepare(store, forms, asked).lacking
    try:
        notices.issue(store, notices.prepare(store, forms, asked), person=person)
        prove(False, "缺必填内容的文书不能签发", "a paper that lacks mandatory fields is not issued")
    except Refusal:
        tell(
            f"    通知书缺{len(lacking)}项必填内容，不予签发，并指出在哪里补",
            f"    The notice lacks {len(lacking)} mandatory fields: it is refused, with where to fill them",
        )
    site = lookup.site(store, lookup.inspection(store, inspection).site)
    set_facts(
        store,
        site,
        {"principal": "样例负责人", "permit_state": "none", "registration_state": "none"},
        actor=person.id,
    )
    prepared = notices.prepare(store, forms, notices.Asked(KIND, items=items, typed={"party": "样例张某"}))
    paper = notices.issue(store, prepared, person=person)
    if paper is None or not paper.provisional:
        raise NotProved(
            "没有做到：没有文号段时用临时编号",
            "did not hold: without leased numbers a provisional one is given",
        )
    files = [county.papers / f"责令限期整改通知书{suffix}" for suffix in (".docx", ".pdf")]
    county.papers.mkdir(exist_ok=True)
    for path in files:
        write_paper(store, prepared.kind, notices.printed(store, paper), path)
    prove(
        all(_is_document(path) for path in files),
        "Word 和 PDF 都已生成",
        "the Word and the PDF file are made",
    )
    tell(
        f"四之一、断网出通知书：{paper.shown}，Word 和 PDF 各一份",
        f"4a. The notice, without a network: {paper.shown}, as Word and PDF",
    )
    served = notices.serve(
        store, forms, paper.id, Service("personal", store.today(), "样例负责人", "负责人"), person=person
    )
    prove(set(served.moved) == set(items), "送达之日起计期", "the deadline runs from the service")
    states = {row.state for row in boards.page(store, forms, Filter(inspection=inspection)).rows}
    prove(states == {RECTIFYING}, "问题进入整改中", "the items are being rectified")
    tell(
        f"    当场送达：{len(items)}个问题开始计期",
        f"    Served on the spot: the deadline of {len(items)} items runs",
    )
    return paper.id


def _is_document(path: Path) -> bool:
    return path.read_bytes()[:4] in (b"PK\x03\x04", b"%PDF")


def number_arrived(store: Store, paper: str, tell: Tell) -> None:
    """After a sync with the centre, the provisional number is replaced, once."""
    found = papers.paper(store, paper)
    prove(
        found.number > 0 and bool(found.provisional),
        "临时编号已换成正式文号",
        "the provisional number was replaced",
    )
    tell(
        f"    中心分配文号：{found.shown}（原临时编号可追溯）",
        f"    The centre leased numbers: {found.shown}, and the provisional one can be traced",
    )


def review_there(county: County, store: Store, inspection: str, tell: Tell) -> str:
    """On the second laptop, without a network: what the unit hands in, and the review by another officer; the item's id."""
    forms = Forms(store)
    name = queries.finding_ids(store.connection, inspection)[0]
    before = [photo for photo in queries.photos(store.connection, inspection) if photo.here]
    prove(bool(before), "复查时看得到整改前的照片", "the photos from before are there for the review")
    picture = next(iter(sorted(county.camera.iterdir())))
    officer, reviewer = lookup.officer(store, OFFICER), lookup.officer(store, REVIEWER)
    submitted = rectification.do(store, forms, name, Act("submit", note="已停止并张贴公告"), person=officer)
    prove(submitted.state == SUBMITTED, "单位报送已登记", "what the unit handed in is recorded")
    rectification.do(store, forms, name, Act("plan_review", on=store.today()), person=officer)
    act = Act("pass", note="现场已无人授课", photos=(picture,))
    try:
        rectification.do(store, forms, name, act, person=officer)
        prove(False, "承办人不能自己复查", "the officer in charge cannot review")
    except Guarded as refusal:
        reason = refusal.objections[0]
        tell(f"    承办人自己复查被拒：{reason.zh}", f"    The officer in charge cannot review: {reason.en}")
    passed = rectification.do(store, forms, name, act, person=reviewer)
    prove(passed.state == PASSED, "另一名执法人员复查通过", "another officer passed it")
    tell(
        f"七之一、第二台电脑断网复查：整改前照片{len(before)}张在手，复查通过",
        f"7a. Reviewed on the second laptop without a network, with {len(before)} photos from before",
    )
    return name


def close_here(store: Store, name: str, tell: Tell) -> None:
    """On the first laptop: closed in two steps, and not by who recorded it."""
    forms = Forms(store)
    item, _ = rectification.load(store, name)
    prove(item.state == PASSED, "复查结论已经收到", "the review has arrived")
    for person, action in ((OFFICER, "endorse"), (DEPUTY, "close")):
        try:
            rectification.do(store, forms, name, Act(action), person=lookup.officer(store, person))
            prove(False, "登记人不能销号、不能跳级", "no closing by the recorder, and no step left out")
        except Guarded:
            pass
    rectification.do(store, forms, name, Act("endorse"), person=lookup.officer(store, SECTION))
    closed = rectification.do(store, forms, name, Act("close"), person=lookup.officer(store, DEPUTY))
    prove(closed.state == CLOSED, "两级审批后销号", "closed after two approvals")
    tell(
        f"七之二、销号：登记人和跳级都被拒，{SECTION}审核、{DEPUTY}批准",
        f"7b. Closed: refused to the recorder and to a single step; endorsed by {SECTION}, approved by {DEPUTY}",
    )
