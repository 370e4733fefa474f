"""Build the wheel, install it alone into a fresh environment, and use it far from the source tree.

What the program needs is lent from the environment that runs this; the program itself comes from the wheel only.
"""

import os
import subprocess
import sys
import sysconfig
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NEEDED = (
    "inspector/checklists/training/T-LIC.yaml",
    "inspector/checklists/questionnaires/Q-STU.yaml",
    "inspector/checklists/packs/night-patrol.yaml",
    "inspector/checklists/schema/checklist.schema.json",
    "inspector/checklists/law/register.yaml",
    "inspector/checklists/papers/paper.typ",
    "inspector/checklists/papers/templates/order_to_correct.docx",
    "inspector/checklists/demo/registry.xlsx",
    "inspector/screens/checklist.tcss",
)
TIMEOUT_SECONDS = 180


def run(*words: str | Path, cwd: Path) -> str:
    """Run a command; its standard output. Ends the test when it fails."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("INSPECTOR_", "PYTHON"))
    }
    done = subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=TIMEOUT_SECONDS,
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words))}\nended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def main() -> None:
    """Build, install, use."""
    with tempfile.TemporaryDirectory(prefix="inspector-wheel-") as folder:
        scratch = Path(folder)
        run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", scratch / "dist", cwd=ROOT)
        wheel = next((scratch / "dist").glob("*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            names = set(archive.namelist())
        missing = [name for name in NEEDED if name not in names]
        if missing:
            sys.exit(f"not in {wheel.name}: {', '.join(missing)}")
        python, command = make_environment(scratch / "venv")
        run(python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=scratch)
        where = run(python, "-c", "import inspector; print(inspector.__file__)", cwd=scratch).strip()
        if not Path(where).is_relative_to(scratch):
            sys.exit(f"the program came from {where}, not from the wheel")
        listed = run(command, "checklist", "list", cwd=scratch)
        if "T-LIC" not in listed or "night-patrol" not in listed:
            sys.exit(f"the checklists are not there:\n{listed}")
        played = run(command, "demo", "--script", cwd=scratch)
        sys.stdout.write(played)
        sys.stdout.write(f"{wheel.name}: installed alone, played the patrol\n")


def make_environment(folder: Path) -> tuple[Path, Path]:
    """A fresh environment that sees our libraries but not our source; its Python and its `inspector`."""
    venv.create(folder, with_pip=True)
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    suffix = ".exe" if os.name == "nt" else ""
    python = scripts / f"python{suffix}"
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(run(python, "-c", code, cwd=folder).strip())
    # A plain path in a .pth file; .pth files in it, the editable install's among them, are not followed.
    lent = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site / "lent.pth").write_text("\n".join(sorted(lent)) + "\n", encoding="utf-8")
    return python, scripts / f"inspector{suffix}"


if __name__ == "__main__":
    main()
