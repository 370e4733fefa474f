"""Forms by code, each read when it is first asked for: a patrol needs a few of those that are shipped."""

from collections.abc import Callable, Iterator, Mapping
from typing import Generic, TypeVar

T = TypeVar("T")


class Shelf(Mapping[str, T], Generic[T]):
    """A mapping whose values are read on use, and then kept. Its keys are known without reading."""

    def __init__(self, readers: Mapping[str, Callable[[], T]]) -> None:
        self._readers = dict(readers)
        self._read: dict[str, T] = {}

    def __getitem__(self, code: str) -> T:
        """Read it, where that is not done.

        Raises:
            KeyError: there is none of that code.
            BadInput: its file is not good.
        """
        if code not in self._read:
            self._read[code] = self._readers[code]()
        return self._read[code]

    def __contains__(self, code: object) -> bool:
        return code in self._readers

    def __iter__(self) -> Iterator[str]:
        return iter(self._readers)

    def __len__(self) -> int:
        return len(self._readers)


def over(lower: Mapping[str, T], upper: Mapping[str, T]) -> Shelf[T]:
    """Forms with others over them, none of them read for it."""
    return Shelf({code: _getter(forms, code) for forms in (lower, upper) for code in forms})


def _getter(forms: Mapping[str, T], code: str) -> Callable[[], T]:
    return lambda: forms[code]
