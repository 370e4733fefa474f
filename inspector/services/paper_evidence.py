"""What the record has for a paper: site, inspection, team, answers, findings and photos, in the words of papers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inspector.domain import finding as findings
from inspector.domain.answers import answer_words
from inspector.domain.checklist import DEPARTMENTS, SEVERITIES, LegalBasis
from inspector.domain.finding import Finding
from inspector.domain.inspection import Inspection
from inspector.domain.legality import TASK_SOURCES
from inspector.domain.lifecycle import TRANSFERRED
from inspector.domain.office import STANDINGS, Officer
from inspector.domain.paper_kind import NAMES, NO_PROOF, PaperKind
from inspector.domain.paper_words import (
    citations,
    cn_date,
    cn_day,
    cn_time,
    period_words,
    requirement_of,
    step_text,
)
from inspector.domain.registers import Registers
from inspector.domain.site import Site
from inspector.domain.when import local_date
from inspector.errors import BadInput, Refusal
from inspector.forms.county import County
from inspector.journal.words import fingerprint, seal_link, words
from inspector.services import lookup
from inspector.services.forms import Forms
from inspector.services.paper_review import of_review, reviews
from inspector.services.sealing import seal_hash
from inspector.services.sheets import site_of
from inspector.store import queries
from inspector.store.workspace import Store

_STATES = {"held": "有", "none": "无", "pending": "办理中", "unclear": "不清楚"}


@dataclass(frozen=True, slots=True)
class About:
    """What a paper is about. All may be empty: an answer to a tip needs no inspection."""

    items: tuple[str, ...] = ()
    inspection: str = ""
    site: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """What is known for a paper. `parts`: the groups of its data that come from the record. `day`: of the inspection."""

    site: Site | None
    parts: Mapping[str, Any]
    register: Mapping[str, LegalBasis]
    day: str = ""

    def citation(self, ref: str, on: str) -> str:
        """A legal basis as it may be printed of something on that day; empty where the register has none."""
        return self.register[ref].citation(on) if ref in self.register else ""


@dataclass(frozen=True, slots=True)
class _Record:
    """An inspection with what hangs on it."""

    state: Inspection
    registers: Registers
    county: County
    labels: Mapping[str, str] = field(default_factory=dict)


def scene(
    store: Store, forms: Forms, kind: PaperKind, *, about: About, served: str, typed: Mapping[str, str]
) -> Scene:
    """Everything of the record that a paper about these findings, this inspection or this site prints.

    Raises:
        NotFound: one of them is not there.
        Refusal: a finding was withdrawn, or is only a lead for another department.
        BadInput: findings of several sites.
    """
    items = [_finding(store, kind, name) for name in about.items]
    record = _record(store, forms, about.inspection or (items[-1].inspection if items else ""))
    site = _site(store, items, record, about.site)
    county = record.county if record else forms.county()
    of_items = {found.item for found in items if record and found.inspection == record.state.id}
    reviewed = reviews(store, about.items) if of_review(kind) else None
    shots = _photos(store, record, of_items, digest=_wants_sm3(kind)) if reviewed is None else reviewed.photos
    if record is not None:
        labels = _labels(store, record.state) if reviewed is None else reviewed.labels
        record = _Record(record.state, record.registers, record.county, labels)
    officers, helpers = _people(store, record, site)
    parts = {
        "site": _site_facts(store, site),
        "inspection": _inspection(forms, record),
        "review": {"date": cn_day(reviewed.day) if reviewed else ""},
        "proof": _proof(store, record),
        "steps": {
            name: step_text(record.state.procedure.get(name) if record else None) for name in NAMES["steps"]
        },
        "officers": officers,
        "helpers": helpers,
        "team": {
            "officers": "、".join(f"{one['name']}（{one['certificate']}）" for one in officers),
            "helpers": "、".join(f"{one['name']}（{one['role']}）" for one in helpers),
            "count": str(len(officers)),
        },
        "lines": _lines(forms, record) if _wants(kind, "lines") else [],
        "findings": [
            _finding_row(no, found, record, county, kind=kind, served=served, typed=typed)
            for no, found in enumerate(items, 1)
        ],
        "photos": shots,
        "summary": {"findings": str(len(items)), "photos": str(len(shots))},
    }
    day = local_date(record.state.started).isoformat() if record else ""
    return Scene(site, parts, county.register, day)


def _wants(kind: PaperKind, table: str) -> bool:
    return any(block.over == table for block in kind.blocks)


def _wants_sm3(kind: PaperKind) -> bool:
    return any("it.sm3" in text for block in kind.blocks for text in block.texts())


def _finding(store: Store, kind: PaperKind, text: str) -> Finding:
    name = lookup.finding(store, text)
    found, _ = findings.fold_finding(store.entries(name))
    if found is None or found.withdrawn:
        reason = found.withdrawn if found else ""
        raise Refusal(
            f"问题 {name} 已撤回，不能写进文书：{reason}", f"The finding {name} was withdrawn: {reason}",
            code="paper.withdrawn",
        )  # fmt: skip
    if found.lead_only and TRANSFERRED not in kind.states:
        raise Refusal(
            f"问题 {name} 只是给其他部门的线索，不能写进“{kind.title.zh}”。",
            f"The finding {name} is only a lead for another department; it is not for this paper.",
            hint=("用线索（案件）移送函。", "Pass it on by a transfer letter."), code="paper.lead_only",
        )  # fmt: skip
    return found


def _record(store: Store, forms: Forms, text: str) -> _Record | None:
    if not text:
        return None
    name = lookup.inspection(store, text).id
    state, registers = lookup.folded(store.entries(name), name)
    return _Record(state, registers, forms.rules(state))


def _site(store: Store, items: Sequence[Finding], record: _Record | None, text: str) -> Site | None:
    if len({found.site for found in items} | ({record.state.site} if record else set())) > 1:
        raise BadInput(
            "这些问题不是同一个点位的，没有制作。", "These findings are of several sites; nothing was made.",
            hint=("一份文书只写一个点位的问题。", "A paper is about one site."), code="paper.sites",
        )  # fmt: skip
    if record is not None:
        return site_of(store, record.state)
    return lookup.site(store, text) if text else None


def _site_facts(store: Store, site: Site | None) -> dict[str, Any]:
    facts = site.facts if site is not None else {}

    def fact(name: str) -> str:
        return str(facts.get(name) or "")

    unregistered = "未办理登记" if facts.get("registration_state") == "none" else ""
    permit = fact("permit_number") or _STATES.get(fact("permit_state"), "")
    grids = {grid.id: grid.name for grid in queries.grids(store.connection)}
    return {
        "name": fact("name"),
        "address": fact("address"),
        "registered_address": fact("registered_address") or unregistered,
        "credit_code": fact("credit_code") or unregistered,
        "category": fact("category"),
        "permit_number": permit,
        "stage": fact("stage"),
        "grid": grids.get(site.scope, "") if site is not None else "",
        "is_school": site is not None and site.kind == "campus",
        "state": fact("status"),
    }


def _inspection(forms: Forms, record: _Record | None) -> dict[str, str]:
    if record is None:
        return dict.fromkeys(NAMES["inspection"], "")
    state = record.state
    source = TASK_SOURCES.get(state.source)
    codes = {pin.code for pin in state.checklists}
    titles = [one.checklist.title.zh for one in forms.of(state).checklists if one.checklist.code in codes]
    return {
        "id": state.id,
        "date": cn_date(local_date(state.started)),
        "started": cn_time(state.started.wall),
        "ended": cn_time(state.concluded_at.wall) if state.concluded_at else "",
        "source": source.zh if source else state.source,
        "checklists": "、".join(titles),
        "answered": str(len(state.answers)),
    }


def _proof(store: Store, record: _Record | None) -> dict[str, str]:
    """What seals the inspection, for people: letters, words, and what a camera reads."""
    digest = seal_hash(store, record.state.id) if record is not None else None
    if record is None or digest is None:
        return dict(NO_PROOF)
    link = seal_link(record.state.id, digest)
    return {**NO_PROOF, "fingerprint": fingerprint(digest), "words": " ".join(words(digest)), "link": link}


def _people(
    store: Store, record: _Record | None, site: Site | None
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Those who inspect, and apart from them those who only come along: a grid worker never inspects."""
    if record is None:
        return [], []
    school = site is not None and site.kind == "campus"
    standings = ("officer", "school_inspector") if school else ("officer",)
    there = lookup.officers(store, record.state.officers)
    inspect = [person for person in there if person.standing in standings]
    along = [person for person in there if person.standing not in standings]
    along += lookup.officers(store, record.state.helpers)
    return (
        [
            {"no": str(no), "name": one.name, "unit": one.department, "certificate": _certificate(one)}
            for no, one in enumerate(inspect, 1)
        ],
        [
            {"no": str(no), "name": one.name, "unit": one.department, "role": _role(one)}
            for no, one in enumerate(along, 1)
        ],
    )


