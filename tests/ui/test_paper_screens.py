"""Papers on the spot, by keys alone: made, filled in, issued, saved, served."""

from pathlib import Path

from inspector.screens import paper_forms
from inspector.services import lookup, numbering, paper_desk, papers, sites
from inspector.store import board
from inspector.store.board import Filter
from inspector.store.workspace import Store
from tests.ui.paper_world import (
    NAMELESS,
    block,
    concluded,
    files_of,
    issue,
    nameless,
    site_of,
    to_paper,
    to_papers,
    unblock,
    words_of,
)
from tests.ui.ui_world import (
    burst,
    keys,
    kind,
    message_of,
    screens,
    settled,
    shows,
    text_of,
    top,
    until,
)


async def test_from_the_conclusion_to_a_served_notice(county: Store, where: Path) -> None:
    """The party's name that lacks is filled in on the spot; issued, saved, refused without a witness, served with one."""
    inspection = nameless(county)
    county.set_settings(**{paper_desk.FORMATS: [".docx", ".pdf"]} if paper_forms.has_pdf() else {})
    async with screens(county) as pilot:
        await to_papers(pilot, inspection)
        await to_paper(pilot, "rectification_notice")
        await keys(pilot, "f2")
        assert "没有签发" in message_of(pilot.app)
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "KeptForm")
        await keys(pilot, "f2")
        assert "什么都没有填" in message_of(pilot.app)
        await keys(pilot, "样例文化工作室", "f2")
        await until(pilot, lambda: kind(pilot) == "PaperScreen" and "齐了" in message_of(pilot.app))
        await keys(pilot, "f6")
        await until(pilot, lambda: kind(pilot) == "PaperTextScreen")
        await shows(pilot, "样例文化工作室", "责令限期整改通知书", "2026年11月23日")
        await keys(pilot, "escape", "f2")
        await shows(pilot, "临时编号")
        await keys(pilot, "enter")
        await shows(pilot, "已签发")
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "IssuedScreen" and "已签发" in message_of(pilot.app))
        assert str(where)[:20] in text_of(pilot.app)
        await keys(pilot, "f2")
        await until(pilot, lambda: kind(pilot) == "ServeScreen")
        assert "见证人" not in text_of(pilot.app)
        await keys(pilot, "up", "up", "backspace", "2", "down", "down", "样例店员", "f2")
        assert "要有见证人" in message_of(pilot.app)
        assert "样例店员" in text_of(pilot.app)
        await keys(pilot, "down", "样例见证人", "f2")
        await until(pilot, lambda: kind(pilot) == "IssuedScreen")
        assert "1 个问题的期限从这天起算：T-LIC-01 到 2026-11-" in message_of(pilot.app)
        assert "样例见证人" in text_of(pilot.app)
    (row,) = papers.papers(county)
    assert (row.kind, row.status, row.method) == ("rectification_notice", "served", "refused")
    (item,) = board.rows(county.connection, Filter(inspection=inspection), county.today())
    assert (item.state, item.running) == ("rectifying", True)
    files = files_of(where)
    assert [path.suffix for path in files] == [".docx", ".pdf"] if paper_forms.has_pdf() else [".docx"]
    assert all("样例文化工作室" in path.name for path in files)
    assert "样例文化工作室" in words_of(files[0])
    assert files[-1].suffix != ".pdf" or files[-1].read_bytes().startswith(b"%PDF")
    assert site_of(county, inspection).facts["name"] == "样例文化工作室"


