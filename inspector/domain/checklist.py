"""What a checklist says: items, answers, rules as text, packs and the law they lean on. Plain frozen values.

A checklist is read from a YAML file by `inspector.forms`; its rules are judged by `inspector.domain.rules`.
An inspection pins the exact version that it was filled with by `Checklist.sha256`.
"""

from dataclasses import dataclass
from typing import Any, Literal

from inspector.language import tr

Track = Literal["enterprise", "school"]
"""Which vocabulary a checklist speaks. Enterprises are ordered and penalised; schools are supervised."""

SiteKind = Literal["training", "campus"]

AnswerType = Literal[
    "yes_no",
    "choice",
    "multi_choice",
    "integer",
    "decimal",
    "date",
    "time",
    "time_range",
    "text",
    "roster",
]

Verdict = Literal["violation", "hint", "in_order", "unknown", "not_applicable", "unanswered"]


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence for people in both languages; `str()` gives the one that this process speaks."""

    zh: str
    en: str

    def __str__(self) -> str:
        return tr(self.zh, self.en)


DEPARTMENTS: dict[str, Words] = {
    "education": Words("教体", "education & sports"),
    "market": Words("市监", "market regulation"),
    "police": Words("公安", "police"),
    "civil": Words("民政", "civil affairs"),
    "enforcement": Words("行政执法", "urban enforcement"),
    "fire": Words("消防/应急", "fire & emergency"),
    "sector": Words("行业主管", "sector authority"),
    "human_resources": Words("人社", "human resources"),
    "tax": Words("税务", "tax"),
    "cyber": Words("网信", "cyberspace"),
}
"""The departments of a joint team by code. "sector" is whose course it is: sports, culture, science …"""

SEVERITIES: dict[int, Words] = {
    4: Words("重大", "major"),
    3: Words("严重", "serious"),
    2: Words("一般", "moderate"),
    1: Words("轻微", "minor"),
}

RESPONDENTS: dict[str, Words] = {
    "student": Words("学生", "student"),
    "parent": Words("家长", "parent"),
    "teacher": Words("教师", "teacher"),
}
"""Whom a questionnaire is for."""

ENTERPRISE_WORDS = ("责令", "停办", "立案", "罚款", "没收", "吊销", "停业", "取缔", "行政处罚")
"""Measures against enterprises that a supervision of schools has no power to take (国务院令第624号 第二十一、二十二条)."""

SCHOOL_WORDS = ("督导意见", "整改清单")
"""Measures of supervision that mean nothing to an enterprise."""

UNVERIFIED = Words("条号待法制审核", "article to be checked by the legal office")
NOT_IN_FORCE = Words(
    "当日不在有效期内，待法制审核", "not in force on that day; to be checked by the legal office"
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that can be chosen. `code` is what entries keep."""

    code: str
    label: Words


@dataclass(frozen=True, slots=True)
class Column:
    """One typed column of a roster. `personal` marks what is masked in extracts."""

    code: str
    title: Words
    answer: "AnswerSpec"
    personal: bool = False


@dataclass(frozen=True, slots=True)
class AnswerSpec:
    """What an answer looks like.

    Attributes:
        unit: of a number, empty where there is none.
        choices: of choice and multi_choice, in the order of the file, which is also the order in entries.
        columns: of a roster; never rosters themselves.
        minimum, maximum: canonical texts; numbers, dates and times compare as such, rosters by rows,
            texts by characters. Empty means no bound.
        required: a conclusion names the item when it was not answered.
    """

    type: AnswerType
    unit: Words = Words("", "")
    choices: tuple[Choice, ...] = ()
    columns: tuple[Column, ...] = ()
    minimum: str = ""
    maximum: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition and the sentence that holds when it is true.

    Attributes:
        when: a CEL expression that gives a truth value.
        words: what is then the case; `{expression}` inside is replaced by its value.
        severity: of what is found by this rule, where it is not the item's.
    """

    when: str
    words: Words
    severity: int | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the answer most likely is, from what is known already. Somebody confirms it; it is never an answer by itself.

    Attributes:
        value: CEL that gives the answer as somebody would type it; "" proposes nothing.
        words: why; `{expression}` inside is replaced by its value.
    """

    value: str
    words: Words