def _certificate(person: Officer) -> str:
    return person.certificate or ("督学" if person.standing == "school_inspector" else "")


def _role(person: Officer) -> str:
    standing = STANDINGS[person.standing][0] if person.standing in STANDINGS else "辅助人员"
    return standing if standing != STANDINGS["officer"][0] else "陪同"


def _lines(forms: Forms, record: _Record | None) -> list[dict[str, str]]:
    """What was answered, item by item, without any judgement. Tables of people stay in the record: only their length."""
    if record is None:
        return []
    state = record.state
    rows: list[dict[str, str]] = []
    for compiled in forms.of(state).checklists:
        for item in compiled.checklist.items:
            value = state.answers.get(item.code)
            if value is None or item.derived:
                continue
            table = item.answer.type == "roster"
            rows.append(
                {
                    "no": str(len(rows) + 1),
                    "item": item.code,
                    "question": item.question.zh,
                    "answer": f"登记表{len(value)}行（存检查档案）"
                    if table
                    else answer_words(item, value).zh,
                    "note": state.notes.get(item.code, ""),
                    "photos": record.labels.get(item.code, ""),
                }
            )
    return rows


def _finding_row(
    no: int,
    found: Finding,
    record: _Record | None,
    county: County,
    *,
    kind: PaperKind,
    served: str,
    typed: Mapping[str, str],
) -> dict[str, str]:
    """A finding as a paper has it: facts, basis, requirement and period."""

    def own(name: str) -> str:
        return next((typed[key] for key in (f"{name}.{found.id}", f"{name}.{no}") if key in typed), "")

    state = record.state if record and record.state.id == found.inspection else None
    on = local_date(found.recorded).isoformat()
    note = state.notes.get(found.item, "") if state else ""
    shown = "。".join(part for part in (found.reason.rstrip("。"), note.rstrip("。")) if part)
    cited = [county.register[ref] for ref in found.basis if ref in county.register]
    lead = DEPARTMENTS.get(found.lead)
    return {
        "no": str(no),
        "id": found.id,
        "item": found.item,
        "fact": own("fact") or (f"{shown}。" if shown else ""),
        "basis": citations(cited, on),
        "requirement": own("requirement") or requirement_of(found.measure),
        "due": _due(found, county, kind=kind, served=served),
        "department": lead.zh if lead else found.lead,
        "severity": SEVERITIES[found.severity].zh if found.severity in SEVERITIES else "",
        "photos": record.labels.get(found.item, "") if record else "",
        "found": cn_date(local_date(found.recorded)),
        "result": own("result") or typed.get("result", ""),
        "responsible": own("responsible") or typed.get("responsible", ""),
    }


