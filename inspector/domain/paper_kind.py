"""Kinds of papers (文书) as values: which fields one has to have, and its text as blocks. Read from files by
`inspector.forms.papers`; laid out by `inspector.export`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from inspector.domain.checklist import ENTERPRISE_WORDS, SCHOOL_WORDS, Words

PaperTrack = Literal["enterprise", "school", "both"]
Source = Literal["authority", "site", "inspection", "officers", "items", "served", "typed"]
"""What fills a field: the authority's own facts, the site's file, the inspection, its team, the findings that it is
about, what was recorded of its service, or a person for this paper alone."""

Style = Literal["body", "plain", "center", "right", "small", "heading"]

PLACEHOLDER = r"\{\{ ([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?) \}\}"
"""All that a text of a block may hold besides words: `{{ site.name }}`."""

NAMES: Mapping[str, Any] = {
    "authority": ("name", "address", "phone", "contact", "prefix"),
    "paper": ("title", "number", "date", "week", "provisional", "duplicate", "draft"),
    "party": ("name", "principal", "phone"),
    "site": (
        "name", "address", "registered_address", "credit_code", "category", "permit_number", "stage", "grid",
        "is_school", "state",
    ),
    "inspection": ("id", "date", "started", "ended", "source", "checklists", "answered"),
    "review": ("date",),
    "proof": ("fingerprint", "words", "link", "code"),
    "steps": ("certificates_shown", "rights_told", "recusal_asked"),
    "team": ("officers", "helpers", "count"),
    "served": ("way", "receiver", "relation", "date", "place", "witness", "note"),
    "summary": ("findings", "photos", "refund_due", "refund_paid"),
    "officers": [("no", "name", "unit", "certificate")],
    "helpers": [("no", "name", "unit", "role")],
    "lines": [("no", "item", "question", "answer", "note", "photos")],
    "findings": [
        ("no", "id", "item", "fact", "basis", "requirement", "due", "department", "severity", "photos", "found",
         "result", "responsible"),
    ],
    "goods": [("no", "name", "feature", "amount", "place")],
    "refunds": [("no", "student", "taught", "left", "due", "paid", "voucher")],
    "photos": [
        ("no", "caption", "item", "sha256", "sm3", "bytes", "taken", "recorded", "device", "by", "place", "picture"),
    ],
}  # fmt: skip
"""What papers and templates may name. A tuple is a group of values, a list in brackets the columns of a table.
Two more groups differ by kind: `t`, what is typed for this paper, and `law`, the citations of its legal bases.
`paper.week` is the seventh day after the paper's own (行政处罚法 第五十六条). It is a natural day: the seven of that law are
working days (第八十五条), so that what the paper promises is never too late."""

CASE_NAMES: Mapping[str, Any] = {
    "case": (
        "id", "title", "part", "party", "code", "address", "officers", "opened", "closed", "result", "numbers", "retention",
        "documents", "photos", "sheets", "pages", "entries", "edition", "upto", "withheld",
        "guard", "originals", "copies",
    ),
    "visit": ("seal", "party"),
    "take": ("officers", "carriers"),
    "contents": [("no", "volume", "title", "number", "date", "pages")],
    "digital": [
        ("no", "name", "category", "format", "bytes", "sha256", "sm3", "taken", "recorded", "bracket", "device", "by", "item",
         "note"),
    ],
    "shots": [("no", "caption", "times", "file")],
    "events": [("no", "clock", "bracket", "what", "who")],
    "issues": [("no", "fact", "state", "due", "handler")],
    "moves": [("no", "day", "what", "due", "who")],
    "tips": [("no", "received", "content", "reply")],
    "plans": [("name", "days")],
    "devices": [("device", "entries", "span", "jumps")],
    "marks": [("no", "what")],
    "audit": [("ref", "clock", "who", "what", "hash")],
    "gaps": [("no", "where", "what")],
}  # fmt: skip
"""What the documents of a case file may name besides; they are made with it, and are never issued."""

CASE_FAMILY = "case_"
"""How the codes of the documents of a case file begin."""

NO_PROOF: Mapping[str, str] = dict.fromkeys(NAMES["proof"], "")
"""Of an inspection that is not sealed, and of papers from before there were seals."""

JUDGING_WORDS = ("违法", "违规", "处罚", *ENTERPRISE_WORDS)
"""What a record of an inspection does not say: it has what was seen and judges nothing."""

TYPED_TABLES = ("goods", "refunds")
"""Tables that a person types: a row a line, its cells between "｜"."""


@dataclass(frozen=True, slots=True)
class PaperField:
    """One field.

    Attributes:
        name: where it is in the data: "site.address", "officers", "findings.basis" (of each), "t.stop_time".
        required: a paper without it does not go out.
        least: of a table, how many rows there have to be.
        default: what is printed where nobody types anything else; may hold placeholders.
        objective: what is typed only says what was seen; words of `JUDGING_WORDS` are refused outside of quotation marks.
        form: of what is typed: "line", "text", "date", "amount" or "rows".
        hint: where it is filled, where the source does not say it.
        private: what names a person who is protected: it stays on the laptop where it is typed, and is in no entry.
    """

    name: str
    words: Words
    source: Source
    required: bool = True
    least: int = 1
    default: str = ""
    form: str = "line"
    hint: Words | None = None
    private: bool = False
    objective: bool = False

    @property
    def typed(self) -> str:
        """The name under which somebody types it; empty where it comes from elsewhere."""
        return self.name.removeprefix("t.") if self.name.startswith("t.") or self.name in TYPED_TABLES else ""


@dataclass(frozen=True, slots=True)
class PaperColumn:
    """A column of a table of many rows. `width` is its share of the line."""

    title: str
    text: str
    width: int


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a paper.

    Attributes:
        type: "head" (authority, title, number), "text", "table" (labels and values), "rows" (a table of many),
            "each" (a line for each of many), "photos", "seal", "code" (of the proof, to be read by a
            camera), "page" (a new page), "space" (room for handwriting).
        when: a name; the block is left out where its value is empty. "not name" turns it round.
        over: of rows and each: the name of what is gone through; `it` is the present one in the texts.
        empty: of rows: what is said where there is nothing.
        lines: of space, how many.
    """

    type: str
    text: str = ""
    style: Style = "body"
    when: str = ""
    over: str = ""
    cells: tuple[tuple[str, ...], ...] = ()
    widths: tuple[int, ...] = ()
    columns: tuple[PaperColumn, ...] = ()
    empty: str = ""
    lines: int = 1

    def texts(self) -> Iterator[str]:
        """Every text in it, with its placeholders."""
        yield self.text
        yield self.empty
        for row in self.cells:
            yield from row
        for column in self.columns:
            yield column.title
            yield column.text


