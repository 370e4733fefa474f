"""The JSON of requests and answers: checked at the edge by these models, and the OpenAPI document is made of them."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from inspector.central.photos import MISSING_PHOTOS
from inspector.central.proofs import REFS_MAX

DeviceId = Annotated[str, Field(pattern=r"^[a-z2-7]{16}$", description="a device's name, made from its key")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256, lower-case hexadecimal")]
PublicKey = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="Ed25519 public key, hexadecimal")]
Signature = Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{86}==$", description="64 bytes, standard base64")]
EntryRef = Annotated[str, Field(pattern=r"^[a-z2-7]{16}/[1-9][0-9]{0,15}$", description="device/seq")]
Scope = Annotated[str, Field(max_length=80, description='a grid\'s id, or "county"')]


class Model(BaseModel):
    """Strict: an unknown member or a wrong type is an error, never ignored or converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Identity(Model):
    """Who the centre is. Not secret; trusted only if the key is the one that the enrolment code names."""

    name: str
    device: DeviceId
    vkey: str = Field(description="C2SP verifier key of the receipts")
    public_key: PublicKey
    epoch: str = Field(description="changes when the centre is restored from a backup")
    version: int = Field(description="of the protocol")


class EnrolmentRequest(Model):
    """A one-time code's digest and the device's key, signed with it."""

    code_digest: Sha256
    public_key: PublicKey
    signature: Signature


class Centre(Model):
    """The centre as a device remembers it."""

    device: DeviceId
    name: str
    public_key: PublicKey


class Enrolment(Model):
    """What the device is from now on."""

    device: DeviceId
    name: str
    role: str
    department: str
    scopes: list[Scope]
    centre: Centre
    epoch: str


class ChallengeRequest(Model):
    """Which device wants to open a session."""

    device: DeviceId


class Challenge(Model):
    """To be signed, once, soon."""

    challenge: str


class ShownReceipt(Model):
    """The device's last receipt: with it the centre notices what it has lost."""

    size: int = Field(ge=1, le=2**53 - 1)
    root: Sha256
    time: int = Field(ge=0, le=2**53 - 1)
    cosignature: Signature
    epoch: str = Field(max_length=64, description="of the centre when the device got it; empty if unknown")


class SessionRequest(Model):
    """A challenge signed with the device's key."""

    device: DeviceId
    challenge: str = Field(max_length=64)
    signature: Signature
    receipt: ShownReceipt | None = Field(default=None, description="none before the first receipt")


class KeptApart(Model):
    """An entry that the centre holds and gives to nobody, and why."""

    seq: int
    reason: str


class Session(Model):
    """A token for the Authorization header, and how the centre stands to the device."""

    token: str
    expires_in: int = Field(description="seconds")
    size: int = Field(description="how many of the device's entries the centre has")
    epoch: str
    scopes: list[Scope]
    role: str
    kept_apart: list[KeptApart] = Field(
        description="the first of the device's entries that are kept apart now"
    )
    kept_apart_count: int = Field(description="how many there are in all")
    publishers: list[DeviceId] = Field(description="devices under which the centre publishes, or did")
    time: int = Field(description="the centre's clock, seconds since 1970 UTC")


class EntryVerdict(Model):
    """What became of an entry that did not go to the others."""

    seq: int
    verdict: str
    reason: str


class Receipt(Model):
    """That the centre holds the device's first `size` entries."""

    size: int
    time: int = Field(description="seconds since 1970 UTC, inside of the cosignature")
    cosignature: Signature
    verdicts: list[EntryVerdict] = Field(description="entries not listed were accepted")


class PullRequest(Model):
    """Where the device stands; the empty cursor is the beginning."""

    cursor: str = Field(max_length=262_144)
    limit: int = Field(default=500, ge=1, le=1_000)
    include_own: bool = Field(
        default=False, description="also the device's own entries, to rebuild a journal"
    )


class NumbersRequest(Model):
    """A laptop that runs out of numbers of one authority's papers of one kind and year."""

    authority: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", description="a department's code")
    year: int = Field(ge=1900, le=2100)
    kind: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", description="a kind of paper")
    known: int = Field(
        ge=0, le=99_999, description="the last number leased to the laptop, as far as it knows"
    )
    highest: int = Field(ge=0, le=99_999, description="the last number leased to anybody, as far as it knows")


class Numbers(Model):
    """The lease itself comes with the next pull, as everything does that the centre says."""

    leased: bool = Field(description="whether there is a lease that the laptop did not know of")


class LogHeadRequest(Model):
    """Which checkpoint of the centre's log the device saw last."""

    origin: str = Field(default="", max_length=200, description="empty for none")
    size: int = Field(default=0, ge=0, le=2**53 - 1)
    note: str = Field(default="", max_length=4_096, description="the signed note, by which a loss is noticed")


class LogHead(Model):
    """The newest checkpoint of the centre's log."""

    note: str = Field(description="C2SP signed note")
    origin: str
    size: int
    consistency: list[Sha256] = Field(description="from the size that was asked; none for another origin")


class CosignatureRequest(Model):
    """The device as a witness of the centre's log."""

    size: int = Field(ge=1, le=2**53 - 1)
    time: int = Field(ge=0, le=2**53 - 1, description="seconds since 1970 UTC, inside of the cosignature")
    cosignature: Signature


class Kept(Model):
    """Done."""

    kept: bool


class ProofsRequest(Model):
    """Entries to prove."""

    refs: list[EntryRef] = Field(max_length=REFS_MAX)
    size: int = Field(default=0, ge=0, le=2**53 - 1, description="0, or the log size of an earlier page")


class ProofsPlace(Model):
    """Where a leaf is in the centre's log."""

    index: int
    path: list[Sha256]


class ProofsCentre(Model):
    """The centre, and where its policy stands."""

    name: str
    public_key: PublicKey
    policy_time: int
    policy_place: ProofsPlace | None


class ProofsWitness(Model):
    """A later checkpoint with a witness's cosignature."""

    note: str
    consistency: list[Sha256]


class ProofsEntry(Model):
    """That an entry is in its device's log."""

    device: DeviceId
    seq: int
    size: int
    path: list[Sha256]


class ProofsCheckpoint(Model):
    """A checkpoint of a device's log, with its receipt."""

    device: DeviceId
    size: int
    root: Sha256
    signature: Signature
    time: int
    cosignature: Signature
    state: str
    place: ProofsPlace | None


class ProofsDevice(Model):
    """A device as the centre enrolled it."""

    device: DeviceId
    public_key: PublicKey
    department: str
    role: str
    time: int
    place: ProofsPlace | None


class Proofs(Model):
    """What proves entries; docs/case-file.md says each member."""

    centre: ProofsCentre
    note: str
    policy: str
    witnesses: list[ProofsWitness]
    proofs: list[ProofsEntry]
    checkpoints: list[ProofsCheckpoint]
    devices: list[ProofsDevice]


class PhotoList(Model):
    """Photos by hash."""

    sha256: list[Sha256] = Field(max_length=MISSING_PHOTOS)


class MissingPhotos(Model):
    """Those of the asked photos that the centre does not have."""

    missing: list[Sha256]


class Problem(BaseModel):
    """A refusal (RFC 9457): what happened, in both languages. Further members depend on the code."""

    model_config = ConfigDict(extra="allow")

    type: str
    code: str
    status: int
    title: str
    title_en: str
