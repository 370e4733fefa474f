"""Reading the documentation: its pages, headings, links and examples."""

import importlib.util
import re
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
_FENCE = re.compile(r"^```(\S*)[ \t]*(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_ANCHOR = re.compile(r'<a id="([^"]+)"></a>')
_HEADING = re.compile(r"^(#+)\s+(.*?)\s*$", re.MULTILINE)


class Example(NamedTuple):
    """A fenced block: its language, what the fence says after it, its text."""

    language: str
    kind: str
    text: str


def pages() -> list[Path]:
    """Every page of the documentation."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@cache
def text(page: str) -> str:
    """A page by its path from the root."""
    return (ROOT / page).read_text("utf-8")


def examples(page: str) -> list[Example]:
    """The fenced blocks of a page, in order."""
    return [Example(*found.groups()) for found in _FENCE.finditer(text(page))]


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return _FENCE.sub("", page.read_text("utf-8"))


def links(page: Path) -> list[str]:
    """Targets of the links of a page."""
    return _LINK.findall(prose(page))


def headings(page: Path) -> list[tuple[int, str]]:
    """(level, words) of each heading of a page."""
    return [(len(marks), words) for marks, words in _HEADING.findall(prose(page))]


def anchor(words: str) -> str:
    """The fragment by which a heading is linked."""
    return re.sub(r"[^\w\- ]", "", words.lower()).strip().replace(" ", "-")


@cache
def fragments(page: Path) -> frozenset[str]:
    """What a link into a page may name: its headings, and anchors of their own."""
    named = _ANCHOR.findall(page.read_text("utf-8"))
    return frozenset([*named, *(anchor(words) for _, words in headings(page))])


@cache
def writer() -> ModuleType:
    """The tool that writes the made parts of the guide."""
    path = ROOT / "tools" / "write_docs.py"
    spec = importlib.util.spec_from_file_location("write_docs", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["write_docs"] = module
    spec.loader.exec_module(module)
    return module
