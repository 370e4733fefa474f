"""Run as a program by test_terminal_bytes: the real screens over a county in which everything is called a payload.

Stored names are cleaned when they are recorded, so the payloads are put behind that: into projections, into what the
services return, into a file name. The screens must keep the terminal safe whatever they are given.
"""

import dataclasses
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from PIL import Image

from inspector.app import run_tui
from inspector.services import lookup, sheets
from inspector.store.workspace import Store
from tests.ui.ui_world import PASSPHRASE, begin, make_county

PAYLOAD = "\x1b]0;OWNED\x07\x1b]52;c;T1dORUQ=\x07\x1b[2J\x9b2J\x90q\x9c\x07\x08\u202eOWNED"


def _poison(store: Store) -> None:
    with store.connection as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE site SET name = ?1, address = ?1 WHERE kind = 'training'", (PAYLOAD,))
        connection.execute("UPDATE officer SET name = ?1 || name, department = ?1", (PAYLOAD,))
        connection.execute("UPDATE finding SET reason = ?1, measure = ?1", (PAYLOAD,))
        connection.execute("COMMIT")
    original_site, original_sheet = lookup.site, sheets.site_of

    def poisoned(found: Any) -> Any:
        return dataclasses.replace(found, facts={**found.facts, "name": PAYLOAD, "address": PAYLOAD})

    lookup.site = lambda *args: poisoned(original_site(*args))
    sheets.site_of = lambda *args: poisoned(original_sheet(*args))


def main(folder: Path) -> None:
    """Make the county and open the screens."""
    camera = folder / "camera"
    camera.mkdir()
    Image.new("RGB", (16, 12), (200, 40, 40)).save(camera / "plain.png")
    (camera / "plain.png").rename(camera / f"{PAYLOAD.replace('/', '')}.png")
    store = make_county(folder / "workspace")
    begin(store, "样例甲")
    store.set_settings(photo_folder=str(camera))
    _poison(store)
    store.close()
    run_tui(folder / "workspace", PASSPHRASE)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
