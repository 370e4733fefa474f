"""What a paper says comes from the record, word for word, and what it lacks is found before it goes out."""

import copy
from typing import Any

import pytest

from inspector.domain.checklist import ENTERPRISE_WORDS, SCHOOL_WORDS
from inspector.domain.finding import fold_finding
from inspector.domain.inspecting import Team
from inspector.domain.paper_kind import NAMES, PaperField, PaperKind
from inspector.domain.paper_words import citations, period_words, requirement_of, table_rows, total
from inspector.errors import BadInput, Refusal, UsageError
from inspector.export.as_text import as_text
from inspector.forms.library import shipped
from inspector.forms.papers import shipped_papers
from inspector.journal.canonical import encode
from inspector.services.paper_data import gather, missing, with_service
from inspector.services.paper_evidence import About
from inspector.services.sites import add_site
from inspector.store import queries
from tests.export.paper_world import AUTHORITY, SERVED, County

KINDS = shipped_papers()
REQUIRED = [
    pytest.param(kind, one, id=f"{kind.code}-{one.name}")
    for kind in KINDS.values()
    for one in kind.fields
    if one.required
]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_whole_paper_lacks_nothing(county: County, kind: PaperKind) -> None:
    """With what its fields ask for, each kind is whole; its data have the names that are documented, and are what
    an entry can keep."""
    data = county.data(kind)
    assert missing(kind, data, issued=True) == []
    for group, names in kind.names().items():
        rows = data[group] if isinstance(names, list) else [data[group]]
        for row in rows:
            assert set(row) == set(names[0] if isinstance(names, list) else names)
    assert len(encode(data)) < 200_000


@pytest.mark.parametrize(("kind", "field"), REQUIRED)
def test_each_mandatory_field_is_missed(county: County, kind: PaperKind, field: PaperField) -> None:
    """Take any mandatory field away, and it is named with its words, where it is filled and how."""
    data: dict[str, Any] = copy.deepcopy(county.data(kind))
    group, _, name = field.name.partition(".")
    if not name:
        data[group] = []
    elif isinstance(data[group], list):
        data[group][-1][name] = ""
    else:
        data[group][name] = ""
    found = {one.field: one for one in missing(kind, data, issued=True)}
    assert field.name in found
    one = found[field.name]
    assert (one.zh, one.en) == (field.words.zh, field.words.en)
    assert one.where.zh
    assert one.how.zh


def test_one_officer_is_not_enough_for_an_enterprise(county: County) -> None:
    """行政处罚法 第四十二条: two officers; a responsible inspector visits a school alone."""
    kind = KINDS["on_site_record"]
    data = county.data(kind)
    data["officers"] = data["officers"][:1]
    assert [one.field for one in missing(kind, data)] == ["officers"]
    data["site"] = {**data["site"], "is_school": True}
    data["steps"] = dict.fromkeys(data["steps"], "")
    assert missing(kind, data) == []


def test_who_comes_along_is_never_an_officer(county: County) -> None:
    """A grid worker stands apart as a witness, and in no table of officers; certificates are printed."""
    data = county.data(KINDS["order_to_correct"])
    assert [(one["name"], one["certificate"]) for one in data["officers"]] == [
        ("样例甲", "样例-0001"),
        ("样例乙", "样例-0002"),
    ]
    assert data["team"]["helpers"] == "样例戊（网格员）"
    assert "样例戊" not in data["team"]["officers"]


def test_addresses_stand_apart_and_steps_are_told(county: County) -> None:
    """The registered and the actual address are two fields; who was shown what is said with numbers and name."""
    data = county.data(KINDS["on_site_record"])
    assert data["site"]["address"] == "样例县虚构路9号3楼"
    assert data["site"]["registered_address"] == "样例县虚构路2号"
    assert data["steps"]["certificates_shown"] == (
        "已出示执法证件，在场人：样例负责人（负责人），证号：样例-0001、样例-0002。"
    )
    assert data["inspection"]["started"].startswith("2026年9月21日22时")
    (line,) = [row for row in data["lines"] if row["item"] == "T-LIC-01"]
    assert (line["answer"], line["note"], line["photos"]) == (
        "无",
        "负责人称正在办理（虚构）。",
        "照片1、照片2",
    )
    assert "未取得" not in str(data["lines"])


