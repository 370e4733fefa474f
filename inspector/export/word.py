"""Papers as Word files: a template filled by docxtpl in a sandbox where names are all that there is.

No value is ever read as a tag, as markup or as a program; a template may name what the paper has, and go through it.
"""

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from inspector.domain.paper_kind import NO_PROOF, PaperKind
from inspector.errors import BadInput
from inspector.export.codes import qr_png
from inspector.export.layout import printable

MAX_XML = 60_000_000
"""Characters that a filled template may have."""
MAX_WIDTH_MM, MAX_HEIGHT_MM = 140, 70
CODE_MM = 32
NO_PICTURE = "（本机没有这张照片的原件，见存放位置）"
_EPOCH = (2026, 1, 1, 0, 0, 0)


class Record:
    """A row or a group of values for a template: its names, and nothing else that Python gives an object."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> Any:
        return self._values[name]


def environment() -> Any:
    """The sandbox: strict about names, nothing can be called, every value is escaped."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment
    from markupsafe import Markup, escape

    class Sandbox(SandboxedEnvironment):
        def is_safe_callable(self, obj: Any) -> bool:
            return False

    def shown(value: Any) -> Any:
        if hasattr(value, "__html__"):
            return value
        # Braces as references: docxtpl looks for some in what was filled.
        return Markup(  # noqa: S704 - escaped right here
            str(escape(printable(value))).replace("{", "&#123;").replace("}", "&#125;")
        )

    found = Sandbox(autoescape=True, undefined=StrictUndefined, finalize=shown)
    found.globals.clear()
    found.filters.clear()
    found.tests.clear()
    return found


def word(
    kind: PaperKind,
    data: Mapping[str, Any],
    picture: Callable[[str], bytes | None],
    template: bytes,
) -> bytes:
    """Fill a template that was checked (`templates.check_template`); the same data give the same bytes.

    Raises:
        BadInput: the template cannot be filled with this data.
    """
    from docx.shared import Mm
    from docxtpl import DocxTemplate, InlineImage
    from jinja2 import TemplateError

    data = {"proof": NO_PROOF, **data}
    _check_size(template, data)
    filled = DocxTemplate(io.BytesIO(template))
    properties = filled.get_docx().core_properties
    for name in ("author", "comments", "identifier", "language", "subject", "title"):
        setattr(properties, name, "")  # docxtpl would read them as templates

    def shown(sha256: str) -> Any:
        jpeg = picture(sha256)
        if not jpeg:
            return NO_PICTURE
        width, height = _size(jpeg)
        wide = width * MAX_HEIGHT_MM > height * MAX_WIDTH_MM
        side = {"width": Mm(MAX_WIDTH_MM)} if wide else {"height": Mm(MAX_HEIGHT_MM)}
        return InlineImage(filled, io.BytesIO(jpeg), **side)

    def code(link: str) -> Any:
        return InlineImage(filled, io.BytesIO(qr_png(link)), width=Mm(CODE_MM)) if link else ""

    context = {
        name: [
            Record({**row, "picture": shown(row["picture"])} if name == "photos" else row) for row in value
        ]
        if isinstance(value, list)
        else Record(value)
        for name, value in data.items()
        if isinstance(value, list | Mapping)
    }
    context["proof"] = Record({**data["proof"], "code": code(data["proof"]["link"])})
    try:
        filled.render(context, environment())
    except TemplateError as fault:
        raise BadInput(
            f"模板不能用这份文书的内容填写：{fault}", f"The template cannot be filled: {fault}",
            hint=("用 inspector notice template check 检查模板。", "Check it: inspector notice template check."),
            code="paper.template",
        ) from None  # fmt: skip
    properties.title = printable(f"{data['paper']['title']} {data['paper']['number']}".strip())[:250]
    properties.author = printable(data["authority"]["name"])[:250]
    properties.language = "zh-CN"
    raw = io.BytesIO()
    filled.save(raw)
    return same_bytes(raw.getvalue())


def same_bytes(package: bytes) -> bytes:
    """The package with fixed dates and order."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in sorted(source.namelist(), key=lambda one: (one != "[Content_Types].xml", one)):
            target.writestr(zipfile.ZipInfo(name, _EPOCH), source.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _check_size(template: bytes, data: Mapping[str, Any]) -> None:
    with zipfile.ZipFile(io.BytesIO(template)) as package:
        size = package.getinfo("word/document.xml").file_size
        tags = sum(
            package.read(one).count(b"{{") for one in package.infolist() if one.filename.endswith(".xml")
        )
    rows = max([1, *(len(value) for value in data.values() if isinstance(value, list))])
    if size * rows + tags * _longest(data) > MAX_XML:
        raise BadInput(
            "模板和内容合起来太大，没有制作。", "The template filled would be too large; nothing was made.",
            hint=("分成几份制作，或用较小的模板。", "Make several papers, or use a smaller template."), code="paper.large",
        )  # fmt: skip


def _longest(data: Mapping[str, Any]) -> int:
    """Characters of all rows of the largest table, or of the longest single value: what one tag may become."""
    found = 0
    for value in data.values():
        rows = value if isinstance(value, list) else [value] if isinstance(value, Mapping) else []
        longest = [max((len(str(one)) for one in row.values()), default=0) for row in rows]
        found = max(found, sum(longest))
    return found


def _size(jpeg: bytes) -> tuple[int, int]:
    from docx.image.image import Image

    found = Image.from_blob(jpeg)
    return found.px_width, found.px_height
