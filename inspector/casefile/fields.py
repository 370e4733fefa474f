"""Fields of JSON objects that somebody else wrote: of their kind, or refused."""

from typing import Any

from inspector.journal.canonical import MAX_INT


def text(value: Any) -> str:
    """A text.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def number(value: Any) -> int:
    """A whole number from 0.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_INT:
        raise TypeError("not a number")
    return value
