"""What a check of a case file finds: the verdict, why, what is in it, and who vouches for it (docs/case-file.md, "Verifying")."""

from dataclasses import dataclass
from enum import IntEnum

from inspector.journal.words import fingerprint, words
from inspector.language import tr


class Verdict(IntEnum):
    """The verdicts, by exit status."""

    VERIFIED = 0
    UNWITNESSED = 10
    NOT_AT_CENTRE = 11
    REDACTED = 12
    TAMPERED = 20
    INCOMPLETE = 21
    UNKNOWN_ROOT = 22
    AFTER_REVOCATION = 23
    MALFORMED = 30
    UNSUPPORTED = 31

    @property
    def code(self) -> str:
        """The name for programs."""
        return self.name.lower()

    @property
    def words(self) -> str:
        """The name for people."""
        return tr(*_WORDS[self])


_WORDS = {
    Verdict.VERIFIED: ("核验通过：自设备签名起未被改动", "verified: unchanged since its devices signed it"),
    Verdict.UNWITNESSED: ("日志见证单位不足", "unwitnessed: too few agencies cosigned the centre's log"),
    Verdict.NOT_AT_CENTRE: ("有签名，但未经中心登记", "signed by its devices, but not in the centre's log"),
    Verdict.REDACTED: (
        "核验通过（公开件，部分内容未附）",
        "redacted: everything that is here holds, some of it is withheld",
    ),
    Verdict.TAMPERED: ("已被改动", "tampered"),
    Verdict.INCOMPLETE: ("不完整", "incomplete"),
    Verdict.UNKNOWN_ROOT: (
        "中心身份未核对",
        "unknown root: the centre's key was not compared with one you know",
    ),
    Verdict.AFTER_REVOCATION: (
        "含设备停用或隔离后的记录",
        "recorded or exported by a device that was revoked",
    ),
    Verdict.MALFORMED: ("文件格式不对", "malformed: not a case file"),
    Verdict.UNSUPPORTED: ("不认识的版本", "unsupported: a newer program is needed"),
}

PRECEDENCE = (
    Verdict.MALFORMED, Verdict.UNSUPPORTED, Verdict.TAMPERED, Verdict.INCOMPLETE, Verdict.AFTER_REVOCATION,
    Verdict.UNKNOWN_ROOT, Verdict.NOT_AT_CENTRE, Verdict.UNWITNESSED, Verdict.REDACTED, Verdict.VERIFIED,
)  # fmt: skip
"""Of several the first is the verdict."""

NOT_PROVEN = (
    ("记录的内容属实", "that what is recorded is true"),
    ("镜头对着的是现场（而不是屏幕或照片）", "that the camera was pointed at reality"),
    ("没有漏记的事", "that nothing was left unrecorded"),
    ("确切的时刻：只有先后界限", "the exact moment: there are only bounds before and after"),
    (
        "见证单位到过现场：它们见证的是中心日志没有改写",
        "that the agencies which cosigned were on site: they vouch for the centre's log",
    ),
    (
        "文书、缩略图等由导出设备制作，以其签名为限",
        "documents and small pictures beyond the word of the device that exported",
    ),
)
"""What no case file can prove, in both languages."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: which verdict it leads to, the file or entry where it shows."""

    verdict: Verdict
    where: str
    zh: str
    en: str

    @property
    def message(self) -> str:
        """The sentence in the language of this process."""
        return tr(self.zh, self.en)


class StopError(Exception):
    """Nothing more can be checked, for these reasons."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__(*(f"{one.where}: {one.en}" for one in reasons))
        self.reasons = reasons


def malformed(where: str, zh: str = "格式不对", en: str = "is not of the format") -> StopError:
    """That something is not of the format."""
    return StopError(Reason(Verdict.MALFORMED, where, zh, en))


@dataclass(frozen=True, slots=True)
class Signer:
    """A device with entries here: its name, its agency as the centre enrolled it, how many entries."""

    device: str
    department: str
    entries: int


@dataclass(frozen=True, slots=True)
class Bracket:
    """When an entry was made.

    Attributes:
        not_before, not_after: seconds since 1970 UTC; None where nothing bounds it.
        clock: what the device's clock said, milliseconds since 1970 UTC.
        jumped: the clock was set before it, within one run of the machine.
    """

    entry: str
    type: str
    not_before: int | None
    not_after: int | None
    clock: int
    jumped: bool = False

    @property
    def outside(self) -> int:
        """By how many seconds the clock lies outside of the bounds: negative before, positive after, else 0."""
        seconds = self.clock // 1000
        if self.not_before is not None and seconds < self.not_before:
            return seconds - self.not_before
        if self.not_after is not None and seconds > self.not_after:
            return seconds - self.not_after
        return 0


@dataclass(frozen=True, slots=True)
class SealFound:
    """A seal: the inspection, the seal's entry, and its entry hash (hex), which papers print."""

    inspection: str
    entry: str
    hash: str

    @property
    def fingerprint(self) -> str:
        """What papers print of it, in letters."""
        return fingerprint(bytes.fromhex(self.hash))

    @property
    def words(self) -> tuple[str, ...]:
        """What papers print of it, in words."""
        return words(bytes.fromhex(self.hash))


@dataclass(frozen=True, slots=True)
class Contents:
    """What a case file holds and who vouches for it; only where its evidence could be read.

    Attributes:
        unsealed: inspections without a seal here: what may be left out of them cannot be known.
    """

    case: str
    edition: str
    subject: str
    entries: int
    photos: int
    withheld_entries: int
    withheld_photos: int
    exporter: Signer
    export_entry: str
    export_time: int
    export_reason: str
    export_actor: str
    signers: tuple[Signer, ...]
    centre: str
    centre_fingerprint: str
    log: str
    log_size: int
    policy_time: int
    agencies: tuple[str, ...]
    witnesses: tuple[str, ...]
    seals: tuple[SealFound, ...]
    unsealed: tuple[str, ...]
    times: tuple[Bracket, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """The result: the verdict and its reasons; `contents` is None where the evidence was not read."""

    reasons: tuple[Reason, ...] = ()
    contents: Contents | None = None
    sm3: bool = True

    @property
    def verdict(self) -> Verdict:
        """The first in the order of precedence that a reason leads to."""
        found = {reason.verdict for reason in self.reasons}
        return next((one for one in PRECEDENCE if one in found), Verdict.VERIFIED)
