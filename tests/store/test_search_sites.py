"""Searching sites: by characters, pinyin and initials; nothing typed can break or act on the query."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inspector.services.sites import add_site
from inspector.store import queries
from inspector.store.search import match_expression
from inspector.store.workspace import Store
from tests.workplace import make_store

NAMES = ("启明星培训中心", "启航书画社", "Happy English 虚构分校", "重庆路托管点", "银行家财商班")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Five invented sites."""
    made = make_store(tmp_path_factory.mktemp("search") / "ws")
    for number, name in enumerate(NAMES):
        add_site(made, name=name, address=f"虚构路{number + 1}号")
    return made


def _found(store: Store, text: str) -> list[str]:
    rows = queries.sites(store.connection, search=text)
    assert queries.count_sites(store.connection, search=text) == len(rows)
    return sorted(row.name for row in rows)


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("启明", ["启明星培训中心"]),
        ("启", ["启明星培训中心", "启航书画社"]),
        ("明星", ["启明星培训中心"]),
        ("qiming", ["启明星培训中心"]),
        ("mingxingpei", ["启明星培训中心"]),
        ("qi ming", ["启明星培训中心"]),
        ("qih", ["启航书画社"]),
        ("qmx", ["启明星培训中心"]),
        ("QMX", ["启明星培训中心"]),
        ("happy", ["Happy English 虚构分校"]),
        ("ｈａｐｐｙ", ["Happy English 虚构分校"]),
        ("虚构路3", ["Happy English 虚构分校"]),
        ("启 书画", ["启航书画社"]),
        ("不存在的", []),
        ("", sorted(NAMES)),
        ("   ", sorted(NAMES)),
    ],
)
def test_what_an_officer_types_finds_the_site(store: Store, typed: str, names: list[str]) -> None:
    """Two characters, one character, the initials, part of the address, several words that all must fit."""
    assert _found(store, typed) == names


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_nothing_typed_breaks_the_search(store: Store, typed: str) -> None:
    """Quotes, operators, column names, stars: all are words to look for."""
    _found(store, typed)


@pytest.mark.parametrize(
    "typed", ['"', "a OR b", "characters : x", "NEAR(", "*", "启*", '启" OR "', "--", "^启", "%"]
)
def test_the_language_of_the_index_is_not_the_users(store: Store, typed: str) -> None:
    """What means something to FTS5 means nothing here."""
    _found(store, typed)
    words = match_expression(typed).split('"')[1::2]
    assert all(letter.isalnum() or letter == " " for word in words for letter in word)


def test_a_new_name_is_found_and_the_old_one_is_not(tmp_path: Path) -> None:
    """The index follows the facts, also through a rebuild."""
    from inspector.domain.site import fold_site, record_site

    with make_store(tmp_path / "ws") as store:
        site = add_site(store, name="旧名培训点", address="虚构路1号")
        store.decide(
            lambda view: record_site(
                fold_site(view.entries(site.id))[1],
                aggregate=site.id,
                facts={"name": "新名书社"},
                origin="registry",
            )
        )
        for _ in range(2):
            assert _found(store, "旧名") == []
            assert _found(store, "xmss") == ["新名书社"]
            store.rebuild()
