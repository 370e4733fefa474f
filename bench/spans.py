"""Where the time of a call goes: chosen functions are wrapped, and each keeps only the time that is its own."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

Place = tuple[Any, str, str]
"""A module or class, the name of a function in it, and the label that its time goes to."""


class Spans:
    """Own seconds by label. Time inside of a wrapped function does not count for the one that called it."""

    def __init__(self) -> None:
        self.own: dict[str, float] = {}
        self._stack: list[list[float]] = []

    def enter(self) -> None:
        """A part begins."""
        self._stack.append([time.perf_counter(), 0.0])

    def leave(self, label: str) -> None:
        """The newest part ends."""
        begun, inner = self._stack.pop()
        whole = time.perf_counter() - begun
        self.own[label] = self.own.get(label, 0.0) + whole - inner
        if self._stack:
            self._stack[-1][1] += whole

    def wrapped(self, function: Callable[..., Any], label: str) -> Callable[..., Any]:
        """The function, measured."""

        def measured(*args: Any, **kwargs: Any) -> Any:
            self.enter()
            try:
                return function(*args, **kwargs)
            finally:
                self.leave(label)

        return measured

    @contextmanager
    def over(self, places: Sequence[Place]) -> Iterator[None]:
        """Measure these functions inside of the block."""
        patches = [
            patch.object(where, name, self.wrapped(getattr(where, name), to)) for where, name, to in places
        ]
        for each in patches:
            each.start()
        try:
            yield
        finally:
            for each in reversed(patches):
                each.stop()
