"""The routes of identity, enrolment, sessions, entries and the asking for photos. Work is done in threads."""

from collections.abc import Callable
from typing import TypeVar

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response

from inspector.central import models, wire
from inspector.central.blobs import Blobs
from inspector.central.limits import Limits
from inspector.central.numbers import lease
from inspector.central.problems import ProblemError
from inspector.domain.numbers import Series
from inspector.domain.retention import DESTROYED
from inspector.journal.keys import is_public_key
from inspector.sync.protocol import (
    ENTRIES_TYPE,
    VERSION,
    ProtocolError,
    Push,
    ShownReceipt,
    b64,
    unb64,
)

T = TypeVar("T")


async def in_thread(work: Callable[[], T]) -> T:
    """Run blocking work beside the event loop. An answer that nobody waits for is finished all the same."""
    return await anyio.to_thread.run_sync(work)


def limits_of(request: Request) -> Limits:
    """The counters of the app that serves this request."""
    limits: Limits = request.app.state.limits
    return limits


def blobs_of(request: Request) -> Blobs:
    """The photos of the app that serves this request."""
    blobs: Blobs = request.app.state.blobs
    return blobs


def address_of(request: Request) -> str:
    """Whom to count the request for."""
    return request.client.host if request.client is not None else ""


def count_call(request: Request) -> None:
    """Count a call without a session.

    Raises:
        ProblemError: rate.limited.
    """
    limits_of(request).calls.count(address_of(request))


async def identity(request: Request) -> Response:
    """GET /v1/identity"""
    count_call(request)
    storage = wire.storage_of(request)

    def work() -> Response:
        model = models.Identity(
            name=storage.name,
            device=storage.device_id,
            vkey=storage.vkey,
            public_key=storage.key.public.hex(),
            epoch=storage.epoch,
            version=VERSION,
        )
        return wire.answer_model(request, model)

    return await in_thread(work)


async def enrol(request: Request) -> Response:
    """POST /v1/enrolments"""
    count_call(request)
    wrong, address = limits_of(request).wrong_codes, address_of(request)
    wrong.check(address)
    asked = await wire.read_model(request, models.EnrolmentRequest)
    storage = wire.storage_of(request)
    public_key = bytes.fromhex(asked.public_key)
    if not is_public_key(public_key):
        raise ProblemError("request.malformed", members=["public_key"])

    def work() -> Response:
        device = storage.enrol(
            digest=asked.code_digest, public_key=public_key, signature=unb64(asked.signature, size=64)
        )
        model = models.Enrolment(
            device=device.id,
            name=device.name,
            role=device.role,
            department=device.department,
            scopes=list(device.scopes),
            centre=models.Centre(
                device=storage.device_id, name=storage.name, public_key=storage.key.public.hex()
            ),
            epoch=storage.epoch,
        )
        return wire.answer_model(request, model)

    try:
        return await in_thread(work)
    except ProblemError:
        wrong.count(address)
        raise


async def challenge(request: Request) -> Response:
    """POST /v1/challenges"""
    count_call(request)
    asked = await wire.read_model(request, models.ChallengeRequest)
    storage = wire.storage_of(request)
    return await in_thread(
        lambda: wire.answer_model(request, models.Challenge(challenge=storage.challenge(asked.device)))
    )


async def open_session(request: Request) -> Response:
    """POST /v1/sessions"""
    count_call(request)
    asked = await wire.read_model(request, models.SessionRequest)
    storage = wire.storage_of(request)

    def work() -> Response:
        token, device, epoch = storage.open_session(
            asked.device,
            asked.challenge,
            unb64(asked.signature, size=64),
            shown=_shown(asked.receipt),
        )
        apart, count = storage.kept_apart(device.id)
        model = models.Session(
            token=token,
            expires_in=storage.settings.session_seconds,
            size=device.size,
            epoch=epoch,
            scopes=list(device.scopes),
            role=device.role,
            kept_apart=[models.KeptApart(seq=item.seq, reason=item.reason) for item in apart],
            kept_apart_count=count,
            publishers=storage.publishers(),
            time=storage.now,
        )
        return wire.answer_model(request, model)

    return await in_thread(work)


def _shown(receipt: models.ShownReceipt | None) -> ShownReceipt | None:
    if receipt is None:
        return None
    cosignature = unb64(receipt.cosignature, size=64)
    return ShownReceipt(receipt.size, bytes.fromhex(receipt.root), receipt.time, cosignature, receipt.epoch)


def _unpacked(body: bytes, encoding: str) -> Push:
    with wire.DECODING:
        try:
            return Push.decode(wire.plain_lines(body, encoding))
        except ProtocolError as error:
            refusal = ProblemError("request.malformed", reason=str(error))
        except ProblemError as error:
            refusal = error
    # Without the error that it comes from: its frames would keep the unpacked bytes until the answer is sent.
    raise refusal.with_traceback(None)


async def push(request: Request) -> Response:
    """POST /v1/entries"""
    device = await wire.session_device(request)
    body, encoding = await wire.read_lines(request)
    storage = wire.storage_of(request)

    def work() -> Response:
        batch = _unpacked(body, encoding)
        if batch.device != device.id:
            raise ProblemError("request.malformed", reason="entries of another device")
        accepted = storage.append(batch)
        if any(sealed.type == DESTROYED for sealed in batch.entries):
            request.app.state.uploads.let_go()
        receipt = accepted.receipt
        model = models.Receipt(
            size=receipt.size,
            time=receipt.time,
            cosignature=b64(receipt.cosignature),
            verdicts=[
                models.EntryVerdict(seq=item.seq, verdict=item.verdict, reason=item.reason)
                for item in accepted.verdicts
            ],
        )
        return wire.answer_model(request, model)

    return await in_thread(work)


async def pull(request: Request) -> Response:
    """POST /v1/pull"""
    device = await wire.session_device(request)
    asked = await wire.read_model(request, models.PullRequest, limit=wire.JSON_BYTES_MAX)
    storage = wire.storage_of(request)

    def work() -> Response:
        page = storage.page(device.id, asked.cursor, limit=asked.limit, include_own=asked.include_own)
        return wire.answer(request, 200, page.encode(), media=ENTRIES_TYPE)

    return await in_thread(work)


async def numbers(request: Request) -> Response:
    """POST /v1/numbers"""
    device = await wire.session_device(request)
    asked = await wire.read_model(request, models.NumbersRequest)
    storage = wire.storage_of(request)

    def work() -> Response:
        series = Series(asked.authority, asked.year, asked.kind)
        leased = lease(storage, device.id, series, known=asked.known, highest=asked.highest)
        return wire.answer_model(request, models.Numbers(leased=leased))

    return await in_thread(work)


async def missing_photos(request: Request) -> Response:
    """POST /v1/photos/missing"""
    device = await wire.session_device(request)
    asked = await wire.read_model(request, models.PhotoList, limit=wire.JSON_BYTES_MAX)
    storage = wire.storage_of(request)
    blobs = blobs_of(request)

    def work() -> Response:
        missing = set(storage.missing_photos(device, asked.sha256))
        # A file that is gone from the disk is asked for again: the laptops may still have it.
        missing.update(sha256 for sha256 in asked.sha256 if sha256 not in missing and not blobs.has(sha256))
        return wire.answer_model(request, models.MissingPhotos(missing=sorted(missing)))

    return await in_thread(work)
