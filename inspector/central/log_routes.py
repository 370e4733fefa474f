"""The routes of the centre's log: its head, witnesses' cosignatures, proofs."""

import json

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from inspector.central import models, wire
from inspector.central.accounts import Device
from inspector.central.ledger import head_after, origin_of
from inspector.central.proofs import keep_cosignature, make_bundle
from inspector.central.routes import in_thread, limits_of
from inspector.domain.entries import Ref
from inspector.sync.protocol import unb64


async def _device(request: Request) -> Device:
    """Whose session it is, counted.

    Raises:
        ProblemError: session.needed, rate.limited.
    """
    device = await wire.session_device(request)
    limits_of(request).proofs.count(device.id)
    return device


async def head(request: Request) -> Response:
    """POST /v1/log/head"""
    await _device(request)
    asked = await wire.read_model(request, models.LogHeadRequest, limit=wire.JSON_BYTES_MAX)
    storage = wire.storage_of(request)

    def work() -> Response:
        found, proof = head_after(storage, origin=asked.origin, size=asked.size, note=asked.note)
        model = models.LogHead(
            note=found.note,
            origin=origin_of(storage, found.epoch),
            size=found.size,
            consistency=[step.hex() for step in proof],
        )
        return wire.answer_model(request, model)

    return await in_thread(work)


async def cosignature(request: Request) -> Response:
    """POST /v1/log/cosignatures"""
    device = await _device(request)
    asked = await wire.read_model(request, models.CosignatureRequest)
    storage = wire.storage_of(request)

    def work() -> Response:
        signature = unb64(asked.cosignature, size=64)
        keep_cosignature(storage, device, size=asked.size, time=asked.time, signature=signature)
        return wire.answer_model(request, models.Kept(kept=True))

    return await in_thread(work)


async def proofs(request: Request) -> Response:
    """POST /v1/proofs"""
    device = await _device(request)
    asked = await wire.read_model(request, models.ProofsRequest, limit=wire.JSON_BYTES_MAX)
    storage = wire.storage_of(request)

    def work() -> Response:
        refs = [Ref.parse(text) for text in asked.refs]
        bundle = make_bundle(storage, refs, viewer=device, size=asked.size)
        body = json.dumps(bundle.to_data(), ensure_ascii=False, separators=(",", ":")).encode()
        return wire.answer(request, 200, body, media="application/json")

    return await in_thread(work)


LOG_ROUTES = [
    Route("/v1/log/head", head, methods=["POST"]),
    Route("/v1/log/cosignatures", cosignature, methods=["POST"]),
    Route("/v1/proofs", proofs, methods=["POST"]),
]
