"""The record of an inspection prints what seals it: letters, words, and a code for cameras."""

import io
import zipfile

from docx import Document

from inspector.casefile.pdf_text import pdf_text
from inspector.domain.inspection import SEALED
from inspector.export import layout, papers
from inspector.export.codes import qr_png
from inspector.forms.papers import shipped_papers
from inspector.journal.words import fingerprint, seal_link, words
from inspector.store import log
from tests.export.paper_world import County

KIND = shipped_papers()["on_site_record"]


def sealed_hash(county: County) -> bytes:
    """The hash of the seal, from the stored bytes."""
    entries = log.sealed_entries(county.store.connection, county.store.device)
    return [one.hash for one in entries if one.type == SEALED and one.aggregate == county.shop][-1]


def test_the_record_prints_the_fingerprint(county: County) -> None:
    """Word and PDF print the same fingerprint, words and link, and the code is of that link."""
    digest = sealed_hash(county)
    data = county.data(KIND)
    link = seal_link(county.shop, digest)
    pdf = pdf_text(papers.render(KIND, data, ".pdf", picture=county.picture, draft=True))
    raw = papers.render(KIND, data, ".docx", picture=county.picture, draft=True)
    document = Document(io.BytesIO(raw))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    text = "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    for printed in (pdf, text):
        bare = printed.replace(" ", "").replace("\n", "")
        assert fingerprint(digest) in bare
        assert "".join(words(digest)) in bare
        assert link in bare
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        pictures = [package.read(name) for name in package.namelist() if name.endswith(".png")]
    assert qr_png(link) in pictures
    assert qr_png(link) == qr_png(link)


def test_a_record_without_a_seal_has_none(county: County) -> None:
    """What is not sealed prints nothing of it; a paper that was issued before there were seals still prints."""
    data = county.data(KIND)
    for old in (
        {**data, "proof": dict.fromkeys(data["proof"], "")},
        {k: v for k, v in data.items() if k != "proof"},
    ):
        blocks = layout.resolve(KIND, old)
        assert not [block for block in blocks if block["type"] == "code"]
        assert "电子记录指纹" not in str(blocks)
        assert "四、签名" in str(blocks)
        papers.render(KIND, old, ".docx", picture=county.picture, draft=True)
        papers.render(KIND, old, ".pdf", picture=county.picture, draft=True)