def _due(found: Finding, county: County, *, kind: PaperKind, served: str) -> str:
    working = county.params.get("deadline_days_kind") == "working"
    due = found.due
    if kind.serves:
        from datetime import date

        known = None
        if served:
            known = findings.due_date(
                date.fromisoformat(served), found.deadline_days, county.calendar, county.params
            )
        due = known.date.isoformat() if known is not None and known.certain else ""
    return period_words(found.deadline_days, working=working, serves=kind.serves, due=due)


def _labels(store: Store, state: Inspection) -> dict[str, str]:
    """Item code → "照片1、照片3"; numbers are those of the whole inspection, the same on each of its papers."""
    found: dict[str, list[str]] = {}
    for no, row in enumerate(queries.photos(store.connection, state.id), 1):
        found.setdefault(row.item, []).append(f"照片{no}")
    return {item: "、".join(labels) for item, labels in found.items()}


def _photos(store: Store, record: _Record | None, items: set[str], *, digest: bool) -> list[dict[str, Any]]:
    if record is None:
        return []
    people = {person.id: person.name for person in queries.officers(store.connection)}
    rows = []
    for no, row in enumerate(queries.photos(store.connection, record.state.id), 1):
        if items and row.item not in items:
            continue
        head = record.registers.head(f"photo/{row.sha256}")
        taken = str(row.facts.get("taken") or "").replace("T", " ")
        rows.append(
            {
                "no": f"照片{no}",
                "caption": row.name,
                "item": row.item or "（整次检查）",
                "sha256": row.sha256,
                "sm3": _sm3(store, row.sha256) if digest else "",
                "bytes": str(row.bytes),
                "taken": taken or "文件未记载",
                "recorded": cn_time(head.time.wall) if head else "",
                "device": str(row.facts.get("device") or "") or "文件未记载",
                "by": people.get(head.actor, "") if head else "",
                "place": f"采集终端{row.device[:8]}的加密照片库，原文件名{row.name}",
                "picture": row.sha256,
            }
        )
    return rows


def _sm3(store: Store, sha256: str) -> str:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes

    if not store.blobs.has(sha256):
        return ""
    try:
        digest = hashes.Hash(hashes.SM3())
    except UnsupportedAlgorithm:
        return ""
    digest.update(store.blobs.get(sha256))
    return digest.finalize().hex()
