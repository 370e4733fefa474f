"""The program's own verifier of case files: another implementation than `verify.py`, on the journal's code, with the same verdicts."""

import hashlib
import re
import unicodedata
from collections import Counter
from pathlib import Path

from inspector.casefile import checks
from inspector.casefile.archive import Archive, check_bag
from inspector.casefile.brackets import brackets
from inspector.casefile.checks import Findings
from inspector.casefile.loading import STARTED, Evidence, load
from inspector.casefile.policy import Policy, parse_policy
from inspector.casefile.verdict import Checked, Contents, Reason, Signer, StopError, Verdict
from inspector.domain.case import REDACTED
from inspector.errors import BadInput, UsageError
from inspector.journal.canonical import MalformedError
from inspector.journal.fingerprint import fingerprint, normal_fingerprint
from inspector.journal.note import parse_vkey

_HEX = re.compile("[0-9a-fA-F]{64}")
_STOPS = (Verdict.TAMPERED, Verdict.MALFORMED)


def check_case(path: Path, *, root: str = "", policy: str | None = None) -> Checked:
    """Check a case file: a stream, nothing is extracted.

    Args:
        root: the fingerprint of the centre's key, its SHA-256 in hex, or its vkey; without it the root is unknown.
        policy: text of a tlog-policy that the reader trusts, in the place of the file's; None takes the file's.

    Raises:
        UsageError: the root is none of these (`verify.root`).
        BadInput: the policy is none (`verify.policy`).
        OSError: the file cannot be read.
    """
    expected = read_root(root) if root else ""
    given = read_policy(policy) if policy is not None else None
    reasons: list[Reason] = []
    contents = None
    if path.exists() and not path.is_file():
        raise OSError(f"{path}: not a file")  # a pipe would be waited for
    with path.open("rb") as file:
        try:
            archive = Archive(file)
            exporter, reasons = check_bag(archive)
            if not any(one.verdict in _STOPS or one.where.startswith("data/evidence/") for one in reasons):
                evidence = load(archive)
                found = checks.run(archive, evidence, exporter, given)
                reasons += [*found.reasons, *_check_root(evidence, exporter, expected)]
                if evidence.case.edition == REDACTED:
                    reasons.append(Reason(Verdict.REDACTED, "case.json", "公开件", "a redacted edition"))
                contents = _contents(evidence, found)
        except StopError as stop:
            reasons = list(stop.reasons)
    return Checked(tuple(reasons), contents)


def read_root(text: str) -> str:
    """SHA-256 in hex, or its beginning of 20 bytes as a fingerprint, of the key that a text names."""
    plain = unicodedata.normalize("NFKC", text.strip())
    if "+" in plain:
        try:
            return hashlib.sha256(parse_vkey(plain).public).hexdigest()
        except MalformedError:
            raise _no_root() from None
    if _HEX.fullmatch(plain):
        return plain.lower()
    found = normal_fingerprint(text)
    if not found:
        raise _no_root()
    return found


def read_policy(text: str) -> Policy:
    """The policy of a text that somebody gave."""
    try:
        return parse_policy(text)
    except MalformedError as error:
        raise BadInput(
            "这不是见证规则（tlog-policy）", "this is not a policy (tlog-policy)", code="verify.policy"
        ) from error


def _no_root() -> UsageError:
    return UsageError(
        "这不是中心公钥的指纹",
        "this is not the fingerprint of a centre's key",
        hint=(
            "应为八组、每组四个字符，或 64 位十六进制，或公钥（vkey）。",
            "Eight groups of four characters, 64 hex characters, or the vkey.",
        ),
        code="verify.root",
    )


def _check_root(evidence: Evidence, exporter: bytes, expected: str) -> list[Reason]:
    public = evidence.bundle.public_key or exporter
    if expected in {fingerprint(public), hashlib.sha256(public).hexdigest()}:
        return []
    if expected:
        return [
            Reason(
                Verdict.UNKNOWN_ROOT, fingerprint(public), "案卷的中心公钥是这个指纹，与给出的不同",
                "the file's centre key, not the one you gave",
            )
        ]  # fmt: skip
    return [
        Reason(
            Verdict.UNKNOWN_ROOT, fingerprint(public), "中心公钥的指纹未经核对",
            "the centre's key was not compared with one you know",
        )
    ]  # fmt: skip


def _contents(evidence: Evidence, found: Findings) -> Contents:
    case, export, bundle = evidence.case, evidence.export, evidence.bundle
    counts = Counter(ref.device for ref in evidence.entries)
    begun = {entry.aggregate for entry in evidence.entries.values() if entry.type == STARTED}
    return Contents(
        case=case.case,
        edition=case.edition,
        subject=case.subject,
        entries=len(evidence.entries),
        photos=len(evidence.photos),
        withheld_entries=len(case.withheld_entries),
        withheld_photos=len(case.withheld_photos),
        exporter=_signer(evidence, export.device, counts[export.device]),
        export_entry=str(export.entry),
        export_time=export.time,
        export_reason=export.reason,
        export_actor=export.actor,
        signers=tuple(_signer(evidence, device, counts[device]) for device in sorted(counts)),
        centre=bundle.centre,
        centre_fingerprint=fingerprint(bundle.public_key) if bundle.public_key else "",
        log=found.head.origin if found.head else "",
        log_size=found.head.size if found.head else 0,
        policy_time=bundle.policy_time,
        agencies=tuple(found.agencies),
        witnesses=tuple(found.witnesses),
        seals=tuple(found.seals),
        unsealed=tuple(sorted(begun - {one.inspection for one in found.seals})),
        times=brackets(evidence),
    )


def _signer(evidence: Evidence, device: str, count: int) -> Signer:
    records = evidence.devices.get(device)
    return Signer(device, records[-1].department if records else "", count)
