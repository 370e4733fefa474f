"""The county's own texts on their way: from the centre to a laptop, and with a conclusion to another one."""

from pathlib import Path

import pytest

from inspector.central import publish
from inspector.central.publish import Publication
from inspector.domain.office import Assignment, checklist_aggregate
from inspector.errors import NotFound, Refusal
from inspector.forms.library import shipped
from inspector.forms.places import data_root
from inspector.forms.texts import read_texts
from inspector.services import inspections, lookup
from inspector.services.forms import Forms
from inspector.services.forms import publish as publish_here
from inspector.services.sheets import sheet
from inspector.store import log, projections
from inspector.sync.enrolment import enrol
from tests.sync.sync_world import centre_at, laptop, sync, workspace, write
from tests.workplace import all_entries, conclude, deliver, start_inspection

PARAMETERS = 'parameters: county\nversion: "1"\nvalues:\n  offline_end: {value: "20:00"}\n'
LAW = (
    'register: law\nversion: "2999.1"\ndocuments:\n  - name: {zh: 令, en: order}\n'
    "    articles:\n      own-1: {status: unverified}\n"
)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A school calendar, parameters and a law register."""
    made = {"p.yaml": PARAMETERS, "law.yaml": LAW}
    for name, text in made.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return [data_root() / "demo" / "school-calendar.yaml", *(tmp_path / name for name in made)]


def test_what_the_centre_publishes_counts_on_every_laptop(tmp_path: Path, files: list[Path]) -> None:
    """Once, whatever is published how often; a conclusion names it, and is read alike on another laptop."""
    with centre_at(tmp_path / "centre") as centre:
        wanted = Publication(texts=read_texts(files))
        assert publish.publish(centre.storage, wanted).entries == 3
        assert publish.publish(centre.storage, wanted).entries == 0
        checklists, county = publish.published_before(centre.storage)
        assert (checklists, county.params["offline_end"]) == ({}, "20:00")
        with laptop(tmp_path / "a", centre, "*") as one, laptop(tmp_path / "b", centre, "*") as two:
            assert Forms(one).calendar().periods == ()
            assert sync(one).complete
            forms = Forms(one)
            assert (len(forms.calendar().periods), forms.params()["offline_end"]) == (8, "20:00")
            assert "own-1" in forms.county().register
            state = start_inspection(one, forms)
            inspections.answer(one, forms, state.id, "T-TIME-02", "18:30-20:10")
            conclude(one, state.id)
            assert sync(one).complete
            quarantined = one.connection.execute("SELECT count(*) FROM quarantined").fetchone()[0]
            assert quarantined == 0
            assert log.own_tree(one.connection).size == len(centre.refs(one.device))
            assert sync(two).complete
            pins = lookup.inspection(two, state.id).rules
            own = {(pin.kind, pin.code) for pin in shipped().rules}
            others = [pin.code for pin in pins if (pin.kind, pin.code) not in own]
            assert set(others) == {"county", "school"}
            assert [pin.code for pin in pins].count("law") == 2
            judged = [
                sheet(store, Forms(store), state.id).line("T-TIME-02").judgement.verdict
                for store in (one, two)
            ]
            assert judged == ["violation", "violation"]


def named(folder: Path, text: str) -> Path:
    """A file of these words."""
    path = folder / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_nobody_takes_the_centres_text_out_of_force(tmp_path: Path, files: list[Path]) -> None:
    """An entry of a laptop that replaces it is kept apart; where one is here all the same, it changes nothing."""
    with centre_at(tmp_path / "centre") as centre:
        publish.publish(centre.storage, Publication(texts=read_texts(files)))
        with laptop(tmp_path / "a", centre, "*") as bad, laptop(tmp_path / "b", centre, "*") as late:
            sync(bad)
            (text,) = Forms(bad).published("parameters")
            aggregate = checklist_aggregate(text.sha256)
            (entry,) = bad.entries(aggregate)
            assert entry.data is not None
            write(bad, entry.type, aggregate, entry.data, scope="county", replaces=[entry.ref])
            assert Forms(bad).params()["offline_end"] == "20:00"
            sync(bad)
            sync(late)
            assert [one.ref for one in late.entries(aggregate)] == [entry.ref]
            deliver(all_entries(bad), late)
            assert len(late.entries(aggregate)) == 2
            for store in (bad, late):
                before = projections.dump(store.connection)
                assert Forms(store).params()["offline_end"] == "20:00"
                projections.rebuild(store.connection)
                assert projections.dump(store.connection) == before


def test_a_text_that_a_laptop_held_first_is_published_by_the_centre_all_the_same(
    tmp_path: Path, files: list[Path]
) -> None:
    """Published or pinned before the laptop joined, it is no decision of the centre, which may still take it."""
    texts = read_texts(files)
    with centre_at(tmp_path / "centre") as centre, workspace(tmp_path / "a") as early:
        publish_here(early, texts)
        enrol(early, centre.url, centre.code("*"))
        assert Forms(early).params()["offline_end"] != "20:00"
        sync(early)
        assert publish.published_before(centre.storage)[1].params["offline_end"] != "20:00"
        assert publish.publish(centre.storage, Publication(texts=texts)).entries == 3
        assert publish.publish(centre.storage, Publication(texts=texts)).entries == 0
        with laptop(tmp_path / "b", centre, "*") as other:
            for store in (early, other):
                sync(store)
                assert Forms(store).params()["offline_end"] == "20:00"


def test_a_laptop_with_a_centre_has_no_texts_of_its_own(tmp_path: Path, files: list[Path]) -> None:
    """It is refused, with what to do; an inspection there is judged by the centre's values."""
    with centre_at(tmp_path / "centre") as centre, laptop(tmp_path / "a", centre, "*") as store:
        with pytest.raises(Refusal) as caught:
            publish_here(store, read_texts(files))
        assert (caught.value.code, "central publish" in str(caught.value.hint)) == ("office.centre", True)
        assert Forms(store).params()["offline_end"] == shipped().params["offline_end"]


def test_a_pack_of_a_laptop_alone_is_not_assigned(tmp_path: Path) -> None:
    """The centre has to publish it: other laptops would not take it."""
    pack = shipped().packs["night-patrol"]
    text = shipped().sources[pack.sha256].decode("utf-8").replace("pack: night-patrol", "pack: own-pack", 1)
    path = named(tmp_path, text)
    wanted = Publication(assignments=[Assignment("county", "training", "own-pack")])
    with centre_at(tmp_path / "centre") as centre, workspace(tmp_path / "a") as early:
        publish_here(early, read_texts([path]))
        enrol(early, centre.url, centre.code("*"))
        sync(early)
        with pytest.raises(NotFound) as caught:
            publish.publish(centre.storage, wanted)
        assert caught.value.code == "pack.unknown"
        publish.publish(centre.storage, Publication(texts=read_texts([path])))
        assert publish.publish(centre.storage, wanted).entries == 1


def test_what_a_conclusion_hands_on_is_nobodys_decision(tmp_path: Path, files: list[Path]) -> None:
    """Texts that go along with an inspection are read by their hash, and count for nothing else; not even here."""
    with workspace(tmp_path / "a") as store:
        publish_here(store, read_texts(files))
        conclude(store, start_inspection(store).id)
        kinds = ("pack", "checklist", "parameters", "calendar", "register")
        assert {text.code for kind in kinds for text in Forms(store).published(kind)} == {
            "county",
            "school",
            "law",
        }
        shipped_text = next(iter(shipped().rules))
        assert store.connection.execute(
            "SELECT device FROM form WHERE sha256 = ?", (shipped_text.sha256,)
        ).fetchone() == ("",)
