"""The last look at a redacted edition: a secret in any form, in any part of a file, stops the export."""

import base64
import html
import io
import json
import urllib.parse
import zipfile
import zlib
from collections.abc import Callable

import pytest

from inspector.casefile.leaks import assert_absent
from inspector.errors import Refusal

NAME, PHONE, LATIN = "样例丁", "13800000000", "Zhang San"
SECRETS = [NAME, PHONE, LATIN, "a&b@example.test"]


def package(inner: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("word/document.xml", inner)
    return packed.getvalue()


def stream(inner: bytes) -> bytes:
    return (
        b"%PDF-1.7\n1 0 obj\n<</Filter/FlateDecode>>\nstream\n"
        + zlib.compress(inner)
        + b"\nendstream\nendobj\n"
    )


FORMS: dict[str, Callable[[str], bytes]] = {
    "utf-8": str.encode,
    "utf-16-le": lambda text: "\ufeff".encode("utf-16-le") + text.encode("utf-16-le"),
    "utf-16-be": lambda text: b"\xff" + text.encode("utf-16-be"),
    "gb18030": lambda text: b"\xff" + text.encode("gb18030"),
    "json": lambda text: json.dumps({"x": text}).encode(),
    "percent": lambda text: urllib.parse.quote(text).encode(),
    "percent all": lambda text: urllib.parse.quote(text, safe="").encode(),
    "entities": lambda text: "".join(f"&#{ord(sign)};" for sign in text).encode(),
    "hex entities": lambda text: "".join(f"&#x{ord(sign):X};" for sign in text).encode(),
    "escaped": lambda text: html.escape(text).encode(),
    "base64": lambda text: base64.b64encode(text.encode()),
    "base64 moved": lambda text: base64.b64encode(b"a" + text.encode() + b"b"),
    "base64 moved twice": lambda text: base64.b64encode(b"ab" + text.encode() + b"cd"),
    "hex": lambda text: text.encode().hex().encode(),
    "hex of utf-16": lambda text: text.encode("utf-16-be").hex().upper().encode(),
    "in a document": lambda text: package(html.escape(text).encode()),
    "cut by tags": lambda text: package("<w:r>".join(html.escape(sign) for sign in text).encode()),
    "document in a package": lambda text: package(package(text.encode())),
}


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("form", FORMS)
def test_a_secret_is_found_in_every_form(form: str, secret: str) -> None:
    """Each form of each secret is refused, and the refusal does not tell the secret."""
    data = FORMS[form](secret)
    with pytest.raises(Refusal) as refused:
        assert_absent(SECRETS, [("data/documents/01.docx", b"nothing"), ("data/x", data)])
    assert secret not in refused.value.zh + refused.value.en


def test_a_secret_in_a_file_name_is_found() -> None:
    """Names of files leave too, those inside of packages as well."""
    with pytest.raises(Refusal):
        assert_absent(SECRETS, [(f"data/{NAME}.pdf", b"")])


def test_a_pdf_is_read(tmp_path: object) -> None:
    """What a PDF compresses is looked at; a PDF that cannot be read does not leave."""
    with pytest.raises(Refusal):
        assert_absent(SECRETS, [("a.pdf", stream(NAME.encode()))])


def test_harmless_files_pass() -> None:
    """Hashes, signatures and pictures hold short letters by chance, and pass."""
    import random

    noise = random.Random(1).randbytes(2_000_000)
    files = [
        ("data/photos-masked/0001.jpg", b"\xff\xd8\xff" + noise),
        ("manifest", noise[:4000].hex().encode()),
        ("signature", base64.b64encode(noise[:40_000])),
    ]
    assert assert_absent([*SECRETS, "Anna", "样例"], files) == 3


def test_a_large_case_is_looked_through_in_time() -> None:
    """Hundreds of names against megabytes of hashes and texts: no false alarm, in seconds rather than minutes."""
    import random

    chance = random.Random(7)
    signs = [chr(point) for point in chance.sample(range(0x4E00, 0x9FA5), 900)]
    names = sorted({"".join(chance.sample(signs[:450], 2)) for _ in range(300)})
    text = "".join(chance.choices(signs[450:], k=400_000)).encode()
    hashes = b"\n".join(chance.randbytes(32).hex().encode() for _ in range(20_000))
    assert (
        assert_absent(
            names, [("a", text), ("b", hashes), ("c", base64.b64encode(chance.randbytes(1_000_000)))]
        )
        == 3
    )
    with pytest.raises(Refusal):
        assert_absent(names, [("a", text + names[150].encode())])


def test_a_pictures_head_is_looked_at() -> None:
    """A comment or other metadata of a JPEG tells; its pixels do not."""
    comment = b"\xff\xfe" + (2 + len(NAME.encode())).to_bytes(2, "big") + NAME.encode()
    assert assert_absent(SECRETS, [("a.jpg", b"\xff\xd8\xff\xda\x00\x02" + NAME.encode() + b"\xff\xd9")]) == 1
    with pytest.raises(Refusal):
        assert_absent(SECRETS, [("a.jpg", b"\xff\xd8" + comment + b"\xff\xda\x00\x02\xff\xd9")])
    with pytest.raises(Refusal):
        assert_absent(SECRETS, [("a.jpg", b"\xff\xd8\xff\xda\x00\x02\xff\xd9" + NAME.encode())])
