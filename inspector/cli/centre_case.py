"""`central export-case`: a case file from what the centre holds, recorded in the centre's own log."""

import secrets
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inspector.cli import export, output
from inspector.cli.centre_data import DATA, DATABASE, DEFAULT_DATA, open_centre
from inspector.cli.session import JSON

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inspector.casefile.bundle import Bundle
    from inspector.central.storage import Storage
    from inspector.domain.entries import Draft, Ref
    from inspector.errors import Problem
    from inspector.export.case import Author, Prove
    from inspector.export.case_run import Wish
    from inspector.store.workspace import Store


def export_case(
    subject: Annotated[
        list[str], typer.Argument(help="Sites, inspections or items by id. 点位、检查或问题编号。")
    ],
    out: Annotated[Path, typer.Option(help="The .zip to write. 输出文件。", metavar="F")],
    reason: Annotated[str, typer.Option(help="For whom and why; it is recorded. 给谁、为什么。")],
    edition: Annotated[str, typer.Option(help="internal or redacted. 版本。")] = "internal",
    redact: Annotated[
        list[str] | None,
        typer.Option(help="Hide this text too, in a redacted edition. 另外隐去的文字。", metavar="TEXT"),
    ] = None,
    data: DATA = DEFAULT_DATA,
    database: DATABASE = "",
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Write a case file of what the centre holds, with its own proofs. 在中心导出案卷。"""
    from inspector.central.settings import Settings
    from inspector.export import case, case_run

    wish = case_run.Wish(
        subjects=tuple(subject), path=out, reason=reason, edition=edition, redact=tuple(redact or ())
    )
    with (
        open_centre(Settings(data=data, database=database), make=False) as storage,
        tempfile.TemporaryDirectory(prefix="inspector-case-", ignore_cleanup_errors=True) as folder,
        _filled(storage, wish, Path(folder) / "workspace") as store,
        case_run.prepare(store, wish, _prover(storage), told=None if as_json else export.making) as planned,
    ):
        if not as_json:
            export.tell_plan(planned)
        exported = case.write(planned, out, _centre(storage), reason=reason)
    if as_json:
        output.data(export.case_data(planned, exported))
    else:
        export.tell_written(exported)


def _filled(storage: "Storage", wish: "Wish", path: Path) -> "Store":
    """A workspace of the centre's entries, encrypted under a passphrase that nobody keeps; photos of this case alone."""
    from inspector.central.blobs import Blobs
    from inspector.central.case_entries import accepted, scopes_of
    from inspector.services import cases
    from inspector.store.vault import Argon2
    from inspector.store.workspace import Store

    scopes = scopes_of(storage, [text.strip() for text in wish.subjects])
    # Random and used once: it needs no costly derivation.
    store = Store.create(path, secrets.token_urlsafe(32), cost=Argon2(memory_kib=64, iterations=1, lanes=1))
    try:
        with storage.database.read() as connection:
            publisher = storage.publisher(connection)
        store.set_settings(
            centre_device=publisher, centre_name=storage.name, centre_key=storage.key.public.hex()
        )
        for page in accepted(storage, scopes):
            store.receive(page, cursor="", scopes=scopes)
        photos = Blobs(storage.settings.data / "photos")
        for photo in cases.collect(store, cases.find_subjects(store, wish.subjects)).photos:
            if photos.has(photo.sha256):
                with photos.open(photo.sha256) as file:
                    store.put_photo(file.read())
    except BaseException:
        store.close()
        raise
    return store


def _prover(storage: "Storage") -> "Prove":
    """The centre's own proofs. It looks as its publishing device, which so is among the devices that are proven."""
    from inspector.central.proofs import make_bundle

    with storage.database.read() as connection:
        publisher = storage.publisher(connection)
    with storage.known() as known:
        viewer = known.device(publisher)

    def prove(_: str, refs: "Sequence[Ref]") -> "tuple[Bundle, Sequence[Ref], Sequence[Problem]]":
        bundle = make_bundle(storage, refs, viewer=viewer)
        proven = {one.ref for one in bundle.proofs}
        return bundle, [ref for ref in refs if ref not in proven], []

    return prove


def _centre(storage: "Storage") -> "Author":
    """The centre as the one that exports: under the device by which it publishes."""
    from inspector.export.case import Author

    with storage.database.read() as connection:
        key, device = storage.publisher_key(connection), storage.publisher(connection)

    def record(draft: "Draft") -> "tuple[Ref, int]":
        ref = storage.publish(lambda _: [draft])[0]
        with storage.known() as known:
            entry = next(one for one in known.entries(draft.aggregate) if one.ref == ref)
        return ref, entry.time.wall // 1000

    return Author(device, key.public, storage.key.public, key.sign, record)
