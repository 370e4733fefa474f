"""A laptop for the tests of the centre: a key, a journal in memory, and pushes made of it."""

from collections.abc import Mapping
from typing import Any

from inspector.central.storage import Storage
from inspector.domain.entries import Draft, Ref, Stamp
from inspector.journal.entry import SealedEntry, seal
from inspector.journal.keys import SigningKey, device_id
from inspector.journal.merkle import root_of
from inspector.journal.receipt import Receipt, check_receipt, sign_checkpoint
from inspector.sync.protocol import EnrolmentCode, Push, enrolment_message

BOOT = "0123456789abcdef"


class Laptop:
    """A device that keeps its entries in a list."""

    def __init__(self, number: int) -> None:
        self.key = SigningKey(number.to_bytes(32, "big"))
        self.id = device_id(self.key.public)
        self.entries: list[SealedEntry] = []

    def enrol(self, storage: Storage, *scopes: str, role: str = "officer") -> EnrolmentCode:
        """Enrol directly in a storage, with a code of its own."""
        code = storage.create_code(
            name=f"示例{self.id[:4]}", role=role, department="教育", scopes=scopes, secret=self.key.seed[-10:]
        )
        storage.enrol(digest=code.digest, public_key=self.key.public, signature=self.sign_code(code))
        return code

    def sign_code(self, code: EnrolmentCode) -> bytes:
        """The signature that enrolment wants."""
        return self.key.sign(enrolment_message(code.digest, self.key.public))

    def write(
        self, scope: str, count: int = 1, *, kind: str = "note.added", data: Mapping[str, Any] | None = None
    ) -> list[SealedEntry]:
        """Add entries to the journal."""
        new = [self.make(len(self.entries) + number, scope, kind, data) for number in range(1, count + 1)]
        self.entries += new
        return new

    def make(
        self, seq: int, scope: str, kind: str = "note.added", data: Mapping[str, Any] | None = None
    ) -> SealedEntry:
        """An entry that is not in the journal."""
        return seal(
            Draft(kind, f"n-{seq}", scope, data or {"text": f"第{seq}条"}),
            ref=Ref(self.id, seq),
            actor="",
            time=Stamp(wall=1_790_000_000_000 + seq, tz=480, boot=BOOT, monotonic=seq),
            salt=seq.to_bytes(16, "big"),
        )

    def root(self, size: int) -> bytes:
        """The root over the first entries."""
        return root_of(entry.hash for entry in self.entries[:size])

    def push(self, first: int, last: int) -> Push:
        """Entries by number, with the signed checkpoint after them."""
        signature = sign_checkpoint(self.key, last, self.root(last))
        return Push(self.id, last, signature, tuple(self.entries[first - 1 : last]))

    def check(self, storage: Storage, size: int, time: int, cosignature: bytes) -> None:
        """Be sure of a receipt, as a laptop is."""
        receipt = Receipt(
            device=self.id,
            size=size,
            root=self.root(size),
            device_signature=sign_checkpoint(self.key, size, self.root(size)),
            centre=storage.name,
            time=time,
            cosignature=cosignature,
        )
        check_receipt(
            receipt,
            centre_public=storage.key.public,
            own_public=self.key.public,
            expected_root=self.root(size),
        )
