"""Joining a centre with a one-time code. Safe to repeat after a cut; nothing is remembered before all is proved.

The code carries a fingerprint of the centre's key, so the laptop knows the right centre before it tells it anything.
"""

from typing import TYPE_CHECKING, Any

from inspector.errors import BadInput, NotTrusted, Refusal
from inspector.journal.keys import device_id, is_public_key
from inspector.store.workspace import Store
from inspector.sync import failures
from inspector.sync.client import HttpLink, check_url
from inspector.sync.failures import ProblemAnswerError, SyncFailedError
from inspector.sync.link import (
    JSON_TYPE,
    check_signature,
    judge,
    read_object,
    send_json,
    text_of,
    texts_of,
)
from inspector.sync.membership import Membership, membership, require_membership
from inspector.sync.protocol import (
    VERSION,
    EnrolmentCode,
    ProtocolError,
    b64,
    enrolment_message,
    key_fingerprint,
)

if TYPE_CHECKING:
    import httpx

_KEY = r"[0-9a-f]{64}"
_NAME = r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,200}"


def enrol(
    store: Store,
    url: str,
    code: str,
    *,
    ca_file: str = "",
    transport: "httpx.BaseTransport | None" = None,
) -> Membership:
    """Join the centre at `url` with a one-time code.

    Args:
        ca_file: a PEM file with the office's own certificate authority, beside the system's.

    Raises:
        BadInput: the address or the code is mistyped; nothing was sent.
        Refusal: the laptop belongs to another centre.
        Offline, NotTrusted, SyncError: not enrolled; it may be tried again with the same code.
    """
    parsed = _parse(code)
    address = check_url(url)
    try:
        with HttpLink(address, key=None, ca_file=ca_file, transport=transport) as link:
            link.key = _recognise(link, parsed)
            _check_same_centre(store, link.key)
            given = _ask_in(store, link, parsed)
            return _remember(store, link.key, given, url=address, ca_file=ca_file)
    except SyncFailedError as error:
        raise error.failure.to_error() from error
    except ProblemAnswerError as problem:
        raise failures.refusal(problem).to_error() from problem


def _parse(code: str) -> EnrolmentCode:
    try:
        return EnrolmentCode.parse(code)
    except ProtocolError as error:
        raise BadInput(
            "注册码输错了：应为 25 个字母和数字。没有发送任何内容。",
            "The code is mistyped: it has 25 letters and digits. Nothing was sent.",
            hint=(
                "对照纸条再输一次；大小写、空格和横线不要紧。",
                "Type it again; case, spaces and dashes do not matter.",
            ),
            code="enrol.code",
        ) from error


def _recognise(link: HttpLink, code: EnrolmentCode) -> bytes:
    """The key of the centre that answers, which must be the one that gave the code."""
    raw, nonce = link.send("GET", "/v1/identity")
    answer = judge(raw, nonce=nonce, centre=None, media=JSON_TYPE)
    identity = read_object(answer)
    key = bytes.fromhex(text_of(identity, "public_key", _KEY))
    if not is_public_key(key) or key_fingerprint(key) != code.fingerprint:
        raise NotTrusted(
            "这个地址上的中心不是发出注册码的中心，没有注册。",
            "The centre at this address is not the one that gave the code; not enrolled.",
            hint=("核对地址和注册码。", "Check the address and the code."),
            code="enrol.other_centre",
        )
    check_signature(answer, nonce=nonce, centre=key)
    if identity.get("version") != VERSION:
        raise SyncFailedError(failures.malformed("version"))
    return key


def _check_same_centre(store: Store, key: bytes) -> None:
    known = membership(store)
    if known is not None and known.key != key:
        raise Refusal(
            f"这台电脑已在中心“{known.name}”注册，不能再加入另一个中心。没有改动任何内容。",
            f"This laptop belongs to the centre {known.name!r} and cannot join another. Nothing was changed.",
            hint=("另建一个工作区再注册。", "Make another workspace and enrol it."),
            code="enrol.enrolled",
        )


def _ask_in(store: Store, link: HttpLink, code: EnrolmentCode) -> dict[str, Any]:
    signature = store.key.sign(enrolment_message(code.digest, store.key.public))
    asked = {
        "code_digest": code.digest,
        "public_key": store.key.public.hex(),
        "signature": b64(signature),
    }
    return send_json(link, "/v1/enrolments", asked)


def _remember(store: Store, key: bytes, given: dict[str, Any], *, url: str, ca_file: str) -> Membership:
    centre = given.get("centre")
    if not isinstance(centre, dict) or text_of(centre, "public_key", _KEY) != key.hex():
        raise SyncFailedError(failures.malformed("centre"))
    if text_of(given, "device") != store.device or text_of(centre, "device") != device_id(key):
        raise SyncFailedError(failures.malformed("device"))
    settings: dict[str, Any] = {
        "centre_url": url,
        "centre_device": device_id(key),
        "centre_name": text_of(centre, "name", _NAME),
        "centre_key": key.hex(),
        "ca_file": ca_file or None,
        "role": text_of(given, "role", r"[a-z_]{1,40}"),
        "officer_name": text_of(given, "name", _NAME),
        "department": text_of(given, "department", most=200),
    }
    if membership(store) is None:
        # Both belong to the sync from now on: it must notice what changes of them.
        settings["centre_epoch"] = text_of(given, "epoch", r"[0-9a-z]{1,64}")
        settings["scopes"] = texts_of(given, "scopes")
    # One transaction: a cut leaves the laptop either not enrolled or wholly enrolled.
    store.set_settings(**settings)
    return require_membership(store)
