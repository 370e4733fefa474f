"""Mistakes in a command's words as Click tells them, said in both languages: Click itself knows English alone."""

import re

_OTHERS = (
    r"(?: \((?:Possible options|Did you mean one of): (?P<near>[^)]*)\)"
    r"| Did you mean one of: (?P<near2>.*)\?| Did you mean (?P<near1>\S+)\?)?"
)
_SAID: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"Missing option '(?P<what>[^']+)'.*", re.DOTALL), "缺少选项 {what}。"),
    (re.compile(r"Missing argument '(?P<what>[^']+)'.*", re.DOTALL), "缺少 {what}。"),
    (re.compile(r"Missing command\.?"), "没有写要做什么。"),
    (re.compile(r"No such option: (?P<what>\S+?)\.?" + _OTHERS), "没有选项 {what}。"),
    (re.compile(r"No such command '(?P<what>.*?)'\.?" + _OTHERS), "没有命令“{what}”。"),
    (
        re.compile(r"Got unexpected extra argument(?:s|\(s\))? \((?P<what>.*)\)", re.DOTALL),
        "多写了：{what}。",
    ),
    (re.compile(r"Option '(?P<what>[^']+)' requires an? .*"), "选项 {what} 后面要写内容。"),
    (re.compile(r"Option '(?P<what>[^']+)' does not take a value\.?"), "选项 {what} 后面不能写内容。"),
    (re.compile(r"Invalid value for '(?P<what>.+?)': (?P<why>.*)", re.DOTALL), "{what} 的内容不对：{why}"),
)


def in_chinese(said: str) -> str:
    """What Click said, in Chinese; what is not known stays as it was said."""
    for pattern, words in _SAID:
        found = pattern.fullmatch(said.strip())
        if found is None:
            continue
        parts = found.groupdict()
        near = next((parts[name] for name in ("near", "near1", "near2") if parts.get(name)), "")
        text = words.format(**{name: part or "" for name, part in parts.items()})
        return text + (f"可用：{near}" if near else "")
    return said
