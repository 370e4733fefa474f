"""Sessions, pushing and pulling of entries: the engine's effects done against the store and a link.

Nothing counts as sent but what a receipt covers, and a receipt counts only for a root computed here.
"""

import time
from collections.abc import Callable

from inspector.errors import Damaged
from inspector.journal.canonical import MalformedError
from inspector.journal.entry import SealedEntry
from inspector.journal.merkle import CompactTree
from inspector.journal.receipt import Receipt, ReceiptError, check_receipt, sign_checkpoint
from inspector.store import log
from inspector.store.workspace import Store
from inspector.sync import failures, moves
from inspector.sync.failures import ProblemAnswerError, SyncFailedError
from inspector.sync.link import (
    JSON_TYPE,
    Link,
    compressed,
    is_text,
    number_of,
    read_object,
    send_json,
    text_of,
    texts_of,
)
from inspector.sync.membership import Membership
from inspector.sync.numbers import Numbers
from inspector.sync.progress import Tally
from inspector.sync.protocol import (
    ENTRIES_TYPE,
    Page,
    ProtocolError,
    Push,
    b64,
    session_message,
    split_batches,
    unb64,
)
from inspector.sync.witness import Witness

_TREE = "sent_tree"
"""Setting: the Merkle tree over what has a receipt (hex), so that a sync need not read the whole log."""
_OFFERING = "offering_photos"
"""Setting: photos are still to be offered anew to a restored centre."""
_RECEIPT_EPOCH = "receipt_epoch"
"""Setting: the centre's epoch when it gave the largest receipt."""
CENTRE_DEVICES = "centre_devices"
"""Setting: the devices under which the centre publishes (JSON list)."""
_PUBLISHERS_MAX = 1_000
_CURSOR_MAX = 262_144
_EMPTY_PAGES_MAX = 3
"""How many pages in a row may hold nothing and yet promise more."""
_HASHED_AT_ONCE = 1_000


