"""What a paper says: everything that is printed on it as one JSON object, and what it lacks.

The object is what an issued paper keeps: a paper printed again next year says what it said when it was served.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from inspector.domain.checklist import Words
from inspector.domain.paper_kind import (
    NAMES,
    NO_PROOF,
    PLACEHOLDER,
    TYPED_TABLES,
    Missing,
    PaperField,
    PaperKind,
    foreign_words,
    judging_words,
    law_name,
)
from inspector.domain.paper_words import cn_date, cn_day, table_rows, total
from inspector.domain.site import Site
from inspector.domain.tidy import TEXT_MAX, for_matching, tidy_text
from inspector.domain.when import local_time
from inspector.errors import BadInput, UsageError
from inspector.evidence.examine import Examiner
from inspector.services import paper_evidence
from inspector.services.forms import Forms
from inspector.services.paper_evidence import About
from inspector.store.workspace import Store

FORMAT = 1
PICTURE_PIXELS = 1_200
TABLE_MAX = 40_000
_NOTHING = Words("", "")
_PLACES: Mapping[str, tuple[Words, Words]] = {
    "authority": (
        Words("机关信息", "the authority"),
        Words("inspector authority set", "inspector authority set"),
    ),
    "site": (Words("点位页", "the site's page"), Words("inspector site set", "inspector site set")),
    "inspection": (
        Words("检查页", "the inspection's page"),
        Words("在检查页填写并办结", "fill it in and conclude it"),
    ),
    "officers": (
        Words("检查队伍", "the team"),
        Words(
            "inspector inspect team；人员信息用 inspector officer add",
            "inspector inspect team, inspector officer add",
        ),
    ),
    "items": (
        Words("问题页", "the findings"),
        Words(
            "inspector finding amend，或制作时写 --set 字段.问题编号=…",
            "inspector finding amend, or --set field.finding=…",
        ),
    ),
    "served": (Words("送达", "service"), Words("inspector notice serve", "inspector notice serve")),
}
_TOO_LATE = Words(
    "检查已办结，不能再加照片：对该点位新建一次检查，拍照归到问题，办结后用新的问题制作",
    "the inspection is concluded and takes no more photos: inspect anew, photograph, and make the paper of the new finding",
)
PER_FINDING = ("fact", "requirement", "result", "responsible")
"""What may be worded for one finding alone: `--set result.f-12ab=已整改`."""


def gather(
    store: Store,
    forms: Forms,
    kind: PaperKind,
    *,
    about: About,
    typed: Mapping[str, str] | None = None,
    authority: Mapping[str, Any] | None = None,
    number: str = "",
    provisional: bool = False,
    served: Mapping[str, str] | None = None,
    day: str = "",
) -> dict[str, Any]:
    """All that a paper prints.

    Args:
        typed: what a person writes for this paper, by the names of `kind.typed`; besides "party" and "principal"
            where the site's file has no name, and "fact", "requirement", "result", "responsible" for one finding
            ("result.<its id>").
        authority: name, address, phone, contact, prefix.
        served: way, receiver, relation, date ("YYYY-MM-DD"), place, witness, note.
        day: of the paper, "YYYY-MM-DD"; today where it is empty.

    Raises:
        NotFound: a finding, the inspection or the site is not there.
        Refusal: a finding was withdrawn, or is a lead that this kind cannot pass on.
        BadInput: the kind speaks another track than the site is of, findings are of several sites, or what is typed
            has words of the other track or no date where one belongs.
        UsageError: something typed that this kind does not know.
    """
    typed = _tidy(kind, typed or {})
    served = {name: tidy_text(str((served or {}).get(name) or "")) for name in NAMES["served"]}
    scene = paper_evidence.scene(store, forms, kind, about=about, served=served["date"], typed=typed)
    own = date.fromisoformat(day) if day else local_time(store.clock.stamp().wall).date()
    on = own.isoformat()
    _check_track(kind, scene.site, typed)
    _check_objective(kind, typed)
    data: dict[str, Any] = {
        "format": FORMAT,
        "kind": kind.code,
        "version": kind.version,
        "authority": {name: tidy_text(str((authority or {}).get(name) or "")) for name in NAMES["authority"]},
        "paper": {
            "title": kind.title.zh, "number": number, "date": cn_date(own), "week": cn_date(own + timedelta(days=7)),
            "provisional": provisional, "duplicate": False, "draft": False,
        },
        "party": _party(scene.site, typed),
        "served": {**served, "date": cn_day(served["date"])},
        "law": {law_name(ref): scene.citation(ref, scene.day or on) for ref in kind.law},
        **scene.parts,
    }  # fmt: skip
    for name in TYPED_TABLES:
        data[name] = table_rows(typed.get(name, ""), NAMES[name][0][1:])
    data["summary"] |= {f"refund_{name}": total(data["refunds"], name) for name in ("due", "paid")}
    data["t"] = _typed(kind, typed, data)
    return data


def missing(kind: PaperKind, data: Mapping[str, Any], *, issued: bool = False) -> list[Missing]:
    """The mandatory fields that a paper lacks, in the order of the kind's file.

    Args:
        issued: the paper has been issued, so that its number belongs to it too.
    """
    found = []
    for one in kind.fields:
        if not one.required or (one.name == "paper.number" and (not issued or not kind.numbered)):
            continue
        if _lacks(one, data):
            where, how = _PLACES.get(one.source, (Words("制作文书时填写", "typed for the paper"), _NOTHING))
            if one.typed:
                how = Words(f"--set {one.typed}=…", f"--set {one.typed}=…")
            if one.name == "photos" and data["inspection"]["ended"]:
                how = _TOO_LATE
            found.append(
                Missing(
                    one.name, one.words.zh, one.words.en, where, how if how is _TOO_LATE else one.hint or how
                )
            )
    return found


def _lacks(field: PaperField, data: Mapping[str, Any]) -> bool:
    group, _, name = field.name.partition(".")
    value = data.get(group)
    school = bool(data.get("site", {}).get("is_school"))
    if group == "steps" and school:
        return False  # they are the law of enforcement
    if isinstance(value, list):
        # A school is visited by one responsible inspector; two officers are the law of enforcement.
        least = 1 if school else field.least
        return any(not row.get(name) for row in value) if name else len(value) < least
    return not (value or {}).get(name)


def check_printable(data: Mapping[str, Any]) -> None:
    """Whether what an issued paper keeps is of the form that is laid out: it may come from any laptop.

    Raises:
        BadInput: a group is no group, a table no table, a name is not there, or a value is neither text nor number.
    """
    data = {"proof": NO_PROOF, **data}
    for group, names in {**NAMES, "t": (), "law": ()}.items():
        value, table = data.get(group), isinstance(names, list)
        rows = value if table and isinstance(value, list | tuple) else [] if table else [value]
        wanted = names[0] if table else names
        if (table and not isinstance(value, list | tuple)) or not all(
            _printable(row, wanted) for row in rows
        ):
            raise BadInput(
                f"这份文书的内容（{group}）不是本程序能打印的，没有制作。",
                f"What this paper holds ({group}) cannot be printed by this program; nothing was made.",
                hint=("可能来自更新的版本，请升级；仍不行请联系签发的电脑。",
                      "It may be a newer program's: update, or ask the laptop that issued it."),
                code="paper.contents",
            )  # fmt: skip


def _printable(row: object, names: tuple[str, ...]) -> bool:
    return (
        isinstance(row, Mapping)
        and all(name in row for name in names)
        and all(value is None or isinstance(value, str | int) for value in row.values())
    )


def with_number(data: Mapping[str, Any], number: str, *, provisional: bool, day: str = "") -> dict[str, Any]:
    """The paper with the number that it was given when it was issued."""
    paper = {**data["paper"], "number": number, "provisional": provisional}
    return {**data, "paper": paper | ({"date": cn_day(day)} if day else {})}


def with_service(data: Mapping[str, Any], served: Mapping[str, str]) -> dict[str, Any]:
    """The paper with what was recorded of its service."""
    told = {name: str(served.get(name) or "") for name in NAMES["served"]}
    return {**data, "served": {**told, "date": cn_day(told["date"])}}


def pictures(store: Store, examiner: Examiner) -> Callable[[str], bytes | None]:
    """Gives a photo as a small upright JPEG, decoded in a bounded child; None where it is not here or no picture."""

    def picture(sha256: str) -> bytes | None:
        # A paper may be another laptop's, and what it names no photo at all.
        if re.fullmatch("[0-9a-f]{64}", sha256) is None or not store.blobs.has(sha256):
            return None
        return examiner.thumbnail(store.blobs.get(sha256), PICTURE_PIXELS)

    return picture


def _tidy(kind: PaperKind, typed: Mapping[str, str]) -> dict[str, str]:
    known = {found.typed: found for found in kind.typed}
    clean = {}
    for name, value in typed.items():
        first, _, rest = name.partition(".")
        if name not in (*known, "party", "principal") and not (first in PER_FINDING and rest):
            raise UsageError(
                f"这种文书没有“{name}”可填。", f"This kind of paper has no {name!r} to fill.",
                hint=("可填：" + "、".join(known), "There are: " + ", ".join(known)), code="paper.field",
            )  # fmt: skip
        clean[name] = tidy_text(str(value), limit=TABLE_MAX if name in TYPED_TABLES else TEXT_MAX)
        if name in known and known[name].form == "date" and clean[name]:
            try:
                clean[name] = cn_date(date.fromisoformat(clean[name]))
            except ValueError:
                raise BadInput(
                    f"“{known[name].words.zh}”应为日期，如 2026-09-21。", f"{name!r} is a day, such as 2026-09-21.",
                    code="paper.date",
                ) from None  # fmt: skip
    return clean


def _check_track(kind: PaperKind, site: Site | None, typed: Mapping[str, str]) -> None:
    if site is not None and kind.track != "both" and (site.kind == "campus") != (kind.track == "school"):
        whose = ("校外培训机构", "training sites") if kind.track == "enterprise" else ("学校", "schools")
        raise BadInput(
            f"“{kind.title.zh}”只用于{whose[0]}，没有制作。", f"{kind.title.en}: for {whose[1]} only; nothing was made.",
            hint=("用 inspector notice kinds 查看可用的文书。", "See inspector notice kinds."), code="paper.track",
        )  # fmt: skip
    if site is None:
        return
    track = "school" if site.kind == "campus" else "enterprise"
    for name, value in typed.items():
        if words := foreign_words(track, for_matching(value)):
            raise BadInput(
                f"“{name}”里的“{'、'.join(words)}”不是对这类场所的用语，没有制作。",
                f"{name}: {', '.join(words)} is a word for the other kind of site; nothing was made.",
                hint=("机构线和学校线的措辞分开。", "Enterprises are ordered, schools are supervised."),
                code="paper.words",
            )


def _check_objective(kind: PaperKind, typed: Mapping[str, str]) -> None:
    for one in kind.typed:
        if one.objective and (words := judging_words(for_matching(typed.get(one.typed, "")))):
            raise BadInput(
                f"“{one.words.zh}”只记所见，不写“{'、'.join(words)}”，没有制作。",
                f"{one.words.en}: it says what was seen, without {', '.join(words)}; nothing was made.",
                hint=("改成客观的叙述；照录现场文字的，放在引号里。",
                      "Say it without judging; what was read there goes between quotation marks."),
                code="paper.judging",
            )  # fmt: skip


def _party(site: Site | None, typed: Mapping[str, str]) -> dict[str, str]:
    facts = site.facts if site is not None else {}
    return {
        "name": typed.get("party") or str(facts.get("name") or ""),
        "principal": typed.get("principal") or str(facts.get("principal") or ""),
        "phone": str(facts.get("phone") or ""),
    }


def _typed(kind: PaperKind, typed: Mapping[str, str], data: Mapping[str, Any]) -> dict[str, str]:
    def value(found: re.Match[str]) -> str:
        group, _, name = found[1].partition(".")
        return str(data[group][name])

    return {
        found.typed: typed.get(found.typed) or re.sub(PLACEHOLDER, value, found.default)
        for found in kind.typed
        if found.name not in TYPED_TABLES
    }
