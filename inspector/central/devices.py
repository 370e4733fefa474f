"""The centre's devices: codes, enrolment, sessions, grants, revocation. Each method is one transaction."""

import json
import secrets
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from inspector.central import accounts, log, tables
from inspector.central.accounts import Device
from inspector.central.core import CENTRE_ROLE, Core, earlier_epochs, read_meta
from inspector.central.places import Places
from inspector.central.problems import ProblemError
from inspector.central.replaced import Held, await_replaced, no_longer_awaited
from inspector.central.tables import ACCEPTED
from inspector.central.verdicts import UNKNOWN_SCOPE, Verdict, judge
from inspector.domain.entries import COUNTY
from inspector.errors import Refusal, UsageError
from inspector.journal.entry import SealedEntry
from inspector.journal.note import Cosignature, verify_cosignature
from inspector.journal.receipt import device_checkpoint
from inspector.sync.protocol import ROLES, EnrolmentCode, ShownReceipt


class Devices(Core):
    """Who may come in, and who is in."""

    def create_code(
        self,
        *,
        name: str,
        role: str,
        department: str,
        scopes: Sequence[str],
        seconds: int = 7 * 86_400,
        secret: bytes = b"",
    ) -> EnrolmentCode:
        """A one-time code for one laptop.

        Args:
            scopes: grid ids; "*" for every grid.
            seconds: how long it is good.
            secret: 10 random bytes; made here when empty.

        Raises:
            UsageError: no such role.
        """
        if role not in ROLES:
            raise UsageError(
                f"不认识的角色“{role}”。", f"Unknown role {role!r}.",
                hint=("可用：" + "、".join(ROLES), "One of: " + ", ".join(ROLES)), code="central.role",
            )  # fmt: skip
        made = EnrolmentCode.make(secret or secrets.token_bytes(10), self.key.public)
        with self.database.write() as connection:
            connection.execute(
                sa.insert(tables.code).values(
                    digest=made.digest,
                    name=name,
                    role=role,
                    department=department,
                    scopes=json.dumps(sorted(set(scopes) - {COUNTY})),
                    expires=self.now + seconds,
                    tries=0,
                )
            )
        return made

    def enrol(self, *, digest: str, public_key: bytes, signature: bytes) -> Device:
        """Let a device in by its code; safe to repeat with the same key.

        Entries that were kept apart and that it may send with the grids and the role of this code are released.

        Raises:
            ProblemError: code.unknown, code.used, session.refused (a wrong signature), device.revoked.
        """
        with self.database.write() as connection:
            device, right = accounts.enrol(
                connection, digest=digest, public_key=public_key, signature=signature, now=self.now
            )
            found = accounts.read_device(connection, device) if right else None
            if found is not None:
                self._release(connection, device)
        if found is None:
            raise ProblemError("session.refused")
        self.release_known_scopes()
        return found

    def device(self, device: str) -> Device | None:
        """A device, if it is known."""
        with self.database.read() as connection:
            return accounts.read_device(connection, device)

    def devices(self) -> list[Device]:
        """All devices but the centre itself, by id."""
        with self.database.read() as connection:
            query = sa.select(tables.device.c.id).where(tables.device.c.role != CENTRE_ROLE)
            found = [
                accounts.read_device(connection, device) for device in connection.execute(query).scalars()
            ]
        return sorted((device for device in found if device is not None), key=lambda device: device.id)

    def grant(self, device: str, scopes: Sequence[str]) -> None:
        """Give a device exactly these grids; a grid added is back-filled by its next pull, one removed is purged.

        Entries that it sent for a grid before it was granted are released to the others.
        """
        with self.database.write() as connection:
            accounts.grant(connection, device, sorted(set(scopes) - {COUNTY}))
            self._release(connection, device)
        self.release_known_scopes()

    def set_state(self, device: str, state: str, note: str) -> None:
        """Revoke, quarantine or restore a device, effective with its next request.

        Raises:
            NotFound: there is no such device.
        """
        with self.database.write() as connection:
            accounts.set_state(connection, device, state, note)

    def release(self, device: str) -> int:
        """Give the others what a device sent while it was revoked or quarantined. Returns how many entries.

        Raises:
            Refusal: the device is still revoked or quarantined.
        """
        with self.database.write() as connection:
            found = accounts.read_device(connection, device)
            if found is None or not found.active:
                raise Refusal(
                    "这台设备仍被停用或隔离，先恢复它。", "This device is still revoked or quarantined; restore it first.",
                    code="device.revoked",
                )  # fmt: skip
            return self._release(connection, device)

    def _release(self, connection: Connection, device: str, reason: str = "") -> int:
        """Judge the entries that are kept apart (for such a reason) anew: each is released, or has its present reason."""
        found = accounts.read_device(connection, device, lock=True)
        if found is None:
            return 0
        rows = log.kept_apart(connection, device, reason)
        sealed = [
            SealedEntry(bytes(row.header), None if row.body is None else bytes(row.body)) for row in rows
        ]
        places, publisher = Places(connection, sealed), self.publisher(connection)
        judged = [
            judge(found, item, Held(connection, places, publisher=publisher, received=row.received))
            for item, row in zip(sealed, rows, strict=True)
        ]
        accepted = [item for item in judged if item.verdict.verdict == ACCEPTED]
        log.move_entries(self.database, connection, accepted, now=self.now)
        before = {row.seq: row.reason for row in rows}
        log.change_reasons(
            connection, [item for item in judged if item.verdict.reason not in ("", before[item.verdict.seq])]
        )
        await_replaced(self.database, connection, judged)
        return len(accepted)

    def judge_anew(self, devices: Sequence[str], reason: str = "replaces.unknown") -> None:
        """Release what these devices' entries waited for, each device's in a transaction of its own."""
        for device in devices:
            with self.database.write() as connection:
                self._release(connection, device, reason)

    def release_known_scopes(self) -> None:
        """Release entries whose grid was unknown and is known now."""
        with self.database.read() as connection:
            waiting = log.kept_apart_for(connection, UNKNOWN_SCOPE)
        self.judge_anew(waiting, UNKNOWN_SCOPE)

    def renew_epoch(self, *, instead_of: str = "") -> str:
        """See `Core.renew_epoch`. What waited for the centre's own lost entries waits no longer."""
        epoch = super().renew_epoch(instead_of=instead_of)
        with self.database.write() as connection:
            publisher = self.publisher(connection)
            query = sa.select(tables.device.c.id).where(
                tables.device.c.role == CENTRE_ROLE, tables.device.c.id != publisher
            )
            former = connection.execute(query).scalars().all()
            waited = [name for one in former for name in no_longer_awaited(connection, one, 2**62)]
        self.judge_anew(sorted(set(waited)))
        return epoch

    def kept_apart(self, device: str) -> tuple[tuple[Verdict, ...], int]:
        """The first of a device's entries that are kept apart now, by number, and how many there are in all."""
        with self.database.read() as connection:
            return log.first_kept_apart(connection, device)

    def publishers(self) -> list[str]:
        """The devices under which the centre publishes, or did before it was restored from a backup."""
        query = sa.select(tables.device.c.id).where(tables.device.c.role == CENTRE_ROLE)
        with self.database.read() as connection:
            return sorted(connection.execute(query).scalars())

    # -- sessions ----------------------------------------------------------------------------------------------

    def challenge(self, device: str) -> str:
        """A challenge to sign, good once and for a short time.

        Raises:
            ProblemError: device.unknown.
        """
        if self.device(device) is None:
            raise ProblemError("device.unknown")
        return accounts.new_challenge(
            device, seal=self._derived, now=self.now, seconds=self.settings.challenge_seconds
        )

    def open_session(
        self, device: str, challenge: str, signature: bytes, *, shown: ShownReceipt | None = None
    ) -> tuple[str, Device, str]:
        """A session's token, the device with its rights, and the epoch.

        Args:
            shown: the device's last receipt. One over more entries than are here, got since the epoch was renewed
                last, proves that the centre was restored from a backup: its epoch is renewed, so that no laptop
                goes on from positions that are given to other entries now.

        Raises:
            ProblemError: device.unknown, session.refused.
        """
        with self.database.write() as connection:
            token = accounts.open_session(
                connection,
                centre=self.device_id,
                device=device,
                challenge=challenge,
                signature=signature,
                seal=self._derived,
                now=self.now,
                seconds=self.settings.session_seconds,
            )
            found = accounts.read_device(connection, device)
            epoch = read_meta(connection)["epoch"]
            earlier = earlier_epochs(connection)
        if token is None or found is None:
            raise ProblemError("session.refused")
        if shown is not None and shown.epoch not in earlier and self._proves_loss(found, shown):
            epoch = self.renew_epoch(instead_of=epoch)
        return token, found, epoch

    def _proves_loss(self, device: Device, shown: ShownReceipt) -> bool:
        if shown.size <= device.size:
            return False
        text = device_checkpoint(device.id, shown.size, shown.root)
        return verify_cosignature(text, self.key.public, Cosignature(shown.time, shown.cosignature))

    def session_device(self, token: str) -> Device:
        """Whose session it is, with the rights of this moment.

        Raises:
            ProblemError: session.needed.
        """
        with self.database.read() as connection:
            return accounts.session_device(connection, token, now=self.now)