async def test_a_school_gets_no_paper_of_enterprises_and_the_other_way_round(
    county: Store, where: Path
) -> None:
    """Every kind of the other track is left out of the list, from a site as from an inspection."""
    school = paper_desk.desk(county, site=lookup.site(county, "样例第一小学").id)
    site = paper_desk.desk(county, site=lookup.site(county, "晨光样例美术").id)
    assert {kind.track for kind in (*school.usual, *school.other)} == {"school", "both"}
    assert {kind.track for kind in (*site.usual, *site.other)} == {"enterprise", "both"}
    async with screens(county) as pilot:
        await keys(pilot, "f3", "dyxx", "enter", "enter")
        await until(pilot, lambda: kind(pilot) == "SiteScreen")
        await keys(pilot, "p")
        await until(pilot, lambda: kind(pilot) == "PapersScreen" and "督导意见书" in text_of(pilot.app))
        everything = []
        for _ in range(4):
            everything.append(text_of(pilot.app))
            await keys(pilot, "pagedown")
        shown = "".join(everything)
        assert "学校整改清单" in shown
        assert "责令" not in shown
        assert "停办" not in shown


async def test_what_was_typed_outlives_a_lock(county: Store, where: Path) -> None:
    """A half-typed line and an accepted one are there again after the screens were ended and opened anew."""
    inspection = nameless(county)
    async with screens(county) as pilot:
        await to_papers(pilot, inspection)
        await to_paper(pilot, "rectification_notice")
        top(pilot).lines.select("typed:report_to")
        await keys(pilot, "enter", "x", "f2")
        await until(pilot, lambda: kind(pilot) == "PaperScreen")
        top(pilot).lines.select("typed:consequence")
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "TextScreen")
        await keys(pilot, "y")
        await keys(pilot, "ctrl+l")
    async with screens(county) as pilot:
        await to_papers(pilot, inspection)
        assert "写了一半" in text_of(pilot.app)
        await to_paper(pilot, "rectification_notice")
        await shows(pilot, "样例县教育体育局x")
        top(pilot).lines.select("typed:consequence")
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "TextScreen")
        assert "上次没有写完" in message_of(pilot.app)
        assert top(pilot).query_one("#text").text.endswith("y")
        await keys(pilot, "escape")
        assert kind(pilot) == "TextScreen"
        assert "没有保存" in message_of(pilot.app)
        await keys(pilot, "f2")
        await until(pilot, lambda: kind(pilot) == "PaperScreen")
    kept = next(iter(paper_desk.drafts(county).values()))
    assert (kept.typed["report_to"], kept.typed["consequence"][-1]) == ("样例县教育体育局x", "y")
    assert not kept.typing


async def test_keys_typed_ahead_issue_nothing(county: Store, where: Path) -> None:
    """F2 pressed again and again, and letters behind it, reach the question and stay there: only Enter issues."""
    inspection = nameless(county)
    sites.set_facts(county, site_of(county, inspection), {"name": "样例文化工作室"})
    async with screens(county) as pilot:
        await to_papers(pilot, inspection)
        await to_paper(pilot, "rectification_notice")
        burst(pilot, "f2", "f2", "f2", "y", "p", "space")
        await settled(pilot)
        await until(pilot, lambda: kind(pilot) == "ConfirmScreen")
        assert papers.papers(county) == []
        burst(pilot, "enter", "enter")
        await until(pilot, lambda: kind(pilot) == "IssuedScreen")
    assert len(papers.papers(county)) == 1
    assert len(files_of(where)) == 1


async def test_what_changed_since_it_was_read_is_not_issued(county: Store, where: Path) -> None:
    """A fact that somebody else records between the question and the answer stops the paper; it is shown anew."""
    inspection = nameless(county)
    sites.set_facts(county, site_of(county, inspection), {"name": "样例文化工作室"})
    async with screens(county) as pilot:
        await to_papers(pilot, inspection)
        await to_paper(pilot, "rectification_notice")
        await keys(pilot, "f2")
        await until(pilot, lambda: kind(pilot) == "ConfirmScreen")
        sites.set_facts(county, site_of(county, inspection), {"principal": "样例换人"})
        await keys(pilot, "enter")
        await until(pilot, lambda: "刚刚变了" in message_of(pilot.app))
        assert kind(pilot) == "PaperScreen"
    assert papers.papers(county) == []


