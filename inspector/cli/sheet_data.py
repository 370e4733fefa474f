"""An inspection for programs: what `inspect` prints with `--json`."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from inspector.services.sheets import Line, Sheet


def sheet_data(now: "Sheet") -> dict[str, Any]:
    """An inspection with its items, findings and photos."""
    from dataclasses import asdict

    state = now.inspection
    return {
        "id": state.id,
        "site": {"id": now.site.id, "name": now.site.name, "kind": now.site.kind},
        "scope": state.scope,
        "status": state.status,
        "pack": state.pack.to_data(),
        "checklists": [pin.to_data() for pin in state.checklists],
        "questionnaires": [pin.to_data() for pin in state.questionnaires],
        "officers": list(state.officers),
        "helpers": list(state.helpers),
        "patrol": state.patrol,
        "source": state.source,
        "frequency": dict(state.frequency) or None,
        "override": dict(state.override) or None,
        "procedure": {step: dict(found) for step, found in state.procedure.items()},
        "started": state.started.wall,
        "device": state.device,
        "counts": dict(now.counts),
        "unanswered": now.unanswered,
        "note": state.notes.get("", ""),
        "items": [line_data(line) for line in now.lines()],
        "findings": [asdict(row) for row in now.findings],
        "photos": [
            {
                "sha256": photo.sha256,
                "name": photo.name,
                "item": photo.item,
                "bytes": photo.bytes,
                **photo.facts,
            }
            for photo in state.photos
        ],
        "conclusion": state.conclusion,
        "void_reason": state.void_reason,
        "conflicts": list(state.conflicts),
        "late": state.late,
        "marks": [mark.to_data() for mark in now.marks],
        "seal": _seal_data(now.seal),
    }


def _seal_data(digest: bytes | None) -> dict[str, Any] | None:
    from inspector.journal.words import fingerprint, words

    if digest is None:
        return None
    return {"hash": digest.hex(), "fingerprint": fingerprint(digest), "words": list(words(digest))}


def line_data(line: "Line") -> dict[str, Any]:
    """One item with its answer and what follows."""
    from dataclasses import asdict

    return {
        "item": line.item.code,
        "question": line.item.question.zh,
        "question_en": line.item.question.en,
        "type": line.item.answer.type,
        "value": line.value,
        "shown": line.shown,
        "verdict": line.judgement.verdict,
        "reason": line.judgement.reason.zh,
        "reason_en": line.judgement.reason.en,
        "applies": line.applies,
        "why_not": line.why_not.zh if line.why_not else None,
        "why_not_en": line.why_not.en if line.why_not else None,
        "proposal": _proposal_data(line),
        "how": line.how,
        "derived": bool(line.item.derived),
        "note": line.note,
        "photos": line.photos,
        "conflict": line.conflict,
        "lead_only": line.lead_only,
        "finding": asdict(line.finding) if line.finding else None,
    }


def _proposal_data(line: "Line") -> dict[str, str] | None:
    if line.proposal is None:
        return None
    value, why = line.proposal
    return {"value": value, "reason": why.zh, "reason_en": why.en}
