"""Photos over ASGI: resumable uploads, checks, ranges, who may fetch what."""

import base64
import hashlib

import httpx
import pytest

from inspector.central.blobs import Blobs
from inspector.central.problems import ProblemError
from inspector.central.storage import Storage
from inspector.central.uploads import STALE_SECONDS, Uploads
from inspector.sync.protocol import PHOTO_BYTES_MAX
from tests.central.centre_client import PHOTO, PHOTO_SHA256, Clock, name_photo, open_session, problem_of, send
from tests.contracts.laptops import Laptop

TUS = {"Tus-Resumable": "1.0.0"}
STREAM = {**TUS, "Content-Type": "application/offset+octet-stream"}


def metadata(sha256: str) -> str:
    """An Upload-Metadata header."""
    return f"sha256 {base64.b64encode(sha256.encode()).decode()}"


async def create(
    client: httpx.AsyncClient, sha256: str = PHOTO_SHA256, length: int = len(PHOTO)
) -> httpx.Response:
    """Begin an upload."""
    headers = {**TUS, "Upload-Length": str(length), "Upload-Metadata": metadata(sha256)}
    return await client.post("/v1/uploads", headers=headers)


async def patch(
    client: httpx.AsyncClient, place: str, offset: int, data: bytes, **more: str
) -> httpx.Response:
    """Send a chunk."""
    headers = {**STREAM, "Upload-Offset": str(offset), **more}
    return await client.patch(place, content=data, headers=headers)


@pytest.fixture
async def place(client: httpx.AsyncClient, laptop: Laptop) -> str:
    """An upload begun for a photo that an entry names."""
    name_photo(laptop)
    await open_session(client, laptop)
    await send(client, laptop.push(1, 1))
    created = await create(client)
    assert created.status_code == 201, created.text
    return created.headers["location"]


async def test_a_photo_goes_up_in_pieces_and_comes_down(
    client: httpx.AsyncClient, place: str, centre: Storage
) -> None:
    """Pieces sent at their offsets make the photo, which is here only when it is whole; ranges of it come back."""
    half = len(PHOTO) // 2
    missing = {"sha256": [PHOTO_SHA256]}
    assert place.startswith("/v1/uploads/")
    first = await patch(client, place, 0, PHOTO[:half])
    assert (first.status_code, first.headers["upload-offset"]) == (204, str(half))
    assert (await client.post("/v1/photos/missing", json=missing)).json() == {"missing": [PHOTO_SHA256]}
    assert (await create(client)).headers["upload-offset"] == str(half)
    stand = await client.head(place, headers=TUS)
    assert (stand.headers["upload-offset"], stand.headers["upload-length"]) == (str(half), str(len(PHOTO)))
    assert (await patch(client, place, half, PHOTO[half:])).headers["upload-offset"] == str(len(PHOTO))
    assert (await client.post("/v1/photos/missing", json=missing)).json() == {"missing": []}
    whole = await client.get(f"/v1/photos/{PHOTO_SHA256}")
    assert (whole.status_code, whole.content) == (200, PHOTO)
    for wanted, (start, end) in {
        "bytes=0-0": (0, 1),
        "bytes=100-999": (100, 1000),
        "bytes=1000-": (1000, len(PHOTO)),
        "bytes=-5": (len(PHOTO) - 5, len(PHOTO)),
        f"bytes=10-{len(PHOTO) * 2}": (10, len(PHOTO)),
    }.items():
        part = await client.get(f"/v1/photos/{PHOTO_SHA256}", headers={"Range": wanted})
        assert (part.status_code, part.content) == (206, PHOTO[start:end])
        assert part.headers["content-range"] == f"bytes {start}-{end - 1}/{len(PHOTO)}"
    beyond = await client.get(f"/v1/photos/{PHOTO_SHA256}", headers={"Range": f"bytes={len(PHOTO)}-"})
    assert problem_of(beyond)[0] == 416
    stored = centre.settings.data / "photos" / PHOTO_SHA256[:2] / PHOTO_SHA256
    assert stored.read_bytes() == PHOTO
    assert not list((centre.settings.data / "uploads").iterdir())


