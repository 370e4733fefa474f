"""Looking for secrets in the files of a redacted edition before they leave: whatever a file is made of, and however written.

Not the filter that hides them: this asks, of what was really made, whether the filter held.
"""

import base64
import html
import io
import json
import re
import unicodedata
import urllib.parse
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence

from inspector.casefile.pdf_text import pdf_text
from inspector.errors import Refusal

_LONG, _WORD = 6, 8
"""Bytes from which a form is in no compressed bytes, and letters from which one is in no hash, by chance."""
_RAW_MAX = 4 * 1024 * 1024
_INSIDE_MAX = 256 * 1024 * 1024
"""Bytes of one part of a package, or of one stream of a PDF, that are looked at: what this program writes is far smaller."""
_DEPTH_MAX = 3
_STREAM = re.compile(rb"stream\r?\n")
_TAGS = re.compile(rb"<[^<>]{0,4000}>")
_CODECS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")


class Needles:
    """Secrets in every form in which a file may hold them."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self.secrets = list(dict.fromkeys(secret for secret in secrets if secret))
        forms: dict[str, dict[bytes, int]] = {"text": {}, "raw": {}, "picture": {}}
        for place, secret in enumerate(self.secrets):
            for spelled in _spelled(secret):
                for form, wide in _forms(spelled):
                    long = len(form) >= _LONG
                    for kind, wanted in (("text", long or not wide), ("raw", True), ("picture", long)):
                        if wanted:
                            forms[kind].setdefault(form.lower(), place)
        self._forms = forms
        self._patterns = {kind: _either(found) for kind, found in forms.items()}

    def within(self, data: bytes, kind: str) -> int | None:
        """The place of a secret that these bytes hold in any form; None where there is none.

        Args:
            kind: "text" (UTF-8), "raw" (bytes of any encoding), "picture" (compressed: what is short is in them by chance).
        """
        pattern = self._patterns[kind]
        found = pattern.search(data.lower()) if pattern is not None else None
        return None if found is None else self._forms[kind][found[0]]


def _either(forms: Iterable[bytes]) -> re.Pattern[bytes] | None:
    """One pattern for all forms, put together by what they begin with: there are thousands of them."""
    ordered = sorted(set(forms))
    words = [form for form in ordered if _is_word(form)]
    others = [form for form in ordered if not _is_word(form)]
    found = [rb"(?<![0-9a-z+/=])(?:" + _tree(words) + rb")(?![0-9a-z+/=])"] if words else []
    found += [_tree(others)] if others else []
    return re.compile(b"|".join(found)) if found else None


def _is_word(form: bytes) -> bool:
    """Latin letters are looked for as a word only, as every hash has some letters of a name."""
    return form.isalpha() and form.isascii() and len(form) < _WORD


def _tree(forms: Sequence[bytes]) -> bytes:
    """A pattern for sorted, distinct forms, none empty. The longer of two comes before its beginning."""
    if len(forms) == 1:
        return re.escape(forms[0])
    groups: dict[int, list[bytes]] = {}
    for form in forms:
        groups.setdefault(form[0], []).append(form)
    found = []
    for group in groups.values():
        shared = _shared(group[0], group[-1])
        rest = [form[len(shared) :] for form in group]
        more = [form for form in rest if form]
        inner = b"(?:" + _tree(more) + b")" + (b"?" if len(more) < len(rest) else b"") if more else b""
        found.append(re.escape(shared) + inner)
    return b"|".join(found)


def _shared(first: bytes, last: bytes) -> bytes:
    """What both begin with; of sorted ones all between them do too."""
    length = next(
        (at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last))
    )
    return first[:length]


def _spelled(secret: str) -> set[str]:
    plain = unicodedata.normalize("NFC", secret)
    folded = unicodedata.normalize("NFKC", plain)
    return {secret, plain, folded, unicodedata.normalize("NFD", plain), "".join(folded.split())}


def _forms(text: str) -> Iterator[tuple[bytes, bool]]:
    """Each form, and whether it is of an encoding in which other bytes may look like it."""
    for codec in _CODECS:
        raw = text.encode(codec, "replace")
        yield raw, codec != "utf-8"
        yield from ((form, False) for form in _base64(raw) if len(form) >= _WORD)
        if len(raw) >= _LONG:
            yield raw.hex().encode(), False
    yield from ((form.encode(), False) for form in _escaped(text) if form != text)


def _escaped(text: str) -> Iterator[str]:
    yield html.escape(text)
    yield urllib.parse.quote(text)
    yield urllib.parse.quote(text, safe="")
    yield json.dumps(text)[1:-1]
    yield "".join(f"&#{ord(sign)};" for sign in text)
    yield "".join(f"&#x{ord(sign):x};" for sign in text)
    yield "".join(f"\\u{ord(sign):04x}" for sign in text)
    yield "".join(f"\\u{{{ord(sign):x}}}" for sign in text)


def _base64(raw: bytes) -> Iterator[bytes]:
    """How the bytes look inside of base64, at each of the three places where they may begin: what no neighbour changes."""
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + raw)
        last = len(whole) - (0, 3, 2)[(before + len(raw)) % 3]
        form = whole[(0, 2, 3)[before] : last]
        yield form
        yield form.translate(bytes.maketrans(b"+/", b"-_"))


def views(name: str, data: bytes, depth: int = 0) -> Iterator[tuple[str, bytes, str]]:
    """The bytes of a file as its kind makes them readable: parts of a package, streams and text of a PDF, text without the
    tags that cut words in Word's files. Each with where it is, and its kind (`Needles.within`)."""
    if depth < _DEPTH_MAX and data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for info in package.infolist():
                inner = f"{name}/{info.filename}"
                yield f"{name}/…", info.filename.encode("utf-8"), "text"
                if info.file_size > _INSIDE_MAX:
                    raise _unreadable(inner)
                yield from views(inner, package.read(info), depth + 1)
    elif data[:5] == b"%PDF-":
        yield from ((name, part, _kind(part)) for part in _pdf_parts(name, data))
    elif data[:3] == b"\xff\xd8\xff":
        yield name, _around_pixels(data), "raw"
    elif data[:8] == b"\x89PNG\r\n\x1a\n":
        yield name, data, "picture"
    else:
        kind = _kind(data)
        yield name, data, kind
        if kind == "text" and b"<" in data:
            bare = _TAGS.sub(b"", data)
            yield name, bare, kind
            yield name, html.unescape(bare.decode()).encode(), kind


