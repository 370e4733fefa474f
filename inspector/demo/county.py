"""Making the county: an office's laptop with registry, people and a patrol; a centre on loopback; a second laptop."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from inspector.demo.campaign import make_campaign
from inspector.domain.when import CHINA, local_time
from inspector.errors import WorkspaceError
from inspector.forms.places import data_root
from inspector.forms.texts import read_texts
from inspector.services.forms import publish
from inspector.services.people import add_officer
from inspector.services.registry import Import, import_registry
from inspector.store.clock import SystemClock
from inspector.store.workspace import Store

if TYPE_CHECKING:
    from inspector.central.serve import Running

PASSPHRASE = "demo-demo-demo"  # noqa: S105 - for invented data
PEOPLE = (
    ("样例甲", "教体局", "样例-0001", "officer", ""),
    ("样例乙", "市场监管局", "样例-0002", "officer", ""),
    ("样例丙", "公安局", "样例-0003", "officer", ""),
    ("样例丁", "责任督学", "", "school_inspector", ""),
    ("样例戊", "城东街道", "", "grid_worker", ""),
    ("样例组长", "联合专班", "", "helper", "lead"),
    ("样例科长", "教体局", "", "helper", "section"),
    ("样例局长", "教体局", "", "helper", "deputy"),
)
START_SECONDS = 30


@dataclass(frozen=True, slots=True)
class County:
    """Folders of the demonstration."""

    root: Path

    @property
    def first(self) -> Path:
        """The workspace of the first laptop, where the office's registry is."""
        return self.root / "laptop-1"

    @property
    def second(self) -> Path:
        """The workspace of the second laptop."""
        return self.root / "laptop-2"

    @property
    def third(self) -> Path:
        """The workspace of a laptop whose agency has no part in the case."""
        return self.root / "laptop-3"

    @property
    def centre(self) -> Path:
        """The centre's data folder."""
        return self.root / "centre"

    @property
    def camera(self) -> Path:
        """The card of a phone with pictures of tonight."""
        return self.root / "camera"

    @property
    def papers(self) -> Path:
        """The papers that were written."""
        return self.root / "papers"

    @property
    def cases(self) -> Path:
        """The case files that were exported."""
        return self.root / "cases"

    @property
    def registry(self) -> Path:
        """The county's registry as the office sends it (invented)."""
        return data_root() / "demo" / "registry.xlsx"

    @property
    def calendar(self) -> Path:
        """The school calendar of the county (invented)."""
        return data_root() / "demo" / "school-calendar.yaml"

    def write_passphrase(self) -> Path:
        """The file with the passphrase of both workspaces."""
        path = self.root / "passphrase.txt"
        path.write_text(PASSPHRASE + "\n", encoding="utf-8")
        return path


def make_office(county: County) -> tuple[Store, Import]:
    """The first laptop, offline: its workspace, the registry, the people, the school calendar."""
    store = Store.create(county.first, PASSPHRASE)
    done = import_registry(store, county.registry)
    for name, department, certificate, standing, duty in PEOPLE:
        add_officer(
            store, name=name, department=department, certificate=certificate, standing=standing, duty=duty
        )
    publish(store, read_texts([county.calendar]))
    return store, done


def take_tonights_pictures(county: County) -> list[Path]:
    """Pictures on the phone's card, taken in the last minutes."""
    return take_sample_pictures(county.camera)


def take_sample_pictures(folder: Path) -> list[Path]:
    """Four drawn pictures in a folder, as if it were a phone's card of tonight."""
    from datetime import timedelta

    from inspector.demo.camera import take_pictures

    now = local_time(SystemClock().stamp().wall).astimezone(CHINA)
    return take_pictures(folder, first=(now - timedelta(minutes=10)).replace(microsecond=0))


def make_screens_ready(county: County) -> Store:
    """The first laptop with tonight's pictures, whose photo screen begins at them."""
    from inspector.screens.photos import PHOTO_FOLDER

    store, _ = make_office(county)
    make_campaign(store)
    take_tonights_pictures(county)
    store.set_settings(**{PHOTO_FOLDER: str(county.camera)})
    return store


@contextmanager
def centre_running(county: County, *, port: int = 0) -> Iterator["Running"]:
    """A centre on loopback, in a thread of this process, until the block ends. It publishes the school calendar.

    Raises:
        WorkspaceError: it did not start within half a minute.
    """
    from inspector.central.serve import serve
    from inspector.central.settings import Settings

    found: list[Running] = []
    failed: list[BaseException] = []
    ready = threading.Event()

    def run() -> None:
        try:
            serve(Settings(data=county.centre, port=port, name="yuehu-demo"), on_ready=on_ready)
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits
            failed.append(error)
        finally:
            ready.set()

    def on_ready(running: "Running") -> None:
        found.append(running)
        ready.set()

    thread = threading.Thread(target=run, name="demo-centre", daemon=True)
    thread.start()
    ready.wait(START_SECONDS)
    if failed:
        raise failed[0]
    if not found:
        raise WorkspaceError(
            "演示中心没有启动。", "The demonstration centre did not start.", code="demo.centre"
        )
    from inspector.central.publish import Publication
    from inspector.central.publish import publish as publish_at_centre

    try:
        publish_at_centre(found[0].storage, Publication(texts=read_texts([county.calendar])))
        yield found[0]
    finally:
        found[0].stop()
        thread.join(START_SECONDS)