async def test_a_wrong_offset_says_where_the_upload_stands(client: httpx.AsyncClient, place: str) -> None:
    """A chunk at another offset stores nothing and is told the right one."""
    await patch(client, place, 0, PHOTO[:1000])
    for offset in (0, 999, 1001):
        answer = await patch(client, place, offset, b"x")
        assert problem_of(answer) == (409, "upload.offset")
        assert answer.json()["offset"] == 1000


async def test_other_bytes_are_never_the_photo(
    client: httpx.AsyncClient, place: str, centre: Storage
) -> None:
    """A whole upload whose hash is not the name's is dropped, and the right bytes can be sent anew."""
    wrong = PHOTO[:-1] + b"!"
    assert problem_of(await patch(client, place, 0, wrong)) == (460, "photo.mismatch")
    assert problem_of(await client.get(f"/v1/photos/{PHOTO_SHA256}")) == (404, "photo.unknown")
    assert (await client.head(place, headers=TUS)).status_code == 404
    again = await create(client)
    assert again.headers["upload-offset"] == "0"
    assert (await patch(client, place, 0, PHOTO)).status_code == 204
    assert not list((centre.settings.data / "uploads").iterdir())


async def test_a_chunk_with_a_wrong_checksum_is_sent_again(client: httpx.AsyncClient, place: str) -> None:
    """A chunk that is not its checksum's moves nothing; the same chunk with the right one goes on."""
    chunk = PHOTO[:5000]

    def checksum(data: bytes) -> str:
        return f"sha256 {base64.b64encode(hashlib.sha256(data).digest()).decode()}"

    answer = await patch(client, place, 0, chunk, **{"Upload-Checksum": checksum(b"other")})
    assert problem_of(answer) == (460, "photo.mismatch")
    assert (await client.head(place, headers=TUS)).headers["upload-offset"] == "0"
    answer = await patch(client, place, 0, chunk, **{"Upload-Checksum": checksum(chunk)})
    assert answer.headers["upload-offset"] == "5000"
    for wrong in ("md5 AAAA", "sha256", "sha256 !!"):
        answer = await patch(client, place, 5000, b"x", **{"Upload-Checksum": wrong})
        assert problem_of(answer) == (400, "request.malformed")


async def test_more_bytes_than_stated_are_refused(client: httpx.AsyncClient, place: str) -> None:
    """An upload cannot grow beyond its length."""
    answer = await patch(client, place, 0, PHOTO + b"x")
    assert problem_of(answer) == (413, "request.too_large")


async def test_what_is_not_tus_is_refused(client: httpx.AsyncClient, place: str) -> None:
    """Version, type, lengths and metadata are checked as tus says."""
    assert (await client.head(place)).status_code == 412
    answer = await client.patch(place, content=b"x", headers={**TUS, "Upload-Offset": "0"})
    assert problem_of(answer) == (415, "request.malformed")
    assert problem_of(await patch(client, place, 0, b"", **{"Upload-Offset": "-1"})) == (
        400,
        "request.malformed",
    )
    assert problem_of(await create(client, length=PHOTO_BYTES_MAX + 1)) == (413, "request.too_large")
    assert problem_of(await create(client, length=0)) == (400, "request.malformed")
    assert problem_of(await create(client, sha256="../../etc")) == (400, "request.malformed")
    about = await client.options("/v1/uploads")
    assert about.headers["tus-extension"] == "creation,checksum"
    assert about.headers["tus-max-size"] == str(PHOTO_BYTES_MAX)


