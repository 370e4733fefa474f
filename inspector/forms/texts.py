"""Texts that are published (`office.TEXT_KINDS`): checked together, then kept byte by byte under their hash."""

import contextlib
import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from inspector.domain import office
from inspector.domain.checklist import Checklist, LegalBasis, Pack
from inspector.domain.entries import Draft, Entry
from inspector.domain.registers import fold
from inspector.errors import BadInput, UsageError
from inspector.forms.checklists import kind_of, read_checklist, read_pack
from inspector.forms.library import Library, rule_pin, validate_files
from inspector.forms.yaml_reader import read_yaml

KIND_LABELS = {"training": ("培训场所", "training site"), "campus": ("校园", "campus")}
"""The kinds of site that a pack may be for."""

F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class FormText:
    """The exact text of a checklist, a pack, or of what the county decides. `kind` is one of `office.TEXT_KINDS`."""

    kind: str
    code: str
    version: str
    sha256: str
    text: str


def rule_texts(library: Library) -> list[FormText]:
    """The texts of a library that a county may lay its own over: parameters, calendar, law register."""
    return [
        FormText(pin.kind, pin.code, pin.version, pin.sha256, library.sources[pin.sha256].decode("utf-8"))
        for pin in library.rules
    ]


def library_texts(library: Library) -> list[FormText]:
    """The checklists and packs of a library as they are published."""
    kinds = (("checklist", library.checklists), ("pack", library.packs))
    return [
        FormText(kind, form.code, form.version, form.sha256, library.sources[form.sha256].decode("utf-8"))
        for kind, forms in kinds
        for form in forms.values()
    ]


def changed_texts(texts: Iterable[FormText], known: Iterable[FormText]) -> list[FormText]:
    """Those texts whose code and version stand for other words already: laptops may go on with those."""

    def name(text: FormText) -> tuple[str, str, tuple[int, ...]]:
        return (
            text.kind,
            text.code,
            version_parts(text.version),
        )  # "2026.01" is no other version than "2026.1"

    before: dict[tuple[str, str, tuple[int, ...]], set[str]] = {}
    for text in known:
        before.setdefault(name(text), set()).add(text.sha256)
    return [text for text in texts if before.get(name(text), set()) - {text.sha256}]


def text_drafts(
    texts: Iterable[FormText], entries: Callable[[str], Iterable[Entry]], *, authors: Collection[str]
) -> list[Draft]:
    """Drafts that put texts into a journal, each exact text once.

    Args:
        entries: what the journal says of an aggregate.
        authors: the devices of the office that publishes. That somebody else published or pinned a text already is no
            decision of this office, and does not keep it from deciding.
    """
    drafts: list[Draft] = []
    for found in {text.sha256: text for text in texts}.values():
        before = entries(office.checklist_aggregate(found.sha256))
        decided = [entry for entry in before if is_decision(entry, authors)]
        known = fold(decided, office.VOCABULARY)
        drafts += office.publish_text(
            found.kind,
            known,
            code=found.code,
            version=found.version,
            sha256=found.sha256,
            text=found.text,
        )
    return drafts


def is_decision(entry: Entry, authors: Collection[str]) -> bool:
    """Whether an entry publishes a text for an office: by one of its devices, and not only pinned by an inspection."""
    return entry.ref.device in authors and not (entry.data or {}).get("pinned")


def version_parts(version: str) -> tuple[int, ...]:
    """A version as it is compared: "1.10" is newer than "1.9"."""
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))


def newest_packs(texts: Iterable[FormText]) -> dict[str, Pack]:
    """The newest pack of each code that this program can read."""
    return _newest(texts, "pack", read_pack)


def newest_checklists(texts: Iterable[FormText]) -> dict[str, Checklist]:
    """The newest checklist of each code that this program can read."""
    return _newest(texts, "checklist", read_checklist)


def _newest(texts: Iterable[FormText], kind: str, read: Callable[[bytes, str], F]) -> dict[str, F]:
    found: dict[str, F] = {}
    wanted = (text for text in texts if text.kind == kind)
    for text in sorted(wanted, key=lambda one: version_parts(one.version), reverse=True):
        if text.code not in found:
            with contextlib.suppress(BadInput):  # of a newer program
                found[text.code] = read(text.text.encode("utf-8"), f"{text.code}@{text.version}")
    return found


def check_assignable(pack: Pack, site_kind: str) -> None:
    """Whether a pack may be assigned to a kind of site.

    Raises:
        UsageError: there is no such kind.
        BadInput: the pack is not for it.
    """
    if site_kind not in KIND_LABELS:
        kinds = "、".join(f"{kind}（{zh}）" for kind, (zh, _) in KIND_LABELS.items())
        raise UsageError(
            f"不认识的场所种类“{site_kind}”，没有改动任何内容。",
            f"Unknown kind of site {site_kind!r}; nothing was changed.",
            hint=(f"可用：{kinds}", "One of: " + ", ".join(KIND_LABELS)),
        )
    if site_kind not in pack.site_kinds:
        zh, en = KIND_LABELS[site_kind]
        fits = "、".join(KIND_LABELS[kind][0] for kind in pack.site_kinds)
        raise BadInput(
            f"检查包“{pack.code}”不适用于{zh}，没有改动任何内容。",
            f"The pack {pack.code!r} is not for a {en}; nothing was changed.",
            hint=(f"它适用于：{fits}", "It is for: " + ", ".join(pack.site_kinds)),
            code="pack.site_kind",
        )


def read_texts(
    paths: Sequence[Path],
    *,
    known: Mapping[str, Checklist] | None = None,
    params: Mapping[str, Any] | None = None,
    register: Mapping[str, LegalBasis] | None = None,
) -> list[FormText]:
    """Read and check files that are to be published together.

    Args:
        known, params, register: what was published before (`validate_files`); a file may name it as it may name what
            is shipped.

    Raises:
        NotFound: a file cannot be read.
        BadInput: a file has problems, each at its line.
    """
    found = validate_files(paths, known=known, params=params, register=register)
    problems = [problem for problem in found if problem.severity == "error"]
    if problems:
        raise BadInput(
            f"{len(problems)}处问题，没有发布任何内容。", f"{len(problems)} problems; nothing was published.",
            code="checklist.invalid", problems=problems,
        )  # fmt: skip
    return [_read(path) for path in paths]


def _read(path: Path) -> FormText:
    data = path.read_bytes()
    kind = kind_of(read_yaml(data, path.name))
    if kind is None:
        raise BadInput(
            f"{path.name} 不是可以发布的文件。", f"{path.name} is no file that can be published.",
            hint=("可以发布检查表、检查包、参数、校历和法规登记表。",
                  "Checklists, packs, parameters, calendars and law registers can be published."),
            code="checklist.kind",
        )  # fmt: skip
    if kind in office.RULE_KINDS:
        pin = rule_pin(kind, data)
        return FormText(kind, pin.code, pin.version, pin.sha256, data.decode("utf-8"))
    found = read_checklist(data, path.name) if kind == "checklist" else read_pack(data, path.name)
    return FormText(kind, found.code, found.version, hashlib.sha256(data).hexdigest(), data.decode("utf-8"))