def test_only_read_articles_are_printed(county: County) -> None:
    """An article that nobody has read is printed without its number, and says that it waits for the legal office."""
    data = county.data(KINDS["rectification_notice"])
    texts = " ".join(row["basis"] for row in data["findings"])
    assert "《关于规范校外培训机构发展的意见》（国办发〔2018〕80号）（条号待法制审核）" in texts
    assert "《中华人民共和国价格法》（1997年12月29日公布）第十三条、第四十二条" in texts
    assert data["law"]["apl_28"] == "《中华人民共和国行政处罚法》（2021年1月22日修订）第二十八条"
    register = shipped().register
    assert all(register[ref].verified for kind in KINDS.values() for ref in kind.law)
    waiting = "《校外培训行政处罚暂行办法》（教育部令第53号）（条号待法制审核）"
    assert citations([register["moe53-time"]], "2026-09-21") == waiting


def test_a_period_starts_with_service(county: County) -> None:
    """Before service it is so many days; after it, the last day is printed too, counted from the day after."""
    kind = KINDS["rectification_notice"]
    before = county.data(kind)
    assert {row["due"] for row in before["findings"]} == {"立即", "送达之日起3日内"}
    after = county.data(kind, served=SERVED)
    assert "送达之日起3日内，即2026年9月25日前（含当日）" in {row["due"] for row in after["findings"]}
    assert with_service(before, SERVED)["served"] == after["served"]
    assert after["served"]["date"] == "2026年9月22日"
    assert period_words(5, working=True, serves=True, due="") == "送达之日起5个工作日内"
    assert period_words(5, working=False, serves=False, due="2026-01-09") == "2026年1月9日前（含当日）"


