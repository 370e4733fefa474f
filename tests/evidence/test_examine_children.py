"""Decoding children: bounded, replaced when they break, never in the way of the next photo."""

import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from inspector.evidence import child as child_module
from inspector.evidence import limits
from inspector.evidence.child import worker_command
from inspector.evidence.examine import Examiner
from tests.evidence.photo_samples import NOW, camera_photo, encode, noise
from tests.patience import killed_when_late

ROOT = str(Path(__file__).parents[2])
PHOTO = camera_photo()

WORKER = """
    import os, sys, time
    sys.path.append({root!r})
    from inspector.evidence import worker
    true_answer = worker.answer
    def answer(header, data):
        if data.endswith(b"CRASH"):
            os._exit(11)
        if data.endswith(b"CRASH ONCE"):
            try:
                open({mark!r}, "x").close()
            except FileExistsError:
                return true_answer(header, data)
            os._exit(11)
        if data.endswith(b"HANG"):
            time.sleep(600)
        if data.endswith(b"NONSENSE"):
            os.write(1, b"x" * 100)
            return {{"failure": 7}}, b""
        if data.endswith(b"HUGE"):
            return {{"failure": "", "pad": "x" * 100_000}}, b""
        return true_answer(header, data)
    worker.answer = answer
    worker.bound_process = lambda: None
    worker.main()
"""

Breakable = Callable[..., Examiner]


@pytest.fixture
def breakable(tmp_path: Path) -> Breakable:
    """Makes an examiner whose children break on marked photos."""
    script = tmp_path / "child.py"
    script.write_text(dedent(WORKER.format(root=ROOT, mark=str(tmp_path / "mark"))), encoding="utf-8")

    def make(seconds: float = limits.CHILD_SECONDS) -> Examiner:
        return Examiner(workers=1, seconds=seconds, command=[sys.executable, "-B", str(script)])

    return make


def pids(examiner: Examiner) -> set[int]:
    """The processes of an examiner's children."""
    return {child._process.pid for child in examiner._children}


def test_a_crash_costs_one_photo(breakable: Breakable) -> None:
    """The photo that ends its decoder is kept and flagged; the next one is read by a new child."""
    with breakable() as examiner:
        assert examiner.examine(PHOTO, NOW).readable
        before = pids(examiner)
        broken = examiner.examine(PHOTO + b"CRASH", NOW)
        assert (broken.readable, broken.flags, broken.bytes) == (False, ("crashed",), len(PHOTO) + 5)
        assert examiner.examine(PHOTO, NOW).readable
        assert not before & pids(examiner)


def test_a_decoder_ended_by_somebody_else_is_no_fault_of_the_photo(breakable: Breakable) -> None:
    """One lost child is tried again before anything is said of the photo."""
    with breakable() as examiner:
        assert examiner.examine(PHOTO + b"CRASH ONCE", NOW).flags == ()


def test_a_child_killed_between_photos_is_replaced() -> None:
    """The system may end an idle child; nobody notices."""
    with Examiner(workers=1) as examiner:
        assert examiner.examine(PHOTO, NOW).readable
        (child,) = examiner._children
        child._process.kill()
        assert examiner.examine(PHOTO, NOW).flags == ()
        assert child not in examiner._children


def test_a_hanging_decoder_is_ended(breakable: Breakable) -> None:
    """After its time the child is killed, the photo flagged, and the next photo read."""
    with breakable(seconds=0.5) as examiner:
        assert examiner.examine(PHOTO + b"HANG", NOW).flags == ("too_slow",)
        assert examiner.preview(PHOTO + b"HANG", 10, 10) is None
    with breakable() as examiner:
        assert examiner.examine(PHOTO, NOW).readable


@pytest.mark.parametrize("mark", [b"NONSENSE", b"HUGE"])
def test_a_child_that_talks_nonsense_is_not_believed(breakable: Breakable, mark: bytes) -> None:
    """Answers of the wrong form or size end the child; what it prints does not disturb the frames."""
    with breakable() as examiner:
        assert examiner.examine(PHOTO + mark, NOW).flags == ("crashed",)
        assert examiner.examine(PHOTO, NOW).readable