class Entries:
    """The part of a sync that exchanges entries."""

    def __init__(
        self,
        store: Store,
        centre: Membership,
        link: Link,
        tally: Tally,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._centre = centre
        self._link = link
        self._tally = tally
        self._clock = clock
        self._tree = self._remembered_tree()
        self._epoch = ""
        self._empty_pages = 0
        self._numbers = Numbers(store, link)
        self._witness = Witness(store, centre, link)

    # -- session -----------------------------------------------------------------------------------------------

    def open_session(self) -> moves.Opened:
        """Open a session, and see how the centre stands to this laptop."""
        store, link = self._store, self._link
        self._numbers.begin()
        self._witness.begin()
        link.token = ""
        challenge = text_of(send_json(link, "/v1/challenges", {"device": store.device}), "challenge")
        signature = store.key.sign(session_message(self._centre.device, challenge))
        asked = {
            "device": store.device, "challenge": challenge, "signature": b64(signature), "receipt": self._shown(),
        }  # fmt: skip
        session = send_json(link, "/v1/sessions", asked)
        link.token = text_of(session, "token", r"[A-Za-z0-9_-]{16,200}")
        have, epoch = number_of(session, "size"), text_of(session, "epoch", r"[0-9a-z]{1,64}")
        self._epoch = epoch
        self._know_kept_apart(session)
        self._know_publishers(texts_of(session, "publishers"))
        sent, size = self.sent(), self.size()
        if have > size:
            raise SyncFailedError(failures.LOG_BEHIND)
        self._tally.clock_offset = number_of(session, "time") - store.clock.stamp().wall // 1000
        self._tally.sent, self._tally.size = min(have, sent), size
        restored = have < sent or store.setting("centre_epoch") not in (None, epoch)
        if restored:
            self._tally.restored = True
            store.set_settings(centre_epoch=epoch, **{_OFFERING: "1"})
        elif store.setting("centre_epoch") is None:
            store.set_settings(centre_epoch=epoch)
        return moves.Opened(have, sent, size, restored or store.setting(_OFFERING) is not None)

    def _know_kept_apart(self, session: dict[str, object]) -> None:
        """Which own entries the centre keeps apart now; beyond the end of a list that is cut, what is known stays."""
        listed, count = session.get("kept_apart"), number_of(session, "kept_apart_count")
        if not isinstance(listed, list) or any(not isinstance(item, dict) for item in listed):
            raise SyncFailedError(failures.malformed("kept_apart"))
        found = [(number_of(item, "seq"), text_of(item, "reason")) for item in listed]
        up_to = None if len(found) >= count else max((seq for seq, _ in found), default=0)
        self._store.replace_quarantined(found, up_to=up_to)

    def _know_publishers(self, told: list[str]) -> None:
        """Under which devices the centre publishes; one told once stays, though a backup may have forgotten it."""
        known = self._store.json_setting(CENTRE_DEVICES) or []
        if set(told) - set(known):
            together = [*known, *(device for device in told if device not in known)]
            self._store.set_settings(**{CENTRE_DEVICES: together[-_PUBLISHERS_MAX:]})

    def _shown(self) -> dict[str, object] | None:
        """The last receipt: a centre that holds less learns from it that it was restored from a backup."""
        receipt = log.last_receipt(self._store.connection, self._store.device)
        if receipt is None:
            return None
        epoch = self._store.setting(_RECEIPT_EPOCH) or self._store.setting("centre_epoch") or ""
        return {
            "size": receipt.size,
            "root": receipt.root.hex(),
            "time": receipt.time,
            "cosignature": b64(receipt.cosignature),
            "epoch": epoch,
        }

    def offered_photos(self) -> None:
        """Remember that a restored centre was offered every photo."""
        if self._store.setting(_OFFERING) is not None:
            self._store.set_settings(**{_OFFERING: None})

    def sent(self) -> int:
        """How many own entries have a receipt."""
        receipt = log.last_receipt(self._store.connection, self._store.device)
        return 0 if receipt is None else receipt.size

    def size(self) -> int:
        """How many own entries there are."""
        return log.own_tree(self._store.connection).size

    # -- push --------------------------------------------------------------------------------------------------

    def push(self, effect: moves.Push) -> moves.Event:
        """Send the next entries and keep the receipt, once it has proved itself."""
        batch = self._batch(effect.above, effect.limit)
        if not batch:
            return moves.Pushed(effect.above, effect.above, 0.0)
        after = self._tree_at(effect.above).copy()
        after.extend(entry.hash for entry in batch)
        signature = sign_checkpoint(self._store.key, after.size, after.root())
        body = compressed(Push(self._store.device, after.size, signature, tuple(batch)).encode())
        headers = {"Content-Type": ENTRIES_TYPE, "Content-Encoding": "zstd"}
        started = self._clock()
        try:
            answer = self._link.call("POST", "/v1/entries", body=body, headers=headers, media=JSON_TYPE)
        except ProblemAnswerError as problem:
            have = problem.number("have")
            # A gap can only be below what was sent; anything else would let it go round for ever.
            if problem.code == "push.gap" and have is not None and have < effect.above:
                self._found_restored()
                return moves.Gapped(have)
            raise
        seconds = self._clock() - started
        self._keep_receipt(read_object(answer), after)
        return moves.Pushed(after.size, self.size(), seconds)

    def _batch(self, above: int, limit: int) -> list[SealedEntry]:
        entries = log.sealed_entries(self._store.connection, self._store.device, above=above, limit=limit)
        if not entries:
            return []
        batch = list(split_batches(entries)[0])
        for seq, entry in enumerate(batch, start=above + 1):
            if not _is_sound(entry, seq):
                raise _damaged_entry(seq)
        return batch

    def _keep_receipt(self, data: dict[str, object], after: CompactTree) -> None:
        size, store = number_of(data, "size"), self._store
        # A repeat may be answered by a receipt over more: all of it must be here to be checked.
        if not after.size <= size <= self.size():
            raise SyncFailedError(failures.malformed("size"))
        tree = after if size == after.size else self._tree_at(size, after)
        try:
            receipt = Receipt(
                device=store.device,
                size=size,
                root=tree.root(),
                device_signature=sign_checkpoint(store.key, size, tree.root()),
                centre=self._centre.name,
                time=number_of(data, "time"),
                cosignature=unb64(text_of(data, "cosignature"), size=64),
            )
            check_receipt(
                receipt,
                centre_public=self._centre.key,
                own_public=store.key.public,
                expected_root=tree.root(),
            )
        except ReceiptError as error:
            raise SyncFailedError(failures.bad_receipt(error.zh, error.en)) from error
        except ProtocolError as error:
            raise SyncFailedError(failures.malformed("cosignature")) from error
        quarantined = _quarantined(data.get("verdicts"), after.size)
        before = self.sent()
        if size >= before and store.setting(_RECEIPT_EPOCH) != self._epoch:
            store.set_settings(**{_RECEIPT_EPOCH: self._epoch})
        store.record_receipt(receipt, quarantined)
        self._tree = after
        tally = self._tally
        tally.quarantined.update(quarantined)
        again = max(0, min(before, after.size) - tally.sent)
        tally.entries_again += again
        tally.entries_sent += max(0, after.size - tally.sent - again)
        tally.sent, tally.size = max(tally.sent, after.size), self.size()
        if after.size >= tally.size:
            store.set_settings(**{_TREE: after.to_bytes().hex()})

    def _tree_at(self, size: int, start: CompactTree | None = None) -> CompactTree:
        """The tree over the first `size` own entries, from the nearest one that is known."""
        tree = start or self._tree
        tree = tree.copy() if tree.size <= size else CompactTree()
        while tree.size < size:
            limit = min(_HASHED_AT_ONCE, size - tree.size)
            entries = log.sealed_entries(
                self._store.connection, self._store.device, above=tree.size, limit=limit
            )
            if not entries:
                raise _damaged_entry(tree.size + 1)
            tree.extend(entry.hash for entry in entries)
        return tree

    def _remembered_tree(self) -> CompactTree:
        receipt = log.last_receipt(self._store.connection, self._store.device)
        text = self._store.setting(_TREE)
        if receipt is None or text is None:
            return CompactTree()
        try:
            tree = CompactTree.from_bytes(bytes.fromhex(text))
        except ValueError:
            return CompactTree()
        wrong = tree.size > receipt.size or (tree.size == receipt.size and tree.root() != receipt.root)
        return CompactTree() if wrong else tree

    # -- pull --------------------------------------------------------------------------------------------------

    def pull(self, effect: moves.Pull) -> moves.Event:
        """Fetch a page and store it together with its cursor; after the last one, see to numbers of papers."""
        cursor = "" if effect.afresh else self._store.setting("cursor") or ""
        asked = {"cursor": cursor, "limit": effect.limit, "include_own": effect.own}
        started = self._clock()
        try:
            page = self._page(asked)
        except ProblemAnswerError as problem:
            unknown = problem.code == "request.malformed" and problem.document.get("members") == ["cursor"]
            if cursor and (unknown or problem.code == "pull.epoch"):
                self._found_restored()
                return moves.CursorRefused()
            raise
        seconds = self._clock() - started
        if page.more and page.cursor == cursor:
            raise SyncFailedError(failures.malformed("cursor"))
        self._empty_pages = 0 if page.entries or not page.more else self._empty_pages + 1
        if self._empty_pages > _EMPTY_PAGES_MAX:
            raise SyncFailedError(failures.malformed("more"))
        own, size = self._store.device, self.size()
        if any(entry.ref.device == own and entry.ref.seq > size for entry in page.entries):
            raise SyncFailedError(failures.LOG_BEHIND)
        known = page.cursor == cursor and self._store.json_setting("scopes") == list(page.scopes)
        if page.entries or not known:
            new = self._store.receive(page.entries, cursor=page.cursor, scopes=page.scopes)
            self._tally.entries_received += new
        if page.more or self._numbers.settle():
            return moves.Pulled(True, seconds)
        self._witness.settle(self._epoch)
        return moves.Pulled(False, seconds, unsent=max(0, self.size() - self.sent()))

    def _page(self, asked: dict[str, object]) -> Page:
        import json

        body = json.dumps(asked, separators=(",", ":")).encode()
        answer = self._link.call(
            "POST", "/v1/pull", body=body, headers={"Content-Type": JSON_TYPE}, media=ENTRIES_TYPE
        )
        try:
            page = Page.decode(answer.body)
        except ProtocolError as error:
            raise SyncFailedError(failures.malformed("page")) from error
        if len(page.cursor) > _CURSOR_MAX or not is_text(page.cursor):
            raise SyncFailedError(failures.malformed("cursor"))
        if not all(is_text(scope) for scope in page.scopes):
            raise SyncFailedError(failures.malformed("scopes"))
        return page

    def _found_restored(self) -> None:
        self._tally.restored = True
        # The next session tells the epoch that counts from now on.
        self._store.set_settings(centre_epoch=None, **{_OFFERING: "1"})


def _quarantined(verdicts: object, size: int) -> list[tuple[int, str]]:
    if not isinstance(verdicts, list):
        raise SyncFailedError(failures.malformed("verdicts"))
    found = []
    for item in verdicts:
        if not isinstance(item, dict):
            raise SyncFailedError(failures.malformed("verdicts"))
        seq, reason = number_of(item, "seq"), text_of(item, "reason")
        if text_of(item, "verdict") == "quarantined" and 0 < seq <= size:
            found.append((seq, reason))
    return found


def _is_sound(entry: SealedEntry, seq: int) -> bool:
    from inspector.journal.entry import to_wire

    try:
        to_wire(entry)
    except MalformedError:
        return False
    return entry.ref.seq == seq


def _damaged_entry(seq: int) -> Damaged:
    return Damaged(
        f"本机第 {seq} 条记录与当初写入的不同，同步已停止，其他内容没有改动。",
        f"Entry {seq} of this laptop is not what was written; the sync was stopped and nothing was changed.",
        hint=("运行 inspector doctor 查看。", "Run inspector doctor."),
        code="sync.damaged_entry",
    )
