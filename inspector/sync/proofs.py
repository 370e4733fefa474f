"""Fetching proofs from the centre, for a case file: asked for in pages, checked whole, kept for a subject."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from inspector.casefile.bundle import Bundle
from inspector.casefile.checked import check_bundle, log_of
from inspector.casefile.merging import merge_pages
from inspector.domain.entries import Ref
from inspector.journal.canonical import MalformedError
from inspector.journal.merkle import verify_consistency
from inspector.journal.note import Checkpoint
from inspector.store import proof_bundles
from inspector.store.engine import immediate
from inspector.store.workspace import Store
from inspector.sync import failures
from inspector.sync.client import HttpLink
from inspector.sync.failures import Failure, Kind, ProblemAnswerError, SyncFailedError
from inspector.sync.link import Link, send_json, text_of
from inspector.sync.membership import Membership, require_membership
from inspector.sync.protocol import b64, session_message
from inspector.sync.witness import Witness

if TYPE_CHECKING:
    import httpx

PAGE = 1_000
_ROUNDS = 4
"""How often the pages are asked for again because a later one leads to a larger checkpoint, and the log while it grows."""
NO_LOG = Failure(
    Kind.REFUSED,
    "proofs.none",
    "这个中心还没有证明日志；卷宗只能带本机自己的证明。没有改动任何内容。",
    "This centre keeps no log of proofs yet; a case file can only carry this laptop's own. Nothing was changed.",
    hint=("请管理员升级中心的程序。", "Have the administrator upgrade the centre's program."),
    lasting=True,
)


def fetch_proofs(
    store: Store,
    subject: str,
    refs: Sequence[Ref],
    *,
    transport: "httpx.BaseTransport | None" = None,
) -> Bundle:
    """Get the centre's proofs of these entries, be sure of them, and keep them for the subject.

    Entries that the centre does not prove, or that it may not show to this laptop, are not in the bundle. The log that it
    leads to is checked against the one that this laptop has watched.

    Args:
        subject: what a case file is about; proofs that were kept for it before are replaced.
        refs: entries that are here.

    Raises:
        Refusal: the laptop is not enrolled.
        Offline, NotTrusted, SyncError: nothing was kept; code "proofs.none" where the centre keeps no log, "proofs.false"
            where a proof does not hold, "log.…" where its log is not the one that was seen.
    """
    centre = require_membership(store)
    wanted = sorted(set(refs))
    try:
        with HttpLink(centre.url, key=centre.key, ca_file=centre.ca_file, transport=transport) as link:
            try:
                bundle = _fetch(store, centre, link, wanted)
            except ProblemAnswerError as problem:
                # The session ended, or the epoch was renewed meanwhile: once more, from the beginning.
                if problem.code != "session.needed":
                    raise
                bundle = _fetch(store, centre, link, wanted)
    except SyncFailedError as error:
        raise error.failure.to_error() from error
    except ProblemAnswerError as problem:
        missing = problem.code in ("not_found", "method")
        raise (NO_LOG if missing else failures.refusal(problem)).to_error() from problem
    data = json.dumps(bundle.to_data(), ensure_ascii=False, separators=(",", ":")).encode()
    with immediate(store.connection):
        proof_bundles.keep_bundle(store.connection, subject, data)
    return bundle


def _fetch(store: Store, centre: Membership, link: HttpLink, refs: Sequence[Ref]) -> Bundle:
    """Open a session, ask for the proofs, and be sure of them."""
    epoch = _open_session(store, centre, link)
    bundle = _pages(link, refs)
    hashes = proof_bundles.hashes_of(store.connection, refs)
    try:
        log = check_bundle(bundle, centre_public=centre.key, hashes=hashes)
    except MalformedError as error:
        raise SyncFailedError(_false(error.zh, error.en)) from error
    _check_log(Witness(store, centre, link), epoch, bundle, log)
    return bundle


def _open_session(store: Store, centre: Membership, link: HttpLink) -> str:
    """Open a session; the centre's epoch."""
    link.token = ""
    challenge = text_of(send_json(link, "/v1/challenges", {"device": store.device}), "challenge")
    signature = store.key.sign(session_message(centre.device, challenge))
    asked = {"device": store.device, "challenge": challenge, "signature": b64(signature)}
    session = send_json(link, "/v1/sessions", asked)
    link.token = text_of(session, "token", r"[A-Za-z0-9_-]{16,200}")
    return text_of(session, "epoch", r"[0-9a-z]{1,64}")


def _pages(link: Link, refs: Sequence[Ref]) -> Bundle:
    """All pages, brought to one checkpoint: where a later one needs a larger one, the others are asked for again."""
    lots = [refs[start : start + PAGE] for start in range(0, len(refs), PAGE)] or [[]]
    size = 0
    for _ in range(_ROUNDS):
        pages: list[Bundle] = []
        for lot in lots:
            pages.append(_page(link, lot, size))
            size = max(size, _size(pages[-1]))
        if len({page.note for page in pages}) == 1:
            return merge_pages(pages)
    raise SyncFailedError(failures.malformed("size"))


def _page(link: Link, refs: Sequence[Ref], size: int) -> Bundle:
    data = send_json(link, "/v1/proofs", {"refs": [str(ref) for ref in refs], "size": size})
    try:
        page = Bundle.from_data(data)
    except MalformedError as error:
        raise SyncFailedError(failures.malformed("proofs")) from error
    if not {one.ref for one in page.proofs} <= set(refs):
        raise SyncFailedError(failures.malformed("proofs"))
    return page


def _size(page: Bundle) -> int:
    try:
        return log_of(page, centre_public=page.public_key).size
    except (MalformedError, ValueError) as error:
        raise SyncFailedError(failures.malformed("note")) from error


def _check_log(witness: Witness, epoch: str, bundle: Bundle, log: Checkpoint) -> None:
    """The checkpoint of the proofs is one of the log that this laptop watches."""
    for _ in range(_ROUNDS):
        head = witness.look(epoch)
        later = witness.ask(origin=log.origin, size=log.size)
        if later.log != head.log:
            continue
        if not verify_consistency(log.size, head.log.size, log.root, head.log.root, later.consistency):
            before = {"origin": log.origin, "size": log.size, "note": bundle.note}
            witness.alarm(failures.LOG_FORKED, before, later)
        return
    raise SyncFailedError(failures.malformed("note"))


def _false(zh: str, en: str) -> Failure:
    return Failure(
        Kind.NOT_TRUSTED,
        "proofs.false",
        f"中心给的证明不成立：{zh}。没有采用，本机内容没有改动。",
        f"The centre's proofs do not hold: {en}. They were not used; nothing here was changed.",
        hint=("请联系中心管理员。", "Tell the centre's administrator."),
        lasting=True,
    )
