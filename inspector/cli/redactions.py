"""`export redactions`: what a redacted case file would leave out, to be looked at before it is written."""

from typing import Annotated

import typer

from inspector.cli import output
from inspector.cli.session import JSON, open_store
from inspector.language import tr


def redactions(
    subject: Annotated[
        list[str],
        typer.Argument(
            help="A site, inspections or items: id, its beginning, or a site's name. 点位、检查或问题。"
        ),
    ],
    redact: Annotated[
        list[str] | None,
        typer.Option(help="Hide this text too; several times. 另外隐去的文字。", metavar="TEXT"),
    ] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Show what a redacted case file would hide and withhold, and why: look at it before you export. 公开件隐去的内容。"""
    from inspector.evidence.examine import Examiner
    from inspector.export import case_run
    from inspector.services import cases

    with open_store() as store, Examiner(workers=1) as examiner:
        subjects = cases.find_subjects(store, subject)
        found = case_run.review(store, subjects, redact or (), examiner)
    if as_json:
        output.data(
            {
                "withheld": [str(ref) for ref in sorted(found.withheld)],
                "withheld_photos": list(found.withheld_photos),
                "masked_photos": sorted(found.masked),
                "review": [
                    {
                        "what": one.what,
                        "kind": one.kind,
                        "effect": one.effect,
                        "why": one.zh,
                        "why_en": one.en,
                    }
                    for one in found.review
                ],
            }
        )
        return
    effects = {
        "hidden": tr("隐去", "hidden"), "withheld": tr("不放入", "withheld"), "masked": tr("遮盖", "masked"),
        "shown": tr("保留", "stays"),
    }  # fmt: skip
    output.table(
        [[effects[one.effect], one.what[:40], tr(one.zh, one.en)] for one in found.review],
        [tr("处理", "effect"), tr("内容", "what"), tr("原因", "why")],
    )
    output.tell(
        f"{len(found.withheld)}条记录的内容和{len(found.withheld_photos)}张照片的原件不放入公开件，{len(found.masked)}张照片以遮盖后的副本放入。",
        f"The contents of {len(found.withheld)} entries and the originals of {len(found.withheld_photos)} photos stay inside;"
        f" {len(found.masked)} photos leave as masked copies.",
    )
