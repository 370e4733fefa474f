"""A pack that takes some items of a checklist: which are asked, and what is refused."""

from pathlib import Path

import pytest

from inspector.forms.checklists import read_pack
from inspector.forms.library import shipped
from inspector.forms.packs import pack_problems
from inspector.forms.texts import read_texts
from inspector.services import inspections
from inspector.services.forms import Forms, publish
from inspector.services.sheets import sheet
from tests.workplace import all_entries, deliver, make_site, make_store, make_team

PACK = """pack: short-visit
version: "1"
title: {{zh: 短查, en: Short visit}}
occasion: {{zh: 试, en: try}}
track: enterprise
site_kinds: [training]
checklists: [T-LIC, T-AD]
only: {{{only}}}
"""


@pytest.mark.parametrize(
    ("only", "said"),
    [
        ("T-LIC: [T-LIC-01, T-LIC-02, T-LIC-03]", ""),
        ("T-LIC: [T-LIC-02]", ""),
        ("T-LIC: [T-LIC-02, T-LIC-03]", "T-LIC-03 要看T-LIC-01 的回答"),
        ("T-LIC: [T-LIC-77]", "T-LIC 里没有 T-LIC-77"),
        ("T-STF: [T-STF-01]", "T-STF 不在 checklists 里"),
    ],
)
def test_what_it_takes_must_be_there_and_enough(only: str, said: str) -> None:
    """An item that hangs on one that is left out could never be known."""
    pack = read_pack(PACK.format(only=only).encode(), "p.yaml")
    problems = [
        problem.zh
        for problem in pack_problems(pack, shipped().checklists, "p.yaml")
        if "T-AD" not in problem.zh
    ]
    assert [said in zh for zh in problems] == ([True] if said else [])


def test_only_those_items_are_asked_on_every_laptop(tmp_path: Path) -> None:
    """The inspection says itself which items it takes; another laptop shows the same ones, and nothing else is wanted."""
    path = tmp_path / "p.yaml"
    path.write_text(
        PACK.format(only="T-LIC: [T-LIC-01, T-LIC-02, T-LIC-03], T-AD: [T-AD-06]"), encoding="utf-8"
    )
    with make_store(tmp_path / "a", 1) as one, make_store(tmp_path / "b", 2) as two:
        publish(one, read_texts([path]))
        forms, team, site = Forms(one), make_team(one), make_site(one)
        begun = inspections.start(one, forms, site=site, people=team, pack="short-visit", source="plan")
        deliver(all_entries(one), two, scopes=("county", site.scope))
        for store in (one, two):
            now = sheet(store, Forms(store), begun.id)
            assert [line.item.code for line in now.lines()] == ["T-LIC-01", "T-LIC-02", "T-LIC-03", "T-AD-06"]
            assert set(now.unanswered) == {"T-LIC-01", "T-LIC-02", "T-AD-06"}
        inspections.answer(one, forms, begun.id, "T-LIC-01", "无")
        inspections.answer(one, forms, begun.id, "T-LIC-02", "无")
        assert sheet(one, forms, begun.id).line("T-LIC-03").value == "neither"
