"""A refusal of the centre on its way to becoming a problem document (RFC 9457)."""

from typing import Any

from inspector.sync.protocol import PROBLEMS, problem


class ProblemError(Exception):
    """Why a request is refused: a code of `protocol.PROBLEMS` and members beside it.

    `status` replaces the code's own status where another standard names one (tus: 412, 415).
    """

    def __init__(self, code: str, *, status: int = 0, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status = status or PROBLEMS[code][0]
        self.details = details

    def document(self) -> dict[str, Any]:
        """The problem document."""
        return {**problem(self.code, **self.details), "status": self.status}
