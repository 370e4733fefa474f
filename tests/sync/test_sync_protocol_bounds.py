"""Lines of entries are bounded before anything is made of them."""

import json
import tracemalloc

import pytest

from inspector.sync.protocol import (
    LINES_ENTRIES_MAX,
    PAGE_PREAMBLE_MAX,
    PLAIN_BYTES_MAX,
    PUSH_PREAMBLE_MAX,
    Page,
    ProtocolError,
    Push,
    b64,
)

DEVICE = "a" * 16


def preamble(**more: object) -> bytes:
    """The first line of a push."""
    said = {"device": DEVICE, "size": 0, "signature": b64(bytes(64)), "version": 1, **more}
    return json.dumps(said).encode() + b"\n"


@pytest.mark.parametrize(
    "body",
    [
        preamble() + b"\n" * (PLAIN_BYTES_MAX - 1_001 + len(preamble()) % 2),
        preamble()[:-2] + b',"x":[' + b"{}," * 8_000_000 + b"0]}\n",
        preamble(),
    ],
    ids=["newlines", "preamble", "good"],
)
def test_a_push_takes_no_more_memory_than_its_bytes(body: bytes) -> None:
    """A body full of line ends or with an endless preamble is refused without being taken apart."""
    tracemalloc.start()
    try:
        if body == preamble():
            assert Push.decode(body).entries == ()
        else:
            with pytest.raises(ProtocolError):
                Push.decode(body)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000


def test_first_lines_have_a_length() -> None:
    """A push's first line is short; a page's has room for thousands of scopes, and an end."""
    Push.decode(preamble(x="")[:-3].ljust(PUSH_PREAMBLE_MAX - 2, b"x") + b'"}\n')
    with pytest.raises(ProtocolError, match="preamble"):
        Push.decode(preamble(x="")[:-3].ljust(PUSH_PREAMBLE_MAX, b"x") + b'"}\n')
    scopes = tuple(f"g-{number:05}" for number in range(10_000))
    page = Page("c" * 200_000, more=False, scopes=scopes, entries=())
    assert Page.decode(page.encode()) == page
    with pytest.raises(ProtocolError, match="preamble"):
        Page.decode(Page("c" * PAGE_PREAMBLE_MAX, more=False, scopes=(), entries=()).encode())


def test_entries_are_counted_first() -> None:
    """One pair more than may be is refused for its number; lines that are no pairs for being cut."""
    pair = b"x\n\n"
    with pytest.raises(ProtocolError, match="malformed"):
        Push.decode(preamble() + pair * LINES_ENTRIES_MAX)
    with pytest.raises(ProtocolError, match="too many"):
        Push.decode(preamble() + pair * (LINES_ENTRIES_MAX + 1))
    for cut in (b"", preamble()[:-1], preamble() + b"x\n", preamble() + b"x\ny"):
        with pytest.raises(ProtocolError, match="cut short"):
            Push.decode(cut)