async def test_an_original_replaces_a_provisional_number_and_copies_say_so(
    county: Store, where: Path
) -> None:
    """After a number came, F6 prints the original under it, F7 a copy; a voided paper keeps its number and its files."""
    inspection = nameless(county)
    sites.set_facts(county, site_of(county, inspection), {"name": "样例文化工作室"})
    async with screens(county) as pilot:
        await to_papers(pilot, inspection)
        await to_paper(pilot, "rectification_notice")
        await issue(pilot)
        await keys(pilot, "f6")
        assert kind(pilot) == "IssuedScreen"
        year = int(county.today()[:4])
        numbering.note_numbers(
            county, numbering.read_series("education", year, "rectification_notice"), first=7, last=9
        )
        papers.assign_numbers(county)
        await shows(pilot, "7号", "原临时编号")
        for key in ("f6", "f7"):
            await keys(pilot, key)
            await until(pilot, lambda: kind(pilot) == "FormScreen")
            await keys(pilot, "enter")
            await until(pilot, lambda: kind(pilot) == "IssuedScreen")
        await keys(pilot, "f3")
        await until(pilot, lambda: kind(pilot) == "KeptForm")
        await keys(pilot, "x", "f2")
        assert kind(pilot) == "KeptForm"
        await keys(pilot, "写错了当事人", "f2")
        await until(pilot, lambda: "已作废" in message_of(pilot.app))
        await keys(pilot, "f2")
        assert kind(pilot) == "IssuedScreen"
        await keys(pilot, "escape")
        await until(pilot, lambda: kind(pilot) == "PapersScreen" and "作废" in text_of(pilot.app))
    found = [path for path in files_of(where) if "7号" in path.name]
    (copy,) = [path for path in found if "副本" in path.name]
    (first,) = [path for path in found if path != copy]
    assert "副　本" not in words_of(first)
    assert "副　本" in words_of(copy)


async def test_a_paper_without_a_number_is_only_saved(county: Store, where: Path) -> None:
    """The record of the visit is made from what is recorded and what is typed; nothing is issued."""
    inspection = nameless(county)
    sites.set_facts(county, site_of(county, inspection), {"name": "样例文化工作室"})
    async with screens(county) as pilot:
        await to_papers(pilot, inspection)
        await to_paper(pilot, "on_site_record")
        await keys(pilot, "f2", "enter")
        await until(pilot, lambda: kind(pilot) == "TextScreen")
        await keys(pilot, "三间教室", "f2")
        await until(pilot, lambda: kind(pilot) == "PaperScreen")
        await keys(pilot, "f2")
        await shows(pilot, "不编文号")
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "FormScreen")
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "PapersScreen" and "已存" in message_of(pilot.app))
    assert papers.papers(county) == []
    assert "三间教室" in words_of(files_of(where)[0])


async def test_the_first_file_is_the_original_even_later(county: Store, where: Path) -> None:
    """Whoever leaves the form of the files gets the original with the next one, not a copy of nothing."""
    inspection = nameless(county)
    sites.set_facts(county, site_of(county, inspection), {"name": "样例文化工作室"})
    block(where)
    async with screens(county) as pilot:
        await to_papers(pilot, inspection)
        await to_paper(pilot, "rectification_notice")
        await keys(pilot, "f2")
        await until(pilot, lambda: kind(pilot) == "ConfirmScreen")
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "FormScreen")
        await keys(pilot, "enter")
        await until(pilot, lambda: "【未成】" in message_of(pilot.app) or "未成" in text_of(pilot.app))
        await keys(pilot, "escape")
        await until(pilot, lambda: kind(pilot) == "IssuedScreen" and "F7 存正本" in message_of(pilot.app))
        unblock(where)
        await keys(pilot, "f7", "enter")
        await until(pilot, lambda: "已存 1 个文件" in message_of(pilot.app))
    assert "副" not in files_of(where)[0].name


HOSTILE = "[/b][@click=app.quit]甲[/]\x1b[31m\u202e\u200b/../"


