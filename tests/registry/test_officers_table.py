"""The list of officers as an office keeps it."""

from pathlib import Path

import pytest

from inspector.registry.officers import read_officers


def write(path: Path, *lines: str) -> Path:
    """A CSV file of these lines."""
    path.write_text("\n".join(lines) + "\n", encoding="utf-8-sig")
    return path


@pytest.mark.parametrize(
    ("post", "duty"), [("分管负责人", "deputy"), ("专班组长", "lead"), ("科员", ""), ("", "")]
)
def test_duties_are_read_and_other_posts_approve_nothing(tmp_path: Path, post: str, duty: str) -> None:
    """A post that approves becomes a duty; any other post, and an empty cell, is none."""
    table = write(tmp_path / "a.csv", "姓名,单位,执法证号,职务", f"样例甲,教体局,样例-0001,{post}")
    assert [person["duty"] for person in read_officers(table)] == [duty]


def test_a_table_without_duties_says_nothing_of_them(tmp_path: Path) -> None:
    """Where there is no such column, what is known of a person's duty is not touched."""
    table = write(tmp_path / "a.csv", "姓名,单位,执法证号", "样例甲,教体局,样例-0001")
    assert "duty" not in read_officers(table)[0]
