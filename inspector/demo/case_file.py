"""The last part of the demonstration: the report's line, a case file that three agencies witnessed, and what a stranger finds."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from inspector.casefile import verify as standalone
from inspector.casefile.check import check_case
from inspector.casefile.verdict import Verdict
from inspector.demo.county import County
from inspector.demo.proof import NotProved, prove
from inspector.export import case_run, report_text
from inspector.export.case_run import Wish
from inspector.journal.fingerprint import fingerprint
from inspector.services import figures, reports
from inspector.services.forms import Forms
from inspector.store.workspace import Store
from inspector.sync.membership import membership
from inspector.sync.proving import prover

Tell = Callable[[str, str], None]
REASON = "移送样例县法制机构审核"


def tell_report(store: Store, tell: Tell) -> None:
    """Today's figures as the paragraph that is sent by phone, each of them open to its records."""
    forms = Forms(store)
    first, last = reports.days_of(store, forms, "今天", "")
    found = figures.compute(store, forms, first, last)
    records = figures.records(store, forms, "visits", first, last)
    prove(bool(records), "汇报里的数能打开到记录", "a figure of the report opens to its records")
    line = report_text.line(found)
    tell(f"七之三、今天的汇报：{line}", f"7c. Today's report (Chinese, as it is sent): {line}")


def export_case(county: County, store: Store, inspection: str, tell: Tell) -> None:
    """Both editions of the inspection's case file; the program's check, the stranger's, and a byte changed on the way."""
    centre = membership(store)
    if centre is None:
        raise NotProved("没有做到：已注册到中心", "did not hold: it is enrolled")
    root = fingerprint(centre.key)
    county.cases.mkdir(exist_ok=True)
    whole, redacted = county.cases / "案卷.zip", county.cases / "案卷-公开件.zip"
    _export(store, Wish((inspection,), whole, REASON))
    _export(store, Wish((inspection,), redacted, REASON, edition="redacted"))
    for path, verdict in ((whole, Verdict.VERIFIED), (redacted, Verdict.REDACTED)):
        prove(check_case(path, root=root).verdict == verdict, "案卷核验通过", "the case file verifies")
        prove(_stranger(path, root) == verdict, "旁人的核验结论相同", "a stranger's verifier says the same")
    changed = county.cases / "案卷-改动一个字节.zip"
    data = bytearray(whole.read_bytes())
    data[data.index(b"inspection.sealed")] ^= 1
    changed.write_bytes(data)
    prove(
        check_case(changed, root=root).verdict == _stranger(changed, root) == Verdict.TAMPERED,
        "改动一个字节就能发现",
        "one changed byte is found",
    )
    tell(
        f"七之四、导出案卷：{whole.name}；中心日志由三个单位的电脑见证，本程序和 verify.py 都核验通过；公开件也是；改一个字节就被发现",
        f"7d. Case file {whole.name}: the centre's log witnessed by laptops of three agencies; the program and verify.py agree;"
        " so they do on the redacted edition; one changed byte is found",
    )
    tell(f"    中心公钥指纹：{root}", f"    fingerprint of the centre's key: {root}")


def _export(store: Store, wish: Wish) -> None:
    with case_run.prepare(store, wish, prover(store)) as planned:
        case_run.run(store, wish, planned)


def _stranger(path: Path, root: str) -> int:
    """The verdict of the single-file verifier, in a process that knows nothing of this program."""
    command = [sys.executable, "-I", str(Path(standalone.__file__)), str(path), "--root", root, "--json"]
    return subprocess.run(command, check=False, capture_output=True, timeout=120).returncode  # noqa: S603 - our own file
