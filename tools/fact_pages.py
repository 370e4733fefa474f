"""Tables of what photos are flagged for, what can be known of a site, and how a registry's columns are recognised."""


def flags() -> str:
    """The table of what a photo is flagged for."""
    from inspector.evidence.facts import FLAGS

    lines = ["| flag | 说明 | meaning |", "|---|---|---|"]
    lines += [f"| `{flag.code}` | {_cell(flag.zh)} | {_cell(flag.en)} |" for flag in FLAGS.values()]
    return "\n".join(lines) + "\n"


def facts() -> str:
    """The table of what can be known of a site."""
    from inspector.domain.site_facts import FIELDS

    lines = ["| fact | 名称 | meaning | of | form |", "|---|---|---|---|---|"]
    for field in FIELDS:
        form = ", ".join(f"`{choice}`" for choice in field.choices) if field.choices else field.type
        form += " (personal)" if field.personal else ""
        lines.append(f"| `{field.name}` | {field.zh} | {field.en} | {', '.join(field.kinds)} | {form} |")
    return "\n".join(lines) + "\n"


def columns() -> str:
    """The titles by which a registry's columns are recognised."""
    from inspector.domain import site_facts
    from inspector.registry import columns as registry

    lines = []
    tables = {
        site_facts.TRAINING: registry._TRAINING,
        site_facts.CAMPUS: registry._CAMPUS,
        registry.GRIDS: registry._GRIDS,
    }
    for kind, table in tables.items():
        lines += [f"**{kind}**", "", "| field | titles |", "|---|---|"]
        lines += [f"| `{name}` | {'、'.join(words.split())} |" for name, words in table.items()]
        lines.append("")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
