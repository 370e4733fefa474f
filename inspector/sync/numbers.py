"""Numbers of papers in a sync: papers that wait get theirs, and the centre is asked for more before they run out.

The answer holds no number: the lease comes by the next pull, signed like all that the centre says.
"""

from inspector.services import numbering, papers
from inspector.services.numbering import Wanted
from inspector.store.workspace import Store
from inspector.sync import failures
from inspector.sync.failures import ProblemAnswerError, SyncFailedError
from inspector.sync.link import Link, send_json

ROUNDS = 3
"""How often one session asks and pulls again, so that no answer keeps a laptop going round."""
_PATIENCE = 2
"""After how many failures a sync goes on without new numbers: photos must not wait for them."""
_WITHOUT = ("not_found", "method", "numbers.denied", "request.malformed")
"""Refusals that leave a laptop without new numbers and say nothing of the rest: an older centre knows no such route."""


class Numbers:
    """The part of a sync that sees to numbers."""

    def __init__(self, store: Store, link: Link) -> None:
        self._store = store
        self._link = link
        self._rounds = 0
        self._failures = 0

    def begin(self) -> None:
        """A session is open."""
        self._rounds = 0

    def settle(self) -> bool:
        """After a pull: give numbers to what waits, and ask for more where few are left; whether to pull again.

        Raises:
            SyncFailedError, ProblemAnswerError: the centre was not reached, or wants a new session.
        """
        papers.assign_numbers(self._store)
        if self._rounds >= ROUNDS:
            return False
        if self._failures >= _PATIENCE:
            self._failures = 0
            return False
        self._rounds += 1
        self._failures += 1
        answers = [self._ask(one) for one in numbering.wanted(self._store)]
        self._failures = 0
        return any(answers)

    def _ask(self, wanted: Wanted) -> bool:
        asked = {**wanted.series._asdict(), "known": wanted.known, "highest": wanted.highest}
        try:
            leased = send_json(self._link, "/v1/numbers", asked).get("leased")
        except ProblemAnswerError as problem:
            if problem.code in _WITHOUT:
                return False
            raise
        if not isinstance(leased, bool):
            raise SyncFailedError(failures.malformed("leased"))
        return leased
