"""What makes an answer the centre's: its signature for this very request. Everything else is judged here. No IO."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeGuard

from inspector.journal.keys import verify
from inspector.sync import failures
from inspector.sync.failures import ProblemAnswerError, SyncFailedError
from inspector.sync.protocol import (
    BODY_BYTES_MAX,
    PLAIN_BYTES_MAX,
    PROBLEMS,
    SIGNATURE_HEADER,
    ProtocolError,
    response_message,
    unb64,
)

JSON_TYPE = "application/json"
PROBLEM_TYPE = "application/problem+json"
_PROBLEM_BYTES_MAX = 65_536
_WINDOW_BYTES_MAX = 8_388_608
_NUMBER_MAX = 2**53 - 1
_GATEWAYS = (500, 502, 503, 504)
_NO_METHOD = (405, 501)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came, decompressed; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Link(Protocol):
    """Requests to the enrolled centre."""

    token: str

    def call(
        self,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        media: str = "",
    ) -> Answer:
        """Send a request and take a 2xx answer that the centre signed for it.

        Args:
            media: the content type that the answer must have; empty where it has no body.

        Raises:
            SyncFailedError: no answer, or not the centre's.
            ProblemAnswerError: the centre refuses.
            StoppedError: somebody asked to stop meanwhile.
        """
        ...


def decompressed(raw: bytes, encoding: str) -> bytes:
    """A body without its content encoding; never more than PLAIN_BYTES_MAX bytes in memory.

    Raises:
        SyncFailedError: not an encoding that was asked for, broken, or too large.
    """
    if encoding in ("", "identity"):
        return raw
    if encoding != "zstd":
        raise SyncFailedError(failures.PORTAL)
    import zstandard

    try:
        decompressor = zstandard.ZstdDecompressor(max_window_size=_WINDOW_BYTES_MAX)
        with decompressor.stream_reader(raw) as reader:
            plain = reader.read(PLAIN_BYTES_MAX + 1)
    except zstandard.ZstdError as error:
        raise SyncFailedError(failures.UNSIGNED) from error
    if len(plain) > PLAIN_BYTES_MAX:
        raise SyncFailedError(failures.malformed("zstd"))
    return plain


def compressed(plain: bytes) -> bytes:
    """A body in zstd."""
    import zstandard

    return zstandard.ZstdCompressor(level=3).compress(plain)


def judge(answer: Answer, *, nonce: str, centre: bytes | None, media: str) -> Answer:
    """Take an answer only if it is the centre's answer to the request with this nonce.

    Args:
        centre: the centre's public key; None while it is not known yet, before the enrolment checks it.

    Raises:
        SyncFailedError: it is not.
        ProblemAnswerError: a refusal. It is not signed, and so never makes anything count as sent.
    """
    if not 200 <= answer.status < 300:
        raise _refused(answer)
    if media and _media(answer) != media:
        raise SyncFailedError(failures.PORTAL)
    if centre is not None:
        check_signature(answer, nonce=nonce, centre=centre)
    return answer


def check_signature(answer: Answer, *, nonce: str, centre: bytes) -> None:
    """Be sure that this key signed this answer for this nonce.

    Raises:
        SyncFailedError: it did not.
    """
    stated = answer.headers.get(SIGNATURE_HEADER.lower())
    if stated is None:
        raise SyncFailedError(failures.PORTAL)
    try:
        signature = unb64(stated, size=64)
    except ProtocolError as error:
        raise SyncFailedError(failures.UNSIGNED) from error
    if not verify(centre, signature, response_message(nonce, answer.status, answer.body)):
        raise SyncFailedError(failures.UNSIGNED)


def _media(answer: Answer) -> str:
    return answer.headers.get("content-type", "").partition(";")[0].strip().lower()


def _refused(answer: Answer) -> Exception:
    if _media(answer) == PROBLEM_TYPE and len(answer.body) <= _PROBLEM_BYTES_MAX:
        try:
            document = json.loads(answer.body)
        except (ValueError, RecursionError):
            document = None
        code = document.get("code") if isinstance(document, dict) else None
        if isinstance(code, str) and code in PROBLEMS:
            if code == "internal":
                return SyncFailedError(failures.gateway(answer.status))
            return ProblemAnswerError(code, answer.status, document)
    if answer.status in _GATEWAYS:
        return SyncFailedError(failures.gateway(answer.status))
    return SyncFailedError(failures.METHOD if answer.status in _NO_METHOD else failures.PORTAL)


def read_object(answer: Answer) -> dict[str, Any]:
    """The JSON object of a signed answer.

    Raises:
        SyncFailedError: it is none.
    """
    try:
        value = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise SyncFailedError(failures.malformed("JSON")) from error
    if not isinstance(value, dict):
        raise SyncFailedError(failures.malformed("JSON"))
    return value


def is_text(value: object) -> TypeGuard[str]:
    """Whether a value of an answer is a text that can be written down; JSON can name halves of characters, too."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def text_of(data: Mapping[str, Any], name: str, pattern: str = "", *, most: int = 1_000) -> str:
    """A text member of a signed answer, whole of the pattern if one is given.

    Raises:
        SyncFailedError: there is none.
    """
    value = data.get(name)
    if not is_text(value) or len(value) > most or (pattern and re.fullmatch(pattern, value) is None):
        raise SyncFailedError(failures.malformed(name))
    return value


def number_of(data: Mapping[str, Any], name: str) -> int:
    """A whole number of a signed answer that is not negative and at most 2^53 - 1.

    Raises:
        SyncFailedError: there is none.
    """
    value = data.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _NUMBER_MAX:
        raise SyncFailedError(failures.malformed(name))
    return value


def texts_of(data: Mapping[str, Any], name: str) -> list[str]:
    """A list of texts of a signed answer.

    Raises:
        SyncFailedError: there is none.
    """
    value = data.get(name)
    if not isinstance(value, list) or not all(is_text(item) for item in value):
        raise SyncFailedError(failures.malformed(name))
    return value


def send_json(link: Link, path: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """POST a JSON object; the object of the answer. Raises as `Link.call`."""
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    return read_object(
        link.call("POST", path, body=body, headers={"Content-Type": JSON_TYPE}, media=JSON_TYPE)
    )


__all__ = [
    "BODY_BYTES_MAX", "JSON_TYPE", "Answer", "Link", "check_signature", "compressed", "decompressed", "is_text", "judge",
    "number_of", "read_object", "send_json", "text_of", "texts_of",
]  # fmt: skip
