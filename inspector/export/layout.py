"""The blocks of a paper with their placeholders filled: what the PDF is set from. Values are texts, never markup."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from inspector.domain.paper_kind import NO_PROOF, PLACEHOLDER, Block, PaperKind
from inspector.plain import safe_text

PROVISIONAL = "（本文书暂用临时编号，取得正式编号后以正式编号为准）"
_PLACEHOLDER = re.compile(PLACEHOLDER)
_PICTURES = re.compile("[\u2400-\u2421\ufffe\uffff]")  # few fonts have the ones, no XML the others


def printable(value: Any) -> str:
    """A value as it is printed: control characters, and what would hide or turn text, as U+FFFD."""
    return _PICTURES.sub("\ufffd", safe_text(str(value)))


def fill(text: str, scope: Mapping[str, Any]) -> str:
    """A text with its placeholders filled from the data. Filled values are not looked at again.

    Raises:
        KeyError: the data has no such name.
    """

    def value(found: re.Match[str]) -> str:
        group, _, name = found[1].partition(".")
        return printable(scope[group][name] if name else scope[group])

    return _PLACEHOLDER.sub(value, text)


def holds(when: str, scope: Mapping[str, Any]) -> bool:
    """Whether a block's condition holds.

    Raises:
        KeyError: the data has no such name.
    """
    if not when:
        return True
    group, _, name = when.removeprefix("not ").partition(".")
    found = scope[group][name] if name else scope[group]
    return bool(found) != when.startswith("not ")


def signed(label: str) -> bool:
    """Whether a label asks for a signature or a seal by hand, which needs room."""
    return "签名" in label or "盖章" in label


def stuck(blocks: Sequence[Block]) -> list[bool]:
    """Which blocks stay on the page of the next one: headings, and what leads to a signature."""
    found = [False] * len(blocks)
    for place in range(len(blocks) - 2, -1, -1):
        block, below = blocks[place], blocks[place + 1]
        signing = below.type in ("table", "rows") and any(signed(text) for text in below.texts())
        leads = found[place + 1] and (below.type == "space" or block.style == "center")
        # No page has a seal and nothing else: somebody could put another text before it.
        sealing = any(one.type == "seal" for one in blocks[place + 1 : place + 3])
        found[place] = block.style == "heading" or (
            block.type in ("text", "space") and (signing or leads or sealing)
        )
    return found


def resolve(kind: PaperKind, data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every block that is printed, filled.

    Raises:
        KeyError: the data lacks a name that the kind uses: it is of another version.
    """
    data = {"proof": NO_PROOF, **data}
    blocks = [block for block in kind.blocks if holds(block.when, data)]
    return [
        {**_resolved(block, data), "sticky": sticky}
        for block, sticky in zip(blocks, stuck(blocks), strict=True)
    ]


def _resolved(block: Block, data: Mapping[str, Any]) -> dict[str, Any]:
    scopes = [{**data, "it": row} for row in data[block.over]] if block.over else []
    found: dict[str, Any] = {"type": block.type, "style": block.style, "lines": block.lines}
    if block.type == "head":
        paper = data["paper"]
        marks = [word for name, word in (("draft", "草　稿"), ("duplicate", "副　本")) if paper[name]]
        found |= {
            "marks": marks,
            "authority": printable(data["authority"]["name"]),
            "title": printable(paper["title"]),
            "number": printable(paper["number"]),
            "note": PROVISIONAL if paper["provisional"] else "",
        }
    elif block.type == "seal":
        found |= {
            "authority": printable(data["authority"]["name"]),
            "date": printable(data["paper"]["date"]),
        }
    elif block.type == "code":
        found["link"] = printable(data["proof"]["link"])
    elif block.type == "text":
        found["text"] = fill(block.text, data)
    elif block.type == "each":
        found["texts"] = [fill(block.text, scope) for scope in scopes]
    elif block.type == "table":
        found |= {
            "widths": list(block.widths),
            "rows": [[fill(text, data) for text in row] for row in block.cells],
            "tall": [any(signed(text) for text in row) for row in block.cells],
        }
    elif block.type == "rows":
        found |= {
            "widths": [column.width for column in block.columns],
            "titles": [column.title for column in block.columns],
            "rows": [[fill(column.text, scope) for column in block.columns] for scope in scopes],
            "tall": any(signed(column.title) for column in block.columns),
            "whole": block.over == "officers",
            "empty": "" if scopes else block.empty,
        }
    elif block.type == "photos":
        found["photos"] = [{name: printable(value) for name, value in row.items()} for row in data["photos"]]
    return found