async def test_hostile_words_are_shown_and_do_nothing(county: Store, where: Path) -> None:
    """Names and typed text with markup, controls and paths stay text on every page, and make no other file name."""
    site = sites.add_site(
        county,
        name=HOSTILE,
        address=NAMELESS,
        facts={"permit_state": "none", "registration_state": "none", "principal": HOSTILE},
    )
    inspection = concluded(county, site.id, ("T-LIC-01", "3"))
    async with screens(county) as pilot:
        await to_papers(pilot, inspection)
        await to_paper(pilot, "rectification_notice")
        top(pilot).lines.select("typed:report_to")
        await keys(pilot, "enter", "[/b]", "f2")
        await until(pilot, lambda: kind(pilot) == "PaperScreen")
        await shows(pilot, "[/b]")
        await keys(pilot, "f6")
        await until(pilot, lambda: kind(pilot) == "PaperTextScreen")
        await shows(pilot, "[/b][@click=app.quit]甲[/]")
        await keys(pilot, "escape")
        await issue(pilot)
        await shows(pilot, "[/b][@click=app.quit]甲[/]")
        assert "\x1b" not in text_of(pilot.app)
    (path,) = files_of(where)
    assert not set('\\/:*?"<>|\x1b\u202e\u200b') & set(path.name)


async def test_whose_paper_which_items_and_their_words(county: Store, tmp_path: Path) -> None:
    """An authority that nobody recorded is recorded in place; Space takes an item out; its words are for this paper alone."""
    inspection = concluded(county, "上海老盛昌样例培训", ("T-LIC-01", "3"), ("T-TIME-02", "18:30-21:00"))
    facts = {
        "principal": "样例负责人",
        "credit_code": "91310000000000000X",
        "registered_address": "样例路1号",
    }
    sites.set_facts(county, site_of(county, inspection), facts)
    async with screens(county) as pilot:
        await to_papers(pilot, inspection)
        await to_paper(pilot, "rectification_notice")
        top(pilot).lines.select("lack:authority.address")
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "KeptForm" and "机关信息" in text_of(pilot.app))
        await keys(pilot, "样例路", "down", "000", "down", "样例人", "f2")
        await until(pilot, lambda: "全称" in message_of(pilot.app) or "【未成】" in text_of(pilot.app))
        await keys(pilot, "up", "up", "up", "up", "样例局", "down", "样教", "f2")
        await until(pilot, lambda: kind(pilot) == "PaperScreen")
        items = [row.id for row in top(pilot)._desk.items]
        assert len(items) > 1
        top(pilot).lines.select(f"item:{items[1]}")
        await keys(pilot, "space")
        await until(pilot, lambda: top(pilot).draft.items == (items[0], *items[2:]))
        top(pilot).lines.select(f"item:{items[0]}")
        await keys(pilot, "enter")
        await until(pilot, lambda: kind(pilot) == "KeptForm")
        await keys(pilot, "又查明", "f2")
        await until(pilot, lambda: kind(pilot) == "PaperScreen")
        await keys(pilot, "f6")
        await shows(pilot, "又查明")
    (known,) = numbering.authorities(county)
    assert (known.name, known.prefix, known.contact) == ("样例局", "样教", "样例人")


async def test_a_word_of_the_other_track_is_refused_with_the_text_kept(county: Store, where: Path) -> None:
    """A school is never told to stop its business: the sentence says which word, and what was typed stays."""
    inspection = concluded(county, "样例第一小学")
    async with screens(county) as pilot:
        await to_papers(pilot, inspection)
        await to_paper(pilot, "supervision_opinion")
        top(pilot).lines.select("typed:evaluation")
        await keys(pilot, "enter", "责令停办", "f2")
        await until(pilot, lambda: "没有制作" in message_of(pilot.app))
        assert kind(pilot) in ("TextScreen", "KeptForm")
        assert "责令停办" in text_of(pilot.app)
