"""The OpenAPI document, made of the models that check requests and answers. GET /v1/openapi.json"""

import functools
import json
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.requests import Request
from starlette.responses import Response

import inspector
from inspector.central import models, wire
from inspector.sync.protocol import ENTRIES_TYPE, NONCE_HEADER, SIGNATURE_HEADER

_TEMPLATE = "#/components/schemas/{model}"
_JSON = "application/json"
_PROBLEM = {
    "description": "refused: a problem document says why and what to do",
    "content": {"application/problem+json": {"schema": {"$ref": _TEMPLATE.format(model="Problem")}}},
}
_NONCE = {
    "name": NONCE_HEADER,
    "in": "header",
    "description": f"asks for {SIGNATURE_HEADER} in a 2xx answer",
    "schema": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
}
_LINES = {ENTRIES_TYPE: {"schema": {"type": "string", "description": "a preamble, then two lines an entry"}}}
_CALLS: list[tuple[str, str, str, type[BaseModel] | None, type[BaseModel] | None]] = [
    ("get", "/v1/identity", "Who this centre is", None, models.Identity),
    (
        "post",
        "/v1/enrolments",
        "Enrol a device by its one-time code",
        models.EnrolmentRequest,
        models.Enrolment,
    ),
    ("post", "/v1/challenges", "A challenge to sign", models.ChallengeRequest, models.Challenge),
    ("post", "/v1/sessions", "Open a session", models.SessionRequest, models.Session),
    ("post", "/v1/entries", "Push entries, get the receipt", None, models.Receipt),
    ("post", "/v1/pull", "Pull a page of entries", models.PullRequest, None),
    ("post", "/v1/numbers", "Ask for numbers of papers", models.NumbersRequest, models.Numbers),
    (
        "post",
        "/v1/log/head",
        "The newest checkpoint of the centre's log",
        models.LogHeadRequest,
        models.LogHead,
    ),
    ("post", "/v1/log/cosignatures", "Witness a checkpoint", models.CosignatureRequest, models.Kept),
    ("post", "/v1/proofs", "What proves entries", models.ProofsRequest, models.Proofs),
    ("post", "/v1/photos/missing", "Which photos are not here", models.PhotoList, models.MissingPhotos),
]
_OPEN = {"/v1/identity", "/v1/enrolments", "/v1/challenges", "/v1/sessions", "/v1/openapi.json"}


async def openapi_route(request: Request) -> Response:
    """GET /v1/openapi.json"""
    return wire.answer(request, 200, document(), media=_JSON)


@functools.cache
def document() -> bytes:
    """The document as JSON."""
    shapes: list[type[BaseModel]] = [models.Problem]
    shapes += [shape for *_, asked, given in _CALLS for shape in (asked, given) if shape is not None]
    _, schemas = models_json_schema([(shape, "validation") for shape in shapes], ref_template=_TEMPLATE)
    paths: dict[str, Any] = {}
    for method, path, summary, asked, given in _CALLS:
        paths[path] = {method: _operation(path, summary, _json(asked), _json(given))}
    paths["/v1/entries"]["post"]["requestBody"] = {"required": True, "content": _LINES}
    paths["/v1/entries"]["post"]["parameters"].append(
        _header("Content-Encoding", False, enum=["identity", "zstd"])
    )
    paths["/v1/pull"]["post"]["responses"]["200"]["content"] = _LINES
    paths |= _photo_paths()
    paths["/v1/openapi.json"] = {
        "get": _operation("/v1/openapi.json", "This document", None, {_JSON: {"schema": {"type": "object"}}})
    }
    found = {
        "openapi": "3.1.0",
        "info": {"title": "inspector centre", "version": inspector.__version__},
        "paths": paths,
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"session": {"type": "http", "scheme": "bearer"}},
        },
    }
    return json.dumps(found, ensure_ascii=False).encode()


def _json(model: type[BaseModel] | None) -> dict[str, Any] | None:
    return None if model is None else {_JSON: {"schema": {"$ref": _TEMPLATE.format(model=model.__name__)}}}


def _operation(
    path: str, summary: str, asked: dict[str, Any] | None, given: dict[str, Any] | None, status: str = "200"
) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "description": summary,
        "headers": {SIGNATURE_HEADER: {"schema": {"type": "string"}}},
    }
    if given is not None:
        answer["content"] = given
    operation: dict[str, Any] = {
        "summary": summary,
        "parameters": [_NONCE],
        "responses": {status: answer, "4XX": _PROBLEM, "5XX": _PROBLEM},
    }
    if asked is not None:
        operation["requestBody"] = {"required": True, "content": asked}
    if path not in _OPEN:
        operation["security"] = [{"session": []}]
    return operation


def _header(name: str, required: bool, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": required, "schema": {"type": "string", **schema}}


def _path(name: str, pattern: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": pattern}}


def _photo_paths() -> dict[str, Any]:
    tus = _header("Tus-Resumable", True, const="1.0.0")
    create = _operation("/v1/uploads", "Begin or find an upload (tus creation)", None, None, "201")
    create["parameters"] += [
        tus,
        _header("Upload-Length", True, pattern="^[0-9]{1,8}$"),
        _header("Upload-Metadata", True, description="sha256 and base64 of the hexadecimal hash"),
    ]
    about = _operation("/v1/uploads", "What of tus is spoken here", None, None, "204")
    about.pop("security")
    stand = _operation("/v1/uploads/{id}", "How far an upload is", None, None)
    stand["parameters"] += [tus]
    patch = _operation(
        "/v1/uploads/{id}", "Send a chunk", {"application/offset+octet-stream": {}}, None, "204"
    )
    patch["parameters"] += [
        tus,
        _header("Upload-Offset", True, pattern="^[0-9]{1,8}$"),
        _header("Upload-Checksum", False, description="sha256 and base64 of the chunk's hash"),
    ]
    fetch = _operation("/v1/photos/{sha256}", "A photo's bytes", None, {"application/octet-stream": {}})
    fetch["parameters"] += [_header("Range", False)]
    fetch["responses"]["206"] = {"description": "a part of it"}
    return {
        "/v1/uploads": {"post": create, "options": about},
        "/v1/uploads/{id}": {
            "parameters": [_path("id", "^[0-9a-f]{32}$")],
            "head": stand,
            "patch": patch,
        },
        "/v1/photos/{sha256}": {"parameters": [_path("sha256", "^[0-9a-f]{64}$")], "get": fetch},
    }
