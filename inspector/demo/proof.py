"""What a step of the demonstration has to show."""

from inspector.errors import InspectorError


class NotProved(InspectorError):  # noqa: N818 - the errors of the house are named for what happened
    """A step of the demonstration did not hold."""

    exit_status = 1
    default_code = "demo.not_proved"


def prove(condition: bool, zh: str, en: str) -> None:
    """Go on only if it holds.

    Raises:
        NotProved: it does not.
    """
    if not condition:
        raise NotProved(f"没有做到：{zh}", f"did not hold: {en}")
