"""Whether a department's own template prints what its paper has to say: a paper without it does not go out."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from inspector.domain.paper_kind import Block, PaperField, PaperKind
from inspector.errors import Problem


@dataclass(slots=True)
class Printed:
    """The names that a template prints, and those that it prints under a condition."""

    always: set[str] = field(default_factory=set)
    sometimes: set[str] = field(default_factory=set)


def left_out(kind: PaperKind, printed: Printed) -> Iterator[Problem]:
    """Mandatory fields that the paper's own text has and the template would not print, or only sometimes."""
    always = "".join(text for block in kind.blocks if not block.when for text in _texts(block))
    sometimes = "".join(text for block in kind.blocks for text in _texts(block))
    if any(block.type == "head" for block in kind.blocks):
        sometimes += "{{ paper.number }}"  # a draft has none
    for one in kind.fields:
        if not one.required or not _is_in(sometimes, one, kind):
            continue
        there = printed.always if _is_in(always, one, kind) else printed.always | printed.sometimes
        if one.name not in there and not any(name.startswith(f"{one.name}.") for name in there):
            yield Problem(
                "模板",
                f"模板没有写必填内容“{one.words.zh}”（{one.name}），或只在某种条件下才写",
                f"the template leaves out {one.words.en} ({one.name}), or prints it only sometimes",
            )


def _is_in(texts: str, one: PaperField, kind: PaperKind) -> bool:
    group, _, column = one.name.partition(".")
    if not isinstance(kind.names().get(group), list):
        return f"{{{{ {one.name} }}}}" in texts
    return f"[{group}]" in texts and (not column or f"{{{{ it.{column} }}}}" in texts)


def _texts(block: Block) -> Iterator[str]:
    """What a block prints, with the name of what it goes through as a mark among it."""
    yield from block.texts()
    yield "[photos]" if block.type == "photos" else f"[{block.over}]"
