"""Published texts stand under their own names alone."""

import hashlib
from typing import Any

import pytest

from inspector.central.storage import Storage
from inspector.domain.entries import Draft, Ref, Stamp
from inspector.domain.office import checklist_aggregate
from inspector.forms.library import shipped
from inspector.journal.entry import seal
from tests.contracts.laptops import BOOT, Laptop

CHECKLIST = shipped().checklists["T-TIME"]
TEXT = shipped().sources[CHECKLIST.sha256].decode()
SAID: dict[str, Any] = {
    "code": "T-TIME", "version": CHECKLIST.version, "sha256": CHECKLIST.sha256, "text": TEXT,
}  # fmt: skip


def reason(
    centre: Storage,
    laptop: Laptop,
    kind: str,
    data: dict[str, Any],
    *,
    aggregate: str = "",
    replaces: tuple[Ref, ...] = (),
) -> str:
    """What the centre makes of such an entry; "" where it is accepted."""
    draft = Draft(kind, aggregate or checklist_aggregate(data["sha256"]), "county", data, replaces)
    laptop.entries.append(
        seal(
            draft,
            ref=Ref(laptop.id, len(laptop.entries) + 1),
            actor="",
            time=Stamp(1_790_000_000_000, 480, BOOT, 1),
            salt=bytes(16),
        )
    )
    size = len(laptop.entries)
    verdicts = centre.append(laptop.push(size, size)).verdicts
    return verdicts[0].reason if verdicts else ""


def test_a_text_under_its_own_name_is_accepted(centre: Storage, laptop: Laptop) -> None:
    """The shipped checklists and packs, as laptops publish them, go to the others."""
    assert reason(centre, laptop, "checklist.published", SAID) == ""
    for pack in shipped().packs.values():
        text = shipped().sources[pack.sha256].decode()
        data = {"code": pack.code, "version": pack.version, "sha256": pack.sha256, "text": text}
        assert reason(centre, laptop, "pack.published", data) == ""


@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        ("checklist.published", {"code": "T-FEES"}),
        ("checklist.published", {"version": "9999.9"}),
        ("pack.published", {}),
        ("checklist.published", {"sha256": "0" * 64}),
        ("checklist.published", {"text": TEXT + " "}),
        ("strange.kind", {}),
        ("site.recorded", {"facts": {"name": "样例"}}),
    ],
)
def test_a_text_under_another_name_is_kept_apart(
    centre: Storage, laptop: Laptop, kind: str, changed: dict[str, Any]
) -> None:
    """Another code, version, kind, hash or text than the text's own, or another kind of entry beside it."""
    assert reason(centre, laptop, kind, SAID | changed) == "data.malformed"


def test_a_text_is_in_its_own_aggregate(centre: Storage, laptop: Laptop) -> None:
    """A text that is filed under another's aggregate is kept apart."""
    other = checklist_aggregate("0" * 64)
    assert reason(centre, laptop, "checklist.published", SAID, aggregate=other) == "data.malformed"


def test_a_text_of_a_newer_program_goes_on(centre: Storage, laptop: Laptop) -> None:
    """What this program cannot read is checked by its hash and passed on."""
    text = "checklist: [\n"
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    data = {"code": "N", "version": "2", "sha256": sha256, "text": text}
    assert reason(centre, laptop, "checklist.published", data) == ""


def test_a_published_text_replaces_nothing(centre: Storage, laptop: Laptop) -> None:
    """Neither another's text nor its own: it never changes."""
    assert reason(centre, laptop, "checklist.published", SAID) == ""
    again = reason(centre, laptop, "checklist.published", SAID, replaces=(Ref(laptop.id, 1),))
    assert again == "data.malformed"
