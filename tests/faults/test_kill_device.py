"""`kill -9` of a laptop at random moments of its work: nothing that was called saved is lost, nothing needs repair."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

KILLS = int(os.environ.get("INSPECTOR_KILLS", "120"))
"""How often; more by INSPECTOR_KILLS."""


@pytest.mark.faults
@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks one child for each kill")
@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_random_moments_nothing_saved_is_lost(tmp_path: Path, seed: int) -> None:
    """Answers, notes, sites and photos that were promised are there after each kill, numbered without gaps, checked."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.device_kills", str(tmp_path), str(seed), str(KILLS // 2)],
        capture_output=True, text=True, timeout=240, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    print(found)
    assert found["faults"] == []
    assert found["problems"] == []
    assert found["strays"] == []
    assert found["kills"] > KILLS // 2 * 0.8
    assert found["promises"] > found["kills"] // 4
    assert found["photos"] > 0