async def test_patch_and_head_by_override(client: httpx.AsyncClient, place: str) -> None:
    """Where a network blocks PATCH, POST with an override does the same."""
    headers = {**STREAM, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    answer = await client.post(place, content=PHOTO[:10], headers=headers)
    assert (answer.status_code, answer.headers["upload-offset"]) == (204, "10")
    answer = await client.post(place, headers={**TUS, "X-HTTP-Method-Override": "HEAD"})
    assert answer.headers["upload-offset"] == "10"
    assert problem_of(await client.post(place, headers=TUS)) == (405, "method")


async def test_photos_need_an_entry_that_names_them(client: httpx.AsyncClient, place: str) -> None:
    """The centre is no store for anything else: records go first."""
    answer = await create(client, sha256=hashlib.sha256(b"else").hexdigest(), length=4)
    assert problem_of(answer) == (404, "photo.unknown")


async def test_photos_stay_within_their_scopes(
    client: httpx.AsyncClient, place: str, centre: Storage, laptop: Laptop
) -> None:
    """A device of another grid can neither fetch a photo, nor see that it is here, nor touch the upload."""
    await patch(client, place, 0, PHOTO[:100])
    stranger = Laptop(2)
    stranger.enrol(centre, "g-02")
    await open_session(client, stranger)
    assert (await client.head(place, headers=TUS)).status_code == 404
    assert problem_of(await patch(client, place, 100, PHOTO[100:])) == (404, "upload.unknown")
    await open_session(client, laptop)
    assert (await patch(client, place, 100, PHOTO[100:])).status_code == 204
    await open_session(client, stranger)
    assert problem_of(await client.get(f"/v1/photos/{PHOTO_SHA256}")) == (404, "photo.unknown")
    asked = {"sha256": [PHOTO_SHA256]}
    assert (await client.post("/v1/photos/missing", json=asked)).json() == {"missing": [PHOTO_SHA256]}
    centre.grant(stranger.id, ["g-01"])
    assert (await client.get(f"/v1/photos/{PHOTO_SHA256}")).content == PHOTO


async def test_to_know_a_hash_is_not_to_have_the_photo(
    client: httpx.AsyncClient, place: str, centre: Storage
) -> None:
    """Whoever only names a photo, in another's grid or its own, neither gets it nor counts as having sent it."""
    await patch(client, place, 0, PHOTO)
    stranger = Laptop(2)
    stranger.enrol(centre, "g-09")
    name_photo(stranger, "g-01")
    name_photo(stranger, "g-09")
    await open_session(client, stranger)
    verdicts = (await send(client, stranger.push(1, 2))).json()["verdicts"]
    assert [item["reason"] for item in verdicts] == ["scope.denied"]
    wanted = f"/v1/photos/{PHOTO_SHA256}"
    missing = {"sha256": [PHOTO_SHA256]}
    assert problem_of(await client.get(wanted)) == (404, "photo.unknown")
    created = await create(client)
    own_place = created.headers["location"]
    assert (created.headers["upload-offset"], own_place != place) == ("0", True)
    assert (await client.head(own_place, headers=TUS)).headers["upload-offset"] == "0"
    assert (await client.post("/v1/photos/missing", json=missing)).json() == {"missing": [PHOTO_SHA256]}
    assert problem_of(await patch(client, own_place, 0, bytes(len(PHOTO)))) == (460, "photo.mismatch")
    assert problem_of(await client.get(wanted)) == (404, "photo.unknown")
    own_place = (await create(client)).headers["location"]
    assert (await patch(client, own_place, 0, PHOTO)).status_code == 204
    assert (await client.get(wanted)).content == PHOTO
    assert (await client.post("/v1/photos/missing", json=missing)).json() == {"missing": []}


async def test_two_devices_send_the_same_photo(
    client: httpx.AsyncClient, place: str, centre: Storage, laptop: Laptop
) -> None:
    """Each has its own upload; whoever comes second is told that nothing is left to send."""
    second = Laptop(2)
    second.enrol(centre, "g-01")
    name_photo(second)
    await open_session(client, second)
    await send(client, second.push(1, 1))
    created = await create(client)
    assert created.headers["location"] != place
    assert (await patch(client, created.headers["location"], 0, PHOTO)).status_code == 204
    await open_session(client, laptop)
    assert (await create(client)).headers["upload-offset"] == str(len(PHOTO))
    assert (await client.head(place, headers=TUS)).headers["upload-offset"] == str(len(PHOTO))


async def test_stale_uploads_are_forgotten(
    client: httpx.AsyncClient, place: str, centre: Storage, clock: Clock
) -> None:
    """An upload that nobody goes on with is dropped after a month; a new one starts from nothing."""
    await patch(client, place, 0, PHOTO[:100])
    uploads = Uploads(centre.settings.data / "uploads", Blobs(centre.settings.data / "photos"), centre)
    uploads.sweep()
    assert len(list(uploads.folder.iterdir())) == 1
    clock.now += STALE_SECONDS + 1
    uploads.sweep()
    assert not list(uploads.folder.iterdir())


def test_a_newer_chunk_stops_the_older(centre: Storage, laptop: Laptop) -> None:
    """Taking an upload over keeps what the older connection wrote, and nothing that it writes later."""
    name_photo(laptop)
    centre.append(laptop.push(1, 1))
    device = centre.device(laptop.id)
    assert device is not None
    uploads = Uploads(centre.settings.data / "uploads", Blobs(centre.settings.data / "photos"), centre)
    name = uploads.create(device, sha256=PHOTO_SHA256, length=len(PHOTO)).id
    older = uploads.begin(device, name, 0, None)
    older.write(PHOTO[:100])
    with pytest.raises(ProblemError) as caught:
        uploads.begin(device, name, 0, None)
    assert caught.value.details["offset"] == 100
    newer = uploads.begin(device, name, 100, None)
    for late in (lambda: older.write(b"late"), lambda: older.finish(whole=True)):
        with pytest.raises(ProblemError):
            late()
    newer.write(PHOTO[100:])
    assert newer.finish(whole=True) == len(PHOTO)
    assert uploads.blobs.path(PHOTO_SHA256).read_bytes() == PHOTO
    assert uploads.stand(device, name).complete


async def test_many_hashes_at_once_are_bounded(client: httpx.AsyncClient, place: str) -> None:
    """A thousand may be asked for, not more."""
    some = [f"{number:064x}" for number in range(1_001)]
    assert (
        len((await client.post("/v1/photos/missing", json={"sha256": some[:1_000]})).json()["missing"])
        == 1_000
    )
    assert problem_of(await client.post("/v1/photos/missing", json={"sha256": some}))[0] == 400


async def test_a_crash_before_the_database_knew(
    client: httpx.AsyncClient, place: str, centre: Storage
) -> None:
    """The photo has its place on disk, the database does not know yet: asking where it stands finishes it."""
    await patch(client, place, 0, PHOTO[:1000])
    stored = centre.settings.data / "photos" / PHOTO_SHA256[:2] / PHOTO_SHA256
    stored.parent.mkdir(parents=True)
    stored.write_bytes(PHOTO)
    assert (await create(client)).headers["upload-offset"] == str(len(PHOTO))
    assert (await client.get(f"/v1/photos/{PHOTO_SHA256}")).content == PHOTO


async def test_a_lost_part_starts_over(client: httpx.AsyncClient, place: str, centre: Storage) -> None:
    """A part file that is gone or shorter than what was noted is begun anew instead of being stuck for ever."""
    await patch(client, place, 0, PHOTO[:1000])
    (part,) = (centre.settings.data / "uploads").iterdir()
    part.write_bytes(PHOTO[:10])
    assert problem_of(await patch(client, place, 1000, PHOTO[1000:])) == (409, "upload.offset")
    assert (await client.head(place, headers=TUS)).headers["upload-offset"] == "0"
    assert (await patch(client, place, 0, PHOTO)).status_code == 204


async def test_a_photo_lost_from_the_disk_is_asked_for_again(
    client: httpx.AsyncClient, place: str, centre: Storage
) -> None:
    """A stored photo whose file is gone is missing again, and can be sent again."""
    await patch(client, place, 0, PHOTO)
    (centre.settings.data / "photos" / PHOTO_SHA256[:2] / PHOTO_SHA256).unlink()
    missing = {"sha256": [PHOTO_SHA256]}
    assert (await client.post("/v1/photos/missing", json=missing)).json() == {"missing": [PHOTO_SHA256]}
    assert problem_of(await client.get(f"/v1/photos/{PHOTO_SHA256}")) == (404, "photo.unknown")
    created = await create(client)
    assert created.headers["upload-offset"] == "0"
    assert (await patch(client, created.headers["location"], 0, PHOTO)).status_code == 204
    assert (await client.get(f"/v1/photos/{PHOTO_SHA256}")).content == PHOTO
