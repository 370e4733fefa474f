"""Tables of the kinds of papers, of their fields, and of what templates may name."""

_TRACKS = {"enterprise": "机构线", "school": "学校线", "both": "两条线"}
_GROUPS = {
    "authority": "机关",
    "paper": "文书本身（`week` 是七日之后的日期）",
    "party": "当事人",
    "site": "点位",
    "inspection": "检查",
    "review": "问题的最近一次复查",
    "proof": "封存的电子记录（`fingerprint` 指纹，`words` 八个词，`code` 可扫描的码）",
    "steps": "出示证件、告知、回避",
    "team": "检查人员、陪同人员连成一句",
    "served": "送达",
    "summary": "合计",
    "officers": "检查人员，逐行",
    "helpers": "陪同、见证人员，逐行",
    "lines": "检查所见，逐行",
    "findings": "问题，逐行",
    "goods": "物品清单，逐行",
    "refunds": "退费明细，逐行",
    "photos": "照片，逐行（`picture` 是照片本身）",
}


def papers() -> str:
    """The table of kinds."""
    from inspector.forms.papers import shipped_papers

    lines = ["| 代码 code | 文书 paper | 用于 track | 文号字 | 何时用 when |", "|---|---|---|---|---|"]
    lines += [
        f"| `{kind.code}` | {kind.title.zh} {kind.title.en} | {_TRACKS[kind.track]} | {kind.word or '—'} | {kind.occasion.zh} |"
        for kind in shipped_papers().values()
    ]
    return "\n".join(lines) + "\n"


def paper_fields() -> str:
    """What is typed for each kind."""
    from inspector.forms.papers import shipped_papers

    lines = ["| 文书 | 手填的内容 typed fields（＊ 必填 mandatory） |", "|---|---|"]
    for kind in shipped_papers().values():
        typed = "、".join(f"`{one.typed}` {one.words.zh}{'＊' if one.required else ''}" for one in kind.typed)
        lines.append(f"| {kind.title.zh} | {typed or '—'} |")
    return "\n".join(lines) + "\n"


def paper_names() -> str:
    """What a template may name."""
    from inspector.domain.paper_kind import NAMES

    lines = ["| 组 group | 内容 | 名称 names |", "|---|---|---|"]
    for group, names in NAMES.items():
        columns = names[0] if isinstance(names, list) else names
        lines.append(f"| `{group}` | {_GROUPS[group]} | {' '.join(f'`{name}`' for name in columns)} |")
    return "\n".join(lines) + "\n"
