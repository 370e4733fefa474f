"""The decoding child: reads photos from standard input, answers on standard output, touches nothing else.

A frame is two big-endian 32-bit lengths, a JSON header and a body. The child greets with {"ready": true};
then each request (`operation`, `kind`, sizes; the photo as body) gets one answer. It ends with its input.
Memory and processor time are bounded where the system can (POSIX); the parent bounds wall time everywhere.
"""

import contextlib
import json
import os
import signal
import struct
import sys
from collections.abc import Mapping
from typing import IO, Any

from inspector.evidence import limits

_LENGTHS = struct.Struct(">II")


def write_frame(stream: IO[bytes], header: Mapping[str, Any], body: bytes = b"") -> None:
    """Write one frame and flush it.

    Raises:
        OSError: the other side is gone.
    """
    head = json.dumps(header).encode("ascii")
    stream.write(_LENGTHS.pack(len(head), len(body)))
    stream.write(head)
    stream.write(body)
    stream.flush()


def read_frame(stream: IO[bytes], most: int) -> tuple[dict[str, Any], bytes] | None:
    """The next frame with a body of at most `most` bytes; None at the end of the stream.

    Raises:
        ValueError: not a frame, cut short, or larger than agreed.
    """
    lengths = stream.read(_LENGTHS.size)
    if not lengths:
        return None
    if len(lengths) < _LENGTHS.size:
        raise ValueError("frame cut short")
    head, body = _LENGTHS.unpack(lengths)
    if head > limits.MAX_HEADER_BYTES or body > most:
        raise ValueError("frame too large")
    text, data = stream.read(head), stream.read(body)
    if len(text) < head or len(data) < body:
        raise ValueError("frame cut short")
    header = json.loads(text)
    if not isinstance(header, dict):
        raise ValueError("header is not an object")  # noqa: TRY004 - bytes of the wrong form, not a caller's mistake
    return header, data


def bound_process() -> None:
    """Bound memory and files; no core dump ever holds evidence."""
    if sys.platform != "win32":
        import resource

        bounds = (
            (resource.RLIMIT_AS, limits.CHILD_MEMORY_BYTES),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
        )
        for which, most in bounds:
            with contextlib.suppress(ValueError, OSError):  # macOS refuses some
                resource.setrlimit(which, (most, most))


def bound_next_photo() -> None:
    """Give the next photo its own share of processor time."""
    if sys.platform != "win32":
        import resource

        spent = resource.getrusage(resource.RUSAGE_SELF)
        soft = int(spent.ru_utime + spent.ru_stime) + 1 + limits.CHILD_SECONDS
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def answer(header: Mapping[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """What one request gets: a header, whose `failure` is "" or a flag's code, and a body."""
    from inspector.evidence import decode

    kind = str(header["kind"])
    try:
        match header["operation"]:
            case "describe":
                return decode.describe(data, kind), b""
            case "scaled":
                width, height, rgb = decode.scaled(data, kind, int(header["width"]), int(header["height"]))
                return {"failure": "", "width": width, "height": height}, rgb
            case "thumbnail":
                return {"failure": ""}, decode.thumbnail(data, kind, int(header["longest"]))
            case "masked":
                return {"failure": ""}, decode.masked(data, kind, header["boxes"], int(header["margin"]))
            case _:
                return {"failure": "not_examined"}, b""
    except decode.NotDecodedError as error:
        return {"failure": error.reason}, b""
    except MemoryError:
        return {"failure": "too_large"}, b""
    except Exception:  # noqa: BLE001 - decoders raise anything on foreign bytes
        return {"failure": "unreadable"}, b""


def main() -> None:
    """Serve until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Whatever a library prints must not fall between frames.
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    from inspector.evidence import decode

    decode.prepare()
    bound_process()
    write_frame(out, {"ready": True})
    while (request := read_frame(sys.stdin.buffer, limits.MAX_FILE_BYTES)) is not None:
        bound_next_photo()
        write_frame(out, *answer(*request))
        del request


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main()