@dataclass(frozen=True, slots=True)
class PaperKind:
    """A kind of paper.

    Attributes:
        track: whose words it speaks; "both" speaks neither's.
        word: its word in the number (责改); empty where it has none.
        numbered: it takes a number.
        serves: with its service a deadline starts for the findings that it is about.
        due: what is typed of it that is this deadline's last day; empty where each finding has its own days.
        states: of a finding, in which it is usual (codes of the rectification's states); empty where it hangs on none.
        law: refs of the law register that its texts cite.
        sha256: of the bytes of its file.
    """

    code: str
    version: str
    title: Words
    track: PaperTrack
    word: str
    numbered: bool
    serves: bool
    states: tuple[str, ...]
    occasion: Words
    fields: tuple[PaperField, ...]
    blocks: tuple[Block, ...]
    law: tuple[str, ...] = ()
    sha256: str = ""
    due: str = ""

    @property
    def typed(self) -> tuple[PaperField, ...]:
        """The fields that somebody types for this paper."""
        return tuple(found for found in self.fields if found.typed)

    def names(self) -> dict[str, Any]:
        """Everything that this paper and a template for it may name."""
        return {
            **NAMES,
            **(CASE_NAMES if self.code.startswith(CASE_FAMILY) else {}),
            "t": tuple(found.typed for found in self.typed if found.name not in TYPED_TABLES),
            "law": tuple(law_name(ref) for ref in self.law),
        }


@dataclass(frozen=True, slots=True)
class Missing:
    """A field that a paper lacks: what it is, which part of the program fills it, and how."""

    field: str
    zh: str
    en: str
    where: Words
    how: Words


def law_name(ref: str) -> str:
    """How texts name a legal basis: "apl-28" → "apl_28"."""
    return ref.replace("-", "_")


def judging_words(text: str) -> list[str]:
    """Words of judgement in a text. What is quoted was seen or read there, and is left alone."""
    own = re.sub(r"“[^”]*”|「[^」]*」|《[^》]*》|\"[^\"]*\"", "", text)
    return [word for word in JUDGING_WORDS if word in own]


def foreign_words(track: str, text: str) -> list[str]:
    """Words in a text that a paper of this track does not speak: measures against enterprises are none for schools."""
    banned = {
        "enterprise": SCHOOL_WORDS,
        "school": ENTERPRISE_WORDS,
        "both": (*ENTERPRISE_WORDS, *SCHOOL_WORDS),
    }
    return [word for word in banned[track] if word in text]