@pytest.mark.parametrize(
    "command",
    [["/nonexistent/python"], [sys.executable, "-c", "pass"], [sys.executable, "-c", "print('hello')"]],
)
def test_without_a_decoder_photos_are_still_hashed(command: list[str]) -> None:
    """If no child can be started, nothing false is said of the photo and its hash is there."""
    with Examiner(command=command) as examiner:
        facts = examiner.examine(PHOTO, NOW)
        assert (facts.flags, facts.readable, facts.bytes) == (("not_examined",), False, len(PHOTO))


def test_threads_share_an_examiner() -> None:
    """Two threads examine at once, in at most two children, each getting its own photo's facts."""
    photos = [encode(noise(40 + step, 30)) for step in range(24)]
    with Examiner() as examiner, ThreadPoolExecutor(4) as pool:
        widths = list(pool.map(lambda data: examiner.examine(data, NOW).width, photos))
        assert len(pids(examiner)) <= 2
    assert widths == [40 + step for step in range(24)]


def test_closing_ends_every_child_and_says_nothing_false(
    breakable: Breakable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call under way when the examiner closes gets an error instead of a flag; no process stays."""
    examiner = breakable()
    assert examiner.examine(PHOTO, NOW).readable
    (child,) = examiner._children
    outcome: list[BaseException] = []
    asked = threading.Event()
    true_ask = child.ask

    def ask(header: Mapping[str, Any], data: bytes, seconds: float) -> tuple[dict[str, Any], bytes]:
        asked.set()
        return true_ask(header, data, seconds)

    def hang() -> None:
        try:
            examiner.examine(PHOTO + b"HANG", NOW)
        except RuntimeError as error:
            outcome.append(error)

    monkeypatch.setattr(child, "ask", ask)
    thread = threading.Thread(target=hang)
    thread.start()
    assert asked.wait(10)
    examiner.close()
    thread.join(10)
    assert not thread.is_alive()
    assert len(outcome) == 1
    assert child._process.returncode is not None
    assert not examiner._children
    with pytest.raises(RuntimeError, match="closed"):
        examiner.examine(PHOTO, NOW)
    examiner.close()


def test_an_interrupted_photo_leaves_no_answer_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """After an interrupt the next photo gets its own facts, not those of the photo before."""

    def interrupt(stream: object, most: int) -> None:
        raise KeyboardInterrupt

    with Examiner(workers=1) as examiner:
        examiner.examine(PHOTO, NOW)
        with monkeypatch.context() as patched:
            patched.setattr(child_module, "read_frame", interrupt)
            with pytest.raises(KeyboardInterrupt):
                examiner.examine(encode(noise(50, 40)), NOW)
        assert examiner.examine(encode(noise(70, 60)), NOW).width == 70


def test_children_are_replaced_after_their_share(monkeypatch: pytest.MonkeyPatch) -> None:
    """A decoder that leaks is replaced before that matters."""
    monkeypatch.setattr(limits, "CHILD_PHOTOS", 2)
    with Examiner(workers=1) as examiner:
        seen = set()
        for _ in range(3):
            assert examiner.examine(PHOTO, NOW).readable
            seen |= pids(examiner)
        assert len(seen) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="prlimit is of Linux")
def test_the_child_is_bounded() -> None:
    """Memory, processor time, files and core dumps of the child are limited."""
    import resource

    with Examiner(workers=1) as examiner:
        examiner.examine(PHOTO, NOW)
        (pid,) = pids(examiner)
        assert resource.prlimit(pid, resource.RLIMIT_AS)[0] == limits.CHILD_MEMORY_BYTES
        assert 0 < resource.prlimit(pid, resource.RLIMIT_CPU)[0] <= limits.CHILD_SECONDS + 3
        assert resource.prlimit(pid, resource.RLIMIT_FSIZE)[0] == 0
        assert resource.prlimit(pid, resource.RLIMIT_CORE)[0] == 0


def test_a_child_ends_with_its_parent() -> None:
    """When the pipe closes, as when the program is killed, the child ends by itself."""
    process = subprocess.Popen(worker_command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    with killed_when_late(process):
        process.stdout.read(8)
    process.communicate(timeout=20)
    assert process.returncode == 0


def test_the_parent_never_loads_a_decoder() -> None:
    """Examining brings no image library into the program itself."""
    code = "import sys, inspector.evidence.examine, inspector.evidence.intake; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT, timeout=60).returncode == 0