@dataclass(frozen=True, slots=True)
class Example:
    """An answer and what the rules must say of it. Examples live in the checklist and are its tests."""

    value: Any
    expect: Verdict
    answers: tuple[tuple[str, Any], ...] = ()
    site: tuple[tuple[str, Any], ...] = ()
    day: tuple[tuple[str, Any], ...] = ()
    params: tuple[tuple[str, Any], ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """One question.

    Attributes:
        code: as in the county's own list, "T-LIC-01"; rules name its answer `answers.T_LIC_01`.
        applies: CEL; empty means always. Where it cannot be known, the officer is asked.
        invalid: answers that cannot be, each with its reason.
        violations: when the answer is a violation; empty for items that only record. All that hold are named.
        hints: when the answer deserves a word but is no violation.
        derived: CEL over other answers; a derived item is never asked. Its empty text means unknown.
        proposals: the first that is known and not empty is shown to be confirmed.
        fact: "day.kind" or "site.…": the answer stands for that fact in the rules of this inspection.
        severity: 1 minor … 4 major; proposals, not law.
        lead, partners: codes of DEPARTMENTS.
        measure: what is done about a violation, in the words of the track.
        deadline_days: days to put it right; 0 is on the spot; None for items that only record.
        basis: `LegalBasis.ref`s in order of weight.
        photo: a picture is asked for with a violation.
    """

    code: str
    question: Words
    answer: AnswerSpec
    severity: int
    lead: str
    help: Words | None = None
    partners: tuple[str, ...] = ()
    applies: str = ""
    invalid: tuple[Rule, ...] = ()
    violations: tuple[Rule, ...] = ()
    hints: tuple[Rule, ...] = ()
    derived: str = ""
    proposals: tuple[Proposal, ...] = ()
    fact: str = ""
    measure: Words | None = None
    deadline_days: int | None = None
    basis: tuple[str, ...] = ()
    record_only: bool = False
    photo: bool = False
    examples: tuple[Example, ...] = ()
    line: int = 0

    @property
    def name(self) -> str:
        """How rules call the answer of this item: "T_LIC_01"."""
        return answer_name(self.code)


@dataclass(frozen=True, slots=True)
class Checklist:
    """A module of questions for one track.

    Attributes:
        uses: codes of other checklists whose answers its rules may look at.
        form: "checklist", or "questionnaire": short questions to many people, answered without names and counted.
        respondents: whom a questionnaire is for, codes of RESPONDENTS.
        sha256: of the bytes of the file, lower-case hex: the exact version.
    """

    code: str
    version: str
    title: Words
    track: Track
    site_kinds: tuple[SiteKind, ...]
    items: tuple[Item, ...]
    sha256: str
    uses: tuple[str, ...] = ()
    language: Literal["cel"] = "cel"
    form: Literal["checklist", "questionnaire"] = "checklist"
    respondents: tuple[str, ...] = ()

    def item(self, code: str) -> Item:
        """The item of that code.

        Raises:
            KeyError: there is none.
        """
        for item in self.items:
            if item.code == code:
                return item
        raise KeyError(code)


@dataclass(frozen=True, slots=True)
class Pack:
    """Checklists for one occasion, in the order of the visit. All of one track.

    Attributes:
        questionnaires: codes of those that may be answered at such a visit.
        only: checklists of which it takes some items alone, with the codes of these.
    """

    code: str
    version: str
    title: Words
    track: Track
    site_kinds: tuple[SiteKind, ...]
    checklists: tuple[str, ...]
    occasion: Words
    sha256: str = ""
    questionnaires: tuple[str, ...] = ()
    only: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def items_of(self, code: str) -> tuple[str, ...]:
        """Codes of the items that it takes of a checklist; empty where it takes all."""
        return dict(self.only).get(code, ())


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """Where a rule comes from. Only a verified article may be printed in a document."""

    ref: str
    name: Words
    number: str = ""
    article: str = ""
    status: Literal["verified", "unverified"] = "unverified"
    note: str = ""
    valid_from: str = ""
    valid_until: str = ""

    @property
    def verified(self) -> bool:
        """Whether somebody read this article in the text of the source."""
        return self.status == "verified"

    def in_force(self, on: str) -> bool:
        """Whether the text is valid on a day ("YYYY-MM-DD"); first and last day included, open where not given."""
        return (not self.valid_from or self.valid_from <= on) and (
            not self.valid_until or on <= self.valid_until
        )

    def citation(self, on: str) -> str:
        """As it may be printed of something that happened on that day: with its article only when that is verified
        and valid then."""
        name = f"《{self.name.zh}》" + (f"（{self.number}）" if self.number else "")
        if not self.in_force(on):
            return f"{name}（{NOT_IN_FORCE.zh}）"
        if self.verified:
            return name + self.article
        return f"{name}（{UNVERIFIED.zh}）"


def answer_name(code: str) -> str:
    """How rules call the answer of an item: "T-LIC-01" → "T_LIC_01"."""
    return code.replace("-", "_")
