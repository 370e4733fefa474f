"""The text of a PDF file that typst made: what its glyphs say they are, page by page, without its layout."""

import re
import zlib

_OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
_TOKEN = re.compile(rb"/(\w+) [\d.]+ Tf|<([0-9A-Fa-f]+)>|\(")


def pdf_text(data: bytes) -> str:
    """Everything that is written on its pages, in the order in which it is drawn.

    Raises:
        KeyError, ValueError, zlib.error: it is not built as typst builds PDF files.
    """
    objects = {int(number): body for number, body in _OBJECT.findall(data)}
    for body in list(objects.values()):
        if b"/Type/ObjStm" in body.replace(b" ", b""):
            objects |= _inside(body)
    pages = [body for body in objects.values() if re.search(rb"/Type\s*/Page\b", body)]
    pages.sort(key=lambda body: int(_first(rb"/Contents\s+(\d+)", body)))
    return "\n".join(_page(body, objects) for body in pages)


def _inside(body: bytes) -> dict[int, bytes]:
    text, count, first = (
        _stream(body),
        int(_first(rb"/N\s+(\d+)", body)),
        int(_first(rb"/First\s+(\d+)", body)),
    )
    numbers = [int(one) for one in text[:first].split()[: count * 2]]
    places = [*numbers[1::2], len(text) - first]
    return {
        number: text[first + places[order] : first + places[order + 1]]
        for order, number in enumerate(numbers[::2])
    }


def _first(pattern: bytes, body: bytes) -> bytes:
    found = re.search(pattern, body)
    return found[1] if found else b"0"


def _stream(body: bytes) -> bytes:
    raw = body.partition(b"stream\n")[2].rpartition(b"\nendstream")[0]
    return zlib.decompress(raw) if b"FlateDecode" in body else raw


def _page(body: bytes, objects: dict[int, bytes]) -> str:
    resources = objects.get(int(_first(rb"/Resources\s+(\d+)", body)), body)
    inner = objects.get(int(_first(rb"/Font\s+(\d+) 0 R", resources)), resources)
    fonts = {
        name: _letters(objects[int(number)], objects)
        for name, number in re.findall(rb"/(\w+)\s+(\d+) 0 R", inner)
        if b"/ToUnicode" in objects.get(int(number), b"")
    }
    content = _stream(objects[int(_first(rb"/Contents\s+(\d+)", body))])
    found, letters = [], {}
    at = 0
    while match := _TOKEN.search(content, at):
        at = match.end()
        if match[1]:
            letters = fonts.get(match[1], {})
            continue
        codes = bytes.fromhex(match[2].decode()) if match[2] else b""
        if not match[2]:
            end = _end(content, at)
            codes, at = _literal(content[at:end]), end + 1
        found += [letters.get(codes[place : place + 2], "") for place in range(0, len(codes), 2)]
    return "".join(found)


def _end(content: bytes, at: int) -> int:
    """Where the text in round brackets ends that begins here: brackets inside may stand in pairs."""
    depth = 1
    while depth and at < len(content):
        if content[at : at + 1] == b"\\":
            at += 2
            continue
        depth += {b"(": 1, b")": -1}.get(content[at : at + 1], 0)
        at += 1
    return at - 1


def _literal(text: bytes) -> bytes:
    names = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}

    def plain(found: re.Match[bytes]) -> bytes:
        return bytes([int(found[1], 8)]) if found[1].isdigit() else names.get(found[1], found[1])

    return re.sub(rb"\\([0-7]{1,3}|.)", plain, text, flags=re.DOTALL)


def _letters(font: bytes, objects: dict[int, bytes]) -> dict[bytes, str]:
    table = _stream(objects[int(_first(rb"/ToUnicode\s+(\d+)", font))])
    return {
        bytes.fromhex(code.decode()): bytes.fromhex(text.decode()).decode("utf-16-be", "replace")
        for code, text in re.findall(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>", table)
    }
