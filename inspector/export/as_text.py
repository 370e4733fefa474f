"""A paper as plain lines: what an officer reads before it is issued, without Word."""

from collections.abc import Mapping
from typing import Any

from inspector.domain.paper_kind import PaperKind
from inspector.export.layout import resolve


def as_text(kind: PaperKind, data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The lines of a paper, each with its look: "title", "heading", "center", "right", "small", "" or "label".

    A line may be long and hold line breaks: whoever shows it folds it.

    Raises:
        KeyError: the data lacks a name that the kind uses: it is of another version.
    """
    found: list[tuple[str, str]] = []
    for block in resolve(kind, data):
        lines = list(_lines(block))
        if lines and found and block["type"] in ("rows", "table", "seal", "head"):
            found.append(("", ""))
        found += lines
    return found


def _lines(block: Mapping[str, Any]) -> list[tuple[str, str]]:
    match block["type"]:
        case "head":
            marks = [("right", mark) for mark in block["marks"]]
            return [
                *marks,
                ("center", block["authority"]),
                ("title", block["title"]),
                ("right", block["number"]),
            ]
        case "seal":
            return [("right", block["authority"]), ("right", block["date"])]
        case "text":
            style = block["style"] if block["style"] not in ("body", "plain") else ""
            indent = "　　" if block["style"] == "body" else ""
            return [(style, indent + block["text"])]
        case "each":
            return [("", text) for text in block["texts"]]
        case "table":
            return [("label", _cells(row)) for row in block["rows"]]
        case "rows":
            return _rows(block)
        case "photos":
            return [("small", f"{row['no']}　{row['caption']}　{row['item']}") for row in block["photos"]]
        case _:
            return []


def _cells(row: list[str]) -> str:
    """Labels and values by turns: "当事人：…　负责人：…"."""
    pairs = [row[place : place + 2] for place in range(0, len(row), 2)]
    return "　　".join("：".join(pair) if len(pair) == 2 else pair[0] for pair in pairs)


def _rows(block: Mapping[str, Any]) -> list[tuple[str, str]]:
    if not block["rows"]:
        return [("", block["empty"])] if block["empty"] else []
    found = []
    for row in block["rows"]:
        numbered = len(block["titles"][0]) <= 2 and row[0].isdigit()
        titled = [
            f"{title}：{text}"
            for title, text in list(zip(block["titles"], row, strict=True))[numbered:]
            if text
        ]
        words = ("\n" if any("\n" in cell for cell in titled) else "　").join(titled)
        found.append(("label", f"{row[0]}　{words}" if numbered else words))
    return found
