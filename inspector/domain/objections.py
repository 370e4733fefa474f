"""Reasons not to go on, all of them at once: an objection blocks, an advisory is a word beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from inspector.errors import Problem, Refusal

REASON_LENGTH = 4


@dataclass(frozen=True, slots=True)
class Objection:
    """A reason not to go on. An overridable one gives way to a reason that is recorded.

    Attributes:
        about: the step or the department that it is about; empty for others.
    """

    code: str
    zh: str
    en: str
    overridable: bool = False
    about: str = ""

    def to_data(self) -> dict[str, Any]:
        """For programs."""
        return {
            "code": self.code,
            "message": self.zh,
            "message_en": self.en,
            "overridable": self.overridable,
            "about": self.about,
        }


@dataclass(frozen=True, slots=True)
class Advisory:
    """Something to know that blocks nothing."""

    code: str
    zh: str
    en: str

    def to_data(self) -> dict[str, str]:
        """For programs."""
        return {"code": self.code, "message": self.zh, "message_en": self.en}


class Guarded(Refusal):
    """The guard of inspections objects.

    Attributes:
        objections: every reason, not only the first.
    """

    default_code = "inspection.guard"

    def __init__(self, zh: str, en: str, objections: Sequence[Objection], hint: tuple[str, str]) -> None:
        super().__init__(
            zh, en, hint=hint, problems=[Problem(found.code, found.zh, found.en) for found in objections]
        )
        self.objections = tuple(objections)

    @property
    def overridable(self) -> bool:
        """Whether a recorded reason would be enough."""
        return all(found.overridable for found in self.objections)

    def details(self) -> dict[str, Any]:
        """For programs: that it is refused, and why."""
        return {"refused": True, "reasons": [found.to_data() for found in self.objections]}


def check_reason(reason: str) -> None:
    """Refuse a reason that says nothing: fewer than `REASON_LENGTH` letters.

    Raises:
        Refusal: it is too short.
    """
    if sum(sign.isalnum() for sign in reason) < REASON_LENGTH:
        raise Refusal(
            f"理由太短，至少写{REASON_LENGTH}个字。", f"The reason is too short; write at least {REASON_LENGTH} letters.",
            hint=("没有改动。写明为什么，别人以后要看得懂。", "Nothing was changed. Say why, so that others understand it later."),
            code="reason.short",
        )  # fmt: skip


def refuse(objections: Sequence[Objection], *, concluding: bool, reason: str = "") -> list[Objection]:
    """Refuse with every reason that a recorded one does not override.

    Args:
        reason: why it goes on all the same; overrides what can be overridden.

    Returns:
        the objections that the reason overrides.

    Raises:
        Guarded: at least one reason stands.
        Refusal: the reason is too short to say anything.
    """
    if reason.strip() and any(found.overridable for found in objections):
        check_reason(reason)
    standing = [found for found in objections if not (found.overridable and reason.strip())]
    if not standing:
        return list(objections)
    number = len(standing)
    if concluding:
        zh, en = f"现在不能办结，原因{number}条。", f"It cannot be concluded now, for {number} reason(s)."
        hint = (
            "已填写的内容都已保存；补齐后再办结。",
            "All answers are saved; put this right, then conclude.",
        )
    else:
        zh, en = (
            f"现在不能开始检查，原因{number}条。",
            f"The inspection cannot start, for {number} reason(s).",
        )
        hint = ("没有开始，也没有改动。", "Nothing was started or changed.")
        if all(found.overridable for found in standing):
            hint = (
                "写明理由后可以开始（命令行用 --reason）。",
                "It can start with a recorded reason (--reason).",
            )
    raise Guarded(zh, en, standing, hint)
