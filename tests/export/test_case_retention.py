"""A case file after what was due has been destroyed: the rest still verifies, and what is gone is named."""

from pathlib import Path

from inspector.casefile.verdict import Verdict
from inspector.domain.case import REDACTED
from inspector.export import case_run
from inspector.sync.proving import prover
from tests.rectifying import pass_days
from tests.services.test_retention import closed, destroy
from tests.workplace import make_store


def test_what_was_destroyed_is_named_and_the_rest_holds(tmp_path: Path) -> None:
    """Bodies that are gone everywhere do not make a case file incomplete: it says which, as a redacted edition does."""
    with make_store(tmp_path / "w") as store:
        name = closed(store, tmp_path)
        wish = case_run.Wish((name,), tmp_path / "case.zip", "移送样例县法制机构审核")
        pass_days(store, 800)
        destroy(store)
        with case_run.prepare(store, wish, prover(store, offline=True)) as planned:
            done = case_run.run(store, wish, planned)
        assert planned.redaction.edition == REDACTED
        assert done.checked.verdict == Verdict.NOT_AT_CENTRE, done.checked.reasons
        assert done.checked.contents is not None
        gone = [entry.ref for entry in store.entries(name) if entry.data is None]
        assert done.checked.contents.withheld_entries >= len(gone) > 0
