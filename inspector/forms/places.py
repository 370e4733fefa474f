"""Where the shipped data is: inside the installed package, or beside it in a working copy."""

from pathlib import Path


def data_root() -> Path:
    """The folder with `schema/`, `law/`, `packs/` and the checklists."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "checklists"
    return installed if (installed / "schema").is_dir() else package.parent / "checklists"
