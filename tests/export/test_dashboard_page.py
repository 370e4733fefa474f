"""The page for a browser: self-contained, harmless whatever people wrote, readable without colour and script."""

import html
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from inspector.errors import Refusal
from inspector.export.dashboard_page import page, write_page
from inspector.services import dashboard, sites, tasks
from inspector.services.dashboard import Dashboard
from inspector.store.workspace import Store
from tests.ui.lead_world import found_items, served, with_duties
from tests.ui.ui_world import make_county

HOSTILE = (
    "<script>document.title='taken'</script><img src='http://asked.invalid/x' onerror=alert(1)>\"'&\u202e"
)
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
BROWSER_SECONDS = 120
_BROWSERS_OWN = (".google.com", ".googleapis.com", ".gvt1.com")


@pytest.fixture
def county(tmp_path: Path) -> Iterator[Store]:
    """A county whose site with an overdue item has a hostile name."""
    from datetime import date

    store = make_county(tmp_path / "ws")
    with_duties(store)
    sites.add_site(store, name=HOSTILE, address="样例路8号")
    items = found_items(store, HOSTILE)
    served(store, items[1], until=date(2026, 11, 22), on=date(2026, 11, 20))
    tasks.add_task(store, task="夜查", lead="县公安局")
    yield store
    store.close()


@pytest.fixture
def found(county: Store) -> Dashboard:
    """Its wall map, with a grid of a hostile name."""
    made = dashboard.dashboard(county)
    return replace(
        made, grids=(replace(made.grids[0], code="G<1>", name=HOSTILE, lead_unit=HOSTILE), *made.grids)
    )


class _Parts(HTMLParser):
    """What a page is made of: its elements with their attributes, and what its scripts and styles say."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


def test_names_of_people_are_text_and_nothing_else(found: Dashboard) -> None:
    """One script, which is ours; no handler, no picture, no link, nothing that is fetched; a policy that forbids the rest."""
    parts = _Parts()
    text = page(found)
    parts.feed(text)
    tags = [tag for tag, _ in parts.elements]
    assert tags.count("script") == 1
    assert not {"img", "link", "iframe", "object", "a", "form", "base"} & set(tags)
    for _, attributes in parts.elements:
        assert not any(
            name.startswith("on") or name in ("src", "href", "style", "action") for name in attributes
        )
    assert "&lt;script&gt;" in text
    assert "\u202e" not in text
    ours = text.replace(html.escape("http://asked.invalid/x"), "")
    assert not re.search(r"https?:|url\(|@import|//[a-z]", ours)
    (policy,) = [values for tag, values in parts.elements if tag == "meta" and "http-equiv" in values]
    assert str(policy["content"]).startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in str(policy["content"])


def test_every_chart_has_words_and_a_table(found: Dashboard) -> None:
    """Charts have names and titles for each bar; tables have captions and heads; each tile says its standing in words."""
    parts = _Parts()
    text = page(found)
    parts.feed(text)
    charts = [values for tag, values in parts.elements if tag == "svg" and values.get("role") == "img"]
    assert len(charts) == 3
    assert all(values["aria-label"] for values in charts)
    assert text.count("<table>") == text.count("<caption>") == 4
    assert text.count('<th scope="col"') == text.count('aria-sort="none"')
    assert text.count('<li class="tile') == len(found.grids)
    assert "有逾期" in text
    assert 'lang="en">overdue' in text


def test_a_page_that_is_there_stays(found: Dashboard, tmp_path: Path) -> None:
    """Not replaced without force; a folder gets a name with the day."""
    path, size = write_page(found, tmp_path)
    assert (path.name, path.stat().st_size) == ("挂图作战-2026-11-23.html", size)
    with pytest.raises(Refusal) as refused:
        write_page(found, tmp_path)
    assert refused.value.code == "export.exists"
    assert write_page(found, path, force=True)[0] == path


@pytest.mark.skipif(CHROMIUM is None, reason="there is no browser here")
def test_a_browser_runs_ours_alone_and_asks_for_nothing(found: Dashboard, tmp_path: Path) -> None:
    """Its title stays, the policy is not broken, the language can be switched, a table sorts, and no request is made."""
    path, _ = write_page(found, tmp_path / "page.html")
    # A second copy presses its buttons, by a script that its own policy is told of.
    import base64
    import hashlib

    press = (
        "document.getElementById('language').click();"
        "var heads=document.querySelectorAll('table')[0].querySelectorAll('button');heads[10].click();heads[10].click();"
        "document.title='sorted '+document.querySelector('tbody tr').children[10].textContent;"
    )
    own = "'sha256-" + base64.b64encode(hashlib.sha256(press.encode()).digest()).decode() + "'"
    text = path.read_text("utf-8").replace("script-src ", f"script-src {own} ", 1)
    pressed = tmp_path / "pressed.html"
    pressed.write_text(text.replace("</body>", f"<script>{press}</script></body>"), encoding="utf-8")
    first, log = _browse(path, tmp_path / "net.json")
    assert "<title>挂图作战 2026-11-23</title>" in first
    assert "Content Security Policy" not in log
    asked = re.findall(r'"url":"[a-z]+://([^/"]*)', (tmp_path / "net.json").read_text("utf-8"))
    assert [host for host in asked if host and not host.endswith(_BROWSERS_OWN)] == []
    second, _ = _browse(pressed, tmp_path / "net2.json")
    assert "<title>sorted 1</title>" in second
    assert re.search(r'<html lang="en" class="en">', second)
    assert 'aria-sort="descending"' in second


def _browse(path: Path, net: Path) -> tuple[str, str]:
    """The page as it stands after its scripts, and what the browser said; what it asked for is written to `net`."""
    assert CHROMIUM is not None
    done = subprocess.run(
        [
            CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--no-first-run", "--enable-logging=stderr",
            f"--user-data-dir={net.with_suffix('.profile')}", "--host-resolver-rules=MAP * ~NOTFOUND", "--dump-dom",
            path.as_uri() + "?", f"--log-net-log={net}", "--virtual-time-budget=2000",
        ],
        capture_output=True, timeout=BROWSER_SECONDS,
    )  # fmt: skip
    return done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