def test_hashes_of_evidence(county: County) -> None:
    """SM3 of a photo is that of its original bytes, by a second implementation of the standard."""
    data = county.data(KINDS["evidence_list"])
    for row in data["photos"]:
        assert row["sm3"] == sm3(county.store.blobs.get(row["sha256"]))
        assert row["by"] == "样例甲"
        assert row["taken"] == "2026-11-20 20:15:42"
        assert row["place"].endswith(f"原文件名{row['caption']}")
    assert sm3(b"abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_words_of_the_other_track_are_refused(county: County, kind: PaperKind) -> None:
    """A paper for a school takes no words of enforcement, one for an enterprise none of supervision; nor does a
    paper for the one go to the other."""
    about = county.about(kind)
    banned = ENTERPRISE_WORDS if kind.track == "school" else SCHOOL_WORDS
    fields = [*kind.typed, PaperField("t.party", kind.title, "typed")]
    field = next(one.typed for one in fields if one.form != "date")
    for word in banned:
        with pytest.raises(BadInput) as caught:
            county.data(
                kind, {field: f"将{word}"} if field != "party" else {"party": f"将{word}"}, about=about
            )
        assert caught.value.code == "paper.words"
    if kind.track != "both":
        other = county.shop if kind.track == "school" else county.school
        with pytest.raises(BadInput) as refused:
            county.data(kind, about=About(inspection=other))
        assert refused.value.code == "paper.track"


def test_what_is_typed_is_checked(county: County) -> None:
    """Unknown names, days that are none, and findings of two sites are refused with their reason."""
    kind = KINDS["suspension_notice"]
    with pytest.raises(UsageError) as unknown:
        county.data(kind, {"nonsense": "x"})
    assert unknown.value.code == "paper.field"
    with pytest.raises(BadInput) as day:
        county.data(kind, {"refund_until": "月底"})
    assert day.value.code == "paper.date"
    rows = queries.findings(county.store.connection)
    with pytest.raises(BadInput) as sites:
        county.data(KINDS["transfer_letter"], about=About(tuple(row.id for row in rows)))
    assert sites.value.code == "paper.sites"


def test_an_order_names_no_evidence_that_there_is_not(county: County) -> None:
    """Photos are called evidence where there are photos of what it is about."""
    kind = KINDS["order_to_correct"]
    data = county.data(kind)
    for photos in (data["photos"] or [{"no": "照片1", "picture": ""}], []):
        text = "".join(words for _, words in as_text(kind, {**data, "photos": photos}))
        assert ("照片等证据证明" in text) is bool(photos)
        assert ("有现场检查笔录证明" in text) is not bool(photos)


def test_the_record_of_an_inspection_judges_nothing(county: County) -> None:
    """What was seen is told without words of judgement; what stood there may be quoted, and people say what they say."""
    kind = KINDS["on_site_record"]
    for wrong in ("现场存在违法办学行为。", "应予处罚。", "当场责 令停止。"):
        with pytest.raises(BadInput) as caught:
            county.data(kind, {"situation": wrong})
        assert caught.value.code == "paper.judging"
    told = {"situation": "墙上贴有“违规必究”字样一张（虚构）。", "statement": "负责人称没有违法（虚构）。"}
    assert county.data(kind, told)["t"] == told
    assert county.data(KINDS["tip_reply"], {"handling": "已依法处罚（虚构）。"})["t"]["handling"], (
        "other papers may"
    )


def test_a_place_without_a_name_needs_a_party(county: County) -> None:
    """Who it is about is typed where the file has only an address; an unregistered place says so."""
    site = add_site(county.store, address="样例县虚构路77号", facts={"registration_state": "none"})
    kind = KINDS["tip_reply"]
    data = gather(county.store, county.forms, kind, about=About(site=site.id), authority=AUTHORITY)
    assert data["party"]["name"] == ""
    assert data["site"]["credit_code"] == data["site"]["registered_address"] == "未办理登记"
    named = gather(county.store, county.forms, kind, about=About(site=site.id), typed={"party": "样例己"})
    assert named["party"]["name"] == "样例己"
    nothing = gather(county.store, county.forms, kind, about=About())
    assert nothing["site"]["address"] == ""


def test_a_withdrawn_finding_is_on_no_paper(county: County, tmp_path: Any) -> None:
    """What was taken back cannot be ordered."""
    from inspector.services import inspections
    from inspector.services.forms import Forms
    from tests.workplace import make_store, start_inspection

    store = make_store(tmp_path / "other")
    forms = Forms(store)
    visit = start_inspection(store, forms)
    inspections.answer(store, forms, visit.id, "T-LIC-01", "无")
    (row,) = queries.findings(store.connection)
    inspections.answer(store, forms, visit.id, "T-LIC-01", "valid")
    with pytest.raises(Refusal) as caught:
        gather(store, forms, KINDS["order_to_correct"], about=About((row.id,)))
    assert caught.value.code == "paper.withdrawn"
    store.close()


def test_a_lead_for_others_is_only_passed_on(tmp_path: Any) -> None:
    """What none of the team is competent for goes into a transfer letter, and into no order."""
    from inspector.services import inspections, people
    from inspector.services.forms import Forms
    from tests.workplace import make_site, make_store

    store = make_store(tmp_path / "other")
    forms = Forms(store)
    team = Team(
        officers=tuple(
            people.add_officer(store, name=name, department="教育局", certificate=name)
            for name in ("样例甲", "样例乙")
        )
    )
    visit = inspections.start(
        store, forms, site=make_site(store), people=team, source="plan", pack="full-site-check"
    )
    inspections.answer(store, forms, visit.id, "T-AD-07", "是")
    rows = queries.findings(store.connection)
    leads = [row.id for row in rows if fold_finding(store.entries(row.id))[0].lead_only]  # type: ignore[union-attr]
    assert leads
    with pytest.raises(Refusal) as caught:
        gather(store, forms, KINDS["order_to_correct"], about=About(tuple(leads)))
    assert caught.value.code == "paper.lead_only"
    letter = gather(store, forms, KINDS["transfer_letter"], about=About(tuple(leads)))
    assert [row["id"] for row in letter["findings"]] == leads
    store.close()


@pytest.mark.parametrize(
    ("measure", "asked"),
    [
        ("下达停办通知书，当场停止；移送或立案", "当场停止"),
        ("列入整改清单，限期整改", "限期整改"),
        ("限期自行拆除；逾期移交行政执法", "限期自行拆除"),
        ("当场固定证据；立案或移送", ""),
        ("限期退还超收部分", "限期退还超收部分"),
    ],
)
def test_a_requirement_is_what_the_other_side_does(measure: str, asked: str) -> None:
    """What the authority does itself is no requirement; where nothing else is left, somebody has to write one."""
    assert requirement_of(measure) == asked


def test_tables_are_typed_line_by_line() -> None:
    """Cells between bars; amounts are added only where all are numbers."""
    rows = table_rows("S1｜1|2\t300.10\nS2｜｜｜0.9元\n\n", NAMES["refunds"][0][1:])
    assert [row["no"] for row in rows] == ["1", "2"]
    assert rows[0]["due"] == "300.10"
    assert rows[1]["paid"] == ""
    assert total(rows, "due") == "301.00"
    assert total(rows, "paid") == ""
    assert total([{"due": "NaN"}], "due") == ""
    assert total([], "due") == ""


def sm3(data: bytes) -> str:
    """GB/T 32905-2016, written from the standard."""
    mask = 0xFFFFFFFF

    def turn(x: int, n: int) -> int:
        n %= 32
        return ((x << n) | (x >> (32 - n))) & mask if n else x

    state = [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E]
    padded = data + b"\x80" + b"\0" * ((55 - len(data)) % 64) + (8 * len(data)).to_bytes(8, "big")
    for start in range(0, len(padded), 64):
        w = [int.from_bytes(padded[at : at + 4], "big") for at in range(start, start + 64, 4)]
        for j in range(16, 68):
            x = w[j - 16] ^ w[j - 9] ^ turn(w[j - 3], 15)
            w.append(x ^ turn(x, 15) ^ turn(x, 23) ^ turn(w[j - 13], 7) ^ w[j - 6])
        a, b, c, d, e, f, g, h = state
        for j in range(64):
            t = 0x79CC4519 if j < 16 else 0x7A879D8A
            ss1 = turn((turn(a, 12) + e + turn(t, j)) & mask, 7)
            ss2 = ss1 ^ turn(a, 12)
            ff = a ^ b ^ c if j < 16 else (a & b) | (a & c) | (b & c)
            gg = e ^ f ^ g if j < 16 else (e & f) | (~e & g)
            tt1 = (ff + d + ss2 + (w[j] ^ w[j + 4])) & mask
            tt2 = (gg + h + ss1 + w[j]) & mask
            d, c, b, a = c, turn(b, 9), a, tt1
            h, g, f, e = g, turn(f, 19), e, tt2 ^ turn(tt2, 9) ^ turn(tt2, 17)
        state = [x ^ y for x, y in zip(state, (a, b, c, d, e, f, g, h), strict=True)]
    return b"".join(x.to_bytes(4, "big") for x in state).hex()


def test_photos_cannot_be_added_to_a_concluded_inspection(county: County) -> None:
    """Where photos lack after the conclusion, the way named is one that is open: a new inspection."""
    kind = KINDS["signboard_notice"]
    data = {**county.data(kind), "photos": []}
    (lacking,) = missing(kind, data)
    assert (lacking.field, "新建一次检查" in lacking.how.zh) == ("photos", True)
    (open_one,) = missing(kind, {**data, "inspection": {**data["inspection"], "ended": ""}})
    assert "inspector photo add" in open_one.how.zh
