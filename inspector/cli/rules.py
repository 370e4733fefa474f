"""`rules explain`."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from inspector.cli import output, words
from inspector.cli.session import JSON, open_store, register
from inspector.language import tr

if TYPE_CHECKING:
    from inspector.domain.checklist import Words
    from inspector.services.explaining import Explained


def add_to(app: typer.Typer) -> None:
    """Register the group."""
    group = typer.Typer(help="What the rules say, and why. 规则说明。", no_args_is_help=True)
    register(group, "explain", explain)
    app.add_typer(group, name="rules")


def explain(
    inspection: Annotated[str, typer.Argument(help="The inspection's id. 检查编号。")],
    item: Annotated[str, typer.Argument(help="An item; without it, every item. 检查项。")] = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Explain verdicts: each condition, what it looked at, what is missing, the legal basis. 说明判断。"""
    from inspector.services.explaining import explain as explain_items
    from inspector.services.explaining import explained_lines
    from inspector.services.forms import Forms

    with open_store() as store:
        found = explain_items(store, Forms(store), inspection, item)
    if as_json:
        output.data([_data(one) for one in found])
        return
    for one in found:
        line = one.line
        shown = line.shown.replace("\n", tr("／", " / "))
        output.line(f"{line.item.code}  {line.item.question}")
        output.line(
            tr(f"  答：{shown or '未答'}", f"  Answer: {shown or 'none'}")
            + f"  {words.verdict(line.judgement.verdict)}"
        )
        for text in explained_lines(one):
            output.line(f"  {text}")


def _data(found: "Explained") -> dict[str, Any]:
    line = found.line
    return {
        "item": line.item.code,
        "question": line.item.question.zh,
        "question_en": line.item.question.en,
        "value": line.value,
        "shown": line.shown,
        "verdict": line.judgement.verdict,
        "reason": line.judgement.reason.zh,
        "reason_en": line.judgement.reason.en,
        "applies": line.applies,
        "conditions": [
            {
                "kind": step.kind,
                "source": step.source,
                "holds": step.holds,
                **_words("words", step.words),
                "inputs": [{**_words("name", name), **_words("value", value)} for name, value in step.inputs],
            }
            for step in found.steps
        ],
        "missing": [_words("name", name) for name in line.judgement.missing],
        "basis": [
            {"ref": one.ref, "citation": one.citation, "verified": one.verified} for one in found.basis
        ],
        "parameters": {one.name: one.value for one in found.parameters},
    }


def _words(name: str, said: "Words") -> dict[str, str]:
    return {name: said.zh, f"{name}_en": said.en}
