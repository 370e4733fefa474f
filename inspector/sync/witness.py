"""The laptop as a witness: the centre's log must only have grown since it was seen last, and then it is cosigned.

centre_logs   setting: the newest checkpoint seen of each of the centre's logs; the last one is the present log
log_alarms    setting: what did not fit, both checkpoints of each time, as evidence
"""

from dataclasses import dataclass
from typing import Any, NoReturn

from inspector.journal.canonical import MalformedError
from inspector.journal.merkle import HASH_BYTES, verify_consistency
from inspector.journal.note import ED25519, Checkpoint, VerifierKey, cosign, parse_checkpoint, verify_note
from inspector.journal.receipt import device_origin
from inspector.store.workspace import Store
from inspector.sync import failures
from inspector.sync.failures import Failure, ProblemAnswerError, SyncFailedError
from inspector.sync.link import Link, number_of, send_json, text_of, texts_of
from inspector.sync.membership import Membership
from inspector.sync.protocol import b64

LOGS = "centre_logs"
ALARMS = "log_alarms"
_LOGS_MAX, _ALARMS_MAX = 20, 10
_NOTE_MAX = 4_096
_PROOF_MAX = 128


@dataclass(frozen=True, slots=True)
class SeenHead:
    """A checkpoint of the centre's log, whose signature holds, and its consistency with the one that was asked for."""

    log: Checkpoint
    note: str
    consistency: tuple[bytes, ...]


class Witness:
    """The part of a sync that watches the centre's log."""

    def __init__(self, store: Store, centre: Membership, link: Link) -> None:
        self._store = store
        self._centre = centre
        self._link = link
        self._done = False
        self._mismatched = False

    def begin(self) -> None:
        """A session is open."""
        self._done = False

    def settle(self, epoch: str) -> None:
        """Once a session, after a pull: look at the log and cosign it. A centre that keeps none is left alone.

        Args:
            epoch: as the session's signed answer told it.

        Raises:
            SyncFailedError: the log did not only grow: an alarm, with the evidence kept.
            ProblemAnswerError: session.needed.
        """
        if self._done:
            return
        self._done = True
        try:
            head = self.look(epoch)
            self._cosign(head)
        except ProblemAnswerError as problem:
            if problem.code == "session.needed":
                raise
        except SyncFailedError as error:
            # Whatever hinders this one question (an older program, a proxy) must not keep records and photos back.
            if error.failure.code != "sync.malformed" and not error.failure.code.startswith("log."):
                return
            raise

    def look(self, epoch: str) -> SeenHead:
        """Ask for the newest checkpoint, be sure that the log only grew, and remember it.

        Raises:
            SyncFailedError, ProblemAnswerError: as `settle`, and where there was no answer.
        """
        logs = self._store.json_setting(LOGS) or []
        known: dict[str, Any] = logs[-1] if logs else {"origin": "", "size": 0, "note": ""}
        head = self.ask(origin=known["origin"], size=known["size"], note=known["note"])
        self._check_origin(epoch, logs, head)
        if head.log.origin == known["origin"]:
            self._check_growth(known, head)
            logs = logs[:-1]
            if head.note == known["note"]:
                return head
        logs.append({"origin": head.log.origin, "size": head.log.size, "note": head.note})
        self._store.set_settings(**{LOGS: logs[-_LOGS_MAX:]})
        return head

    def ask(self, *, origin: str, size: int, note: str = "") -> SeenHead:
        """The newest checkpoint of the log, signed by the centre.

        Raises:
            SyncFailedError, ProblemAnswerError: no answer, or not of the form.
        """
        answer = send_json(self._link, "/v1/log/head", {"origin": origin, "size": size, "note": note})
        told, signed = text_of(answer, "origin"), text_of(answer, "note", most=_NOTE_MAX)
        proof = texts_of(answer, "consistency")
        try:
            log = parse_checkpoint(verify_note(signed, VerifierKey(told, ED25519, self._centre.key)))
            steps = tuple(bytes.fromhex(step) for step in proof)
        except (MalformedError, ValueError) as error:
            raise SyncFailedError(failures.malformed("note")) from error
        whole = (log.origin, log.size) == (told, number_of(answer, "size"))
        if not whole or len(steps) > _PROOF_MAX or any(len(step) != HASH_BYTES for step in steps):
            raise SyncFailedError(failures.malformed("note"))
        return SeenHead(log, signed, steps)

    def _check_origin(self, epoch: str, logs: list[dict[str, Any]], head: SeenHead) -> None:
        """The log is this centre's, of this session's epoch, and none that was left behind by an earlier renewal."""
        prefix = f"inspector/centre/{self._centre.device}/"
        left = {one["origin"] for one in logs[:-1]}
        if head.log.origin == f"{prefix}{epoch}" and head.log.origin not in left:
            self._mismatched = False
            return
        if head.log.origin.startswith(prefix) and head.log.origin not in left and not self._mismatched:
            # The epoch may have been renewed since the session began, also by this very question: a new one tells.
            self._mismatched = True
            raise ProblemAnswerError("session.needed", 401, {})
        self.alarm(failures.LOG_ORIGIN, logs[-1] if logs else None, head)

    def _check_growth(self, known: dict[str, Any], head: SeenHead) -> None:
        before = parse_checkpoint(known["note"].rpartition("\n\n")[0] + "\n")
        if head.log.size < before.size:
            self.alarm(failures.LOG_SHRUNK, known, head)
        if not verify_consistency(before.size, head.log.size, before.root, head.log.root, head.consistency):
            self.alarm(failures.LOG_FORKED, known, head)

    def alarm(self, failure: Failure, known: dict[str, Any] | None, head: SeenHead) -> NoReturn:
        """Keep two checkpoints that cannot both be of one log as evidence.

        Raises:
            SyncFailedError: always.
        """
        now = {"origin": head.log.origin, "size": head.log.size, "note": head.note}
        proof = [step.hex() for step in head.consistency]
        alarm = {"code": failure.code, "before": known, "now": now, "consistency": proof}
        alarms = self._store.json_setting(ALARMS) or []
        if not any({**one, "time": 0} == {**alarm, "time": 0} for one in alarms):
            time = self._store.clock.stamp().wall // 1_000
            # The first ones tell how it began.
            self._store.set_settings(**{ALARMS: [*alarms, {**alarm, "time": time}][:_ALARMS_MAX]})
        raise SyncFailedError(failure)

    def _cosign(self, head: SeenHead) -> None:
        """Sign what was found to have grown only, once for each checkpoint."""
        logs = self._store.json_setting(LOGS)
        if logs[-1].get("cosigned"):
            return
        store, text = self._store, head.note.rpartition("\n\n")[0] + "\n"
        time = max(0, store.clock.stamp().wall // 1_000)
        signed = cosign(text, device_origin(store.device), store.key, time)
        sent = {"size": head.log.size, "time": time, "cosignature": b64(signed.signature)}
        if send_json(self._link, "/v1/log/cosignatures", sent).get("kept") is True:
            store.set_settings(**{LOGS: [*logs[:-1], {**logs[-1], "cosigned": True}]})
