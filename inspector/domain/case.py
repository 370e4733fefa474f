"""A case file that left the program: what it was about, for whom, why. What a case file is: docs/case-file.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inspector.domain.entries import Draft
from inspector.domain.ids import derived_id
from inspector.domain.objections import check_reason
from inspector.domain.registers import Setter
from inspector.errors import UsageError

EXPORTED = "case.exported"
INTERNAL, REDACTED = "internal", "redacted"
EDITIONS = {INTERNAL: ("内部卷", "internal"), REDACTED: ("公开件（已遮盖）", "redacted")}

SITE, INSPECTION, ITEM = "site", "inspection", "item"
"""What a case file may be about."""


def _exported(data: Mapping[str, Any]) -> Mapping[str, Any]:
    return {f"export/{data['manifest_sha256']}": {name: data[name] for name in ("edition", "reason")}}


VOCABULARY: dict[str, Setter] = {EXPORTED: _exported}


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """One thing that was asked for: its kind (`SITE`, `INSPECTION`, `ITEM`) and id."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.id}"


def subject_text(subjects: Sequence[Subject]) -> str:
    """What a case file is about as one text; the same whatever the order in which it was asked for."""
    return ",".join(str(one) for one in sorted(set(subjects)))


def case_id(subjects: Sequence[Subject], scope: str) -> str:
    """The id of the case file about these: the same on every laptop. Of a site that moved to another grid another one:
    the entries of one thing have one scope."""
    return derived_id("k", scope, subject_text(subjects))


def check_edition(edition: str) -> str:
    """The edition, if there is such a one.

    Raises:
        UsageError: there is not.
    """
    edition = next(
        (code for code, words in EDITIONS.items() if edition == words[0].partition("（")[0]), edition
    )
    if edition not in EDITIONS:
        raise UsageError(
            f"没有“{edition}”这种版本。", f"There is no edition {edition!r}.",
            hint=("可用：internal（内部卷）、redacted（公开件）。", "One of: internal, redacted."), code="case.edition",
        )  # fmt: skip
    return edition


def export_draft(
    subjects: Sequence[Subject],
    scope: str,
    *,
    edition: str,
    reason: str,
    entries: int,
    photos: int,
    documents: int,
    withheld: int,
    manifest_sha256: str,
) -> Draft:
    """That a case file was exported.

    Args:
        scope: of the site that it is about.
        entries, photos, documents: how many are in it; `withheld` how many bodies and photos are not.
        manifest_sha256: SHA-256 (hex) of its `manifest-sha256.txt` without the line of `data/evidence/export.json`,
            which names this very entry.

    Raises:
        Refusal: the reason says nothing.
    """
    check_reason(reason)
    data = {
        "subject": [str(one) for one in sorted(set(subjects))], "edition": edition, "reason": reason.strip(),
        "entries": entries, "photos": photos, "documents": documents, "withheld": withheld,
        "manifest_sha256": manifest_sha256,
    }  # fmt: skip
    # It replaces nothing: that a case file left again takes no earlier time back.
    return Draft(EXPORTED, case_id(subjects, scope), scope, data)