def _around_pixels(data: bytes) -> bytes:
    """A JPEG without its compressed pixels, in which short texts stand by chance: its head, and what follows its end."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    end = data.rfind(b"\xff\xd9")
    return data[:at] + (data[end:] if end > at else data[at:])


def _kind(data: bytes) -> str:
    try:
        data.decode()
    except UnicodeDecodeError:
        return "raw" if len(data) <= _RAW_MAX else "picture"
    return "text"


def _pdf_parts(name: str, data: bytes) -> Iterator[bytes]:
    """What stands between the streams of a PDF, its streams inflated, and the text of its pages."""
    between, at = [], 0
    for found in _STREAM.finditer(data):
        if found.start() < at:
            continue
        end = data.find(b"endstream", found.end())
        between.append(data[at : found.end()])
        at = end if end >= 0 else len(data)
        raw = data[found.end() : at]
        try:
            yield zlib.decompressobj().decompress(raw, _INSIDE_MAX)
        except zlib.error:
            yield raw
    yield b"".join([*between, data[at:]])
    try:
        yield pdf_text(data).encode()
    except (KeyError, ValueError, IndexError, zlib.error):
        raise _unreadable(name) from None


def find_leak(needles: Needles, name: str, data: bytes) -> tuple[str, int] | None:
    """Where a secret is in a file, and its place in the list; None where there is none.

    Args:
        name: the file's path, which is looked at too.
    """
    place = needles.within(name.encode("utf-8"), "text")
    if place is not None:
        return name, place
    for where, part, kind in views(name, data):
        place = needles.within(part, kind)
        if place is not None:
            return where, place
    return None


class Guard:
    """Looks at files one after another, as they are made."""

    def __init__(self, secrets: Iterable[str]) -> None:
        """
        Args:
            secrets: what no file may hold (`services.redaction.Redaction.secrets`).
        """
        self._needles = Needles(secrets)

    def __call__(self, name: str, data: bytes) -> None:
        """Look at a file.

        Raises:
            Refusal: it holds a secret in any form, or cannot be looked through. Which secret is told by its place in the
                list, never by its text.
        """
        found = find_leak(self._needles, name, data)
        if found is not None:
            where, place = found
            raise _leaked(where.replace(self._needles.secrets[place], "▇▇"), place + 1)


def assert_absent(secrets: Sequence[str], files: Iterable[tuple[str, bytes]]) -> int:
    """Look at files (path and bytes) with one guard. Returns how many they were.

    Raises:
        Refusal: as `Guard`.
    """
    guard = Guard(secrets)
    count = 0
    for name, data in files:
        guard(name, data)
        count += 1
    return count


def _leaked(where: str, number: int) -> Refusal:
    return Refusal(
        f"公开件里还有应隐去的内容（第{number}项，在 {where}），没有导出。",
        f"The redacted edition still holds something that must not leave (no. {number}, in {where}); it was not exported.",
        hint=("用 inspector export redactions 查看各项；照片里的文字请打码。",
              "See inspector export redactions; mask what photos show."),
        code="redaction.leak",
    )  # fmt: skip


def _unreadable(where: str) -> Refusal:
    return Refusal(
        f"{where} 无法检查是否含应隐去的内容，没有导出。",
        f"{where} cannot be looked through for what must not leave; it was not exported.",
        code="redaction.unreadable",
    )
