"""Papers for tests: an invented county, a visited training site, a visited school, and what each kind asks to be typed."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inspector.domain.inspecting import Team
from inspector.domain.paper_kind import PaperKind
from inspector.evidence.examine import Examiner
from inspector.services import inspections, people, photos
from inspector.services.forms import Forms
from inspector.services.paper_data import gather, pictures, with_number
from inspector.services.paper_evidence import About
from inspector.services.sites import add_site
from inspector.store import queries
from inspector.store.workspace import Store
from tests.evidence import photo_samples
from tests.workplace import conclude, make_store

AUTHORITY = {
    "name": "样例县教育体育局",
    "address": "样例县虚构路1号",
    "phone": "0000-0000000",
    "contact": "样例丙",
    "prefix": "样教体",
}
SERVED = {
    "way": "直接送达",
    "receiver": "样例丁",
    "relation": "负责人",
    "date": "2026-09-22",
    "place": "虚构路9号",
}
SCENERY = "三楼临街一间教室，课桌24张，黑板上写有英语单词，讲台上有教材2种（均为虚构）。"


@dataclass(frozen=True)
class County:
    """A workspace with a concluded visit to a training site and one to a school.

    Attributes:
        shop, school: ids of the inspections.
    """

    store: Store
    forms: Forms
    shop: str
    school: str
    picture: Callable[[str], bytes | None]

    def about(self, kind: PaperKind) -> About:
        """What a paper of this kind is usually about here."""
        inspection = self.school if kind.track == "school" else self.shop
        listed = any(found.source == "items" for found in kind.fields)
        rows = queries.findings(self.store.connection, inspection=inspection) if listed else []
        return About(tuple(row.id for row in rows), inspection)

    def data(self, kind: PaperKind, typed: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
        """A whole paper of this kind: everything mandatory is there."""
        words = {
            found.typed: _typed(found.form, found.words.zh)
            for found in kind.typed
            if not found.default or "review." in found.default
        }
        if kind.code == "refund_list":
            words["refunds"] = "S01｜12｜8｜800.00｜800.00｜收据11\nS02｜10｜14｜1400.50｜0｜"
        words |= {"result": "已整改", "responsible": "样例校长"} if not typed else {}
        words = {name: value for name, value in words.items() if name in _known(kind)}
        about = more.pop("about", None) or self.about(kind)
        each = {"result": "已整改到位", "requirement": "当日停止并书面说明"}
        extra = {
            f"{name}.{no}": value for name, value in each.items() for no in range(1, len(about.items) + 1)
        }
        data = gather(
            self.store, self.forms, kind, about=about, typed=words | extra | (typed or {}), authority=AUTHORITY, **more
        )  # fmt: skip
        number = f"样教体{kind.word}〔2026〕3号" if kind.numbered else ""
        return with_number(data, number, provisional=False)


def _known(kind: PaperKind) -> set[str]:
    return {found.typed for found in kind.typed}


def _typed(form: str, label: str) -> str:
    if form == "date":
        return "2026-09-30"
    if form == "rows":
        return "样例账本（虚构）｜蓝色封面，A4，52页｜1本｜3楼柜内\nS02｜10｜14｜1400.00｜1400.00｜收据12"
    return f"{label}（样例内容，纯属虚构）" if form == "line" else f"{SCENERY}\n{label}（虚构）。"


def make_county(path: Path, examiner: Examiner) -> County:
    """The workspace, made once for many papers."""
    store = make_store(path)
    forms = Forms(store)
    team = Team(
        officers=(
            people.add_officer(store, name="样例甲", department="教育体育局", certificate="样例-0001"),
            people.add_officer(store, name="样例乙", department="市场监督管理局", certificate="样例-0002"),
        ),
        helpers=(people.add_officer(store, name="样例戊", department="城东街道", standing="grid_worker"),),
    )
    shop = add_site(
        store, name="样例培训中心（虚构）", address="样例县虚构路9号3楼",
        facts={
            "credit_code": "91110000MA00000000", "principal": "样例丁", "phone": "00000000000",
            "registered_address": "样例县虚构路2号", "permit_state": "none",
        },
    )  # fmt: skip
    visit = inspections.start(
        store, forms, site=shop, people=team, source="complaint", pack="full-site-check"
    )
    for item, answer in (("T-LIC-01", "无"), ("T-LIC-05", "否"), ("T-AD-01", "是"), ("T-FEE-01", "否")):
        inspections.answer(store, forms, visit.id, item, answer)
    inspections.note(store, visit.id, "T-LIC-01", "负责人称正在办理（虚构）。")
    folder = path.parent / "camera"
    folder.mkdir()
    for number in (1, 2):
        picture = photo_samples.noise(800, 600) if number == 1 else photo_samples.quarters(480, 640)
        data = photo_samples.encode(picture, exif=photo_samples.camera_exif())
        (folder / f"IMG_{number:04}.jpg").write_bytes(data)
    photos.add_photos(store, forms, examiner, visit.id, [folder], item="T-LIC-01")
    conclude(store, visit.id)
    campus = add_site(
        store, name="虚构第一小学", address="样例县虚构路20号", kind="campus",
        facts={"stage": "小学", "boarding": False, "principal": "样例校长", "phone": "00000000000", "students": 900},
    )  # fmt: skip
    school = inspections.start(store, forms, site=campus, people=team, source="plan", pack="campus-monthly")
    for item, answer in (("C-HW-02", "否"), ("C-HW-05", "是")):
        inspections.answer(store, forms, school.id, item, answer)
    inspections.conclude(store, forms, school.id)
    return County(store, forms, visit.id, school.id, pictures(store, examiner))
