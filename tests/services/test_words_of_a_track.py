"""A finding keeps the words of its track when somebody changes the measure."""

from pathlib import Path

import pytest

from inspector.errors import BadInput
from inspector.services import inspections
from inspector.services.findings import amend_finding
from inspector.services.forms import Forms
from inspector.store import queries
from tests.workplace import make_store, start_inspection


def test_an_enterprise_gets_no_words_of_schools(tmp_path: Path) -> None:
    """Refused with the word, and nothing is changed; the words of its own track are taken."""
    with make_store(tmp_path / "w") as store:
        state = start_inspection(store)
        inspections.answer(store, Forms(store), state.id, "T-TIME-10", "yes")
        (finding,) = queries.findings(store.connection)
        with pytest.raises(BadInput) as caught:
            amend_finding(store, finding.id, {"measure": "发督导意见"})
        assert (caught.value.code, "督导意见" in caught.value.zh) == ("finding.measure_words", True)
        assert queries.findings(store.connection)[0].measure == finding.measure
        assert amend_finding(store, finding.id, {"measure": "责令停止"})
