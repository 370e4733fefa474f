"""Finding a site by what an officer types: Chinese characters, pinyin, or the initials of either.

Two Chinese characters are the usual search, which SQLite's trigram index cannot do; hence characters, syllables and
pairs of initials as words of one index. Polyphones are indexed with their usual readings in phrase and alone.
"""

import functools
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from inspector.domain.tidy import without_excess_marks

_HAN = re.compile(r"[㐀-鿿豈-﫿]")
_WORD = re.compile(r"[0-9a-z]+")
_RUNS = re.compile(r"[\x00-\x7f]+|[^\x00-\x7f]+")
_RUN = 6


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", without_excess_marks(text)).lower()


def _characters(text: str) -> str:
    folded = _folded(text)
    return " ".join(character for character in folded if character.isalnum())


def _syllables(text: str) -> list[str]:
    folded = _folded(text)
    return [syllable for run in _RUNS.findall(folded) for syllable in _syllables_of_run(run)]


# Readings depend on the characters of a phrase only, and phrases come again and again: 培训中心, 路, 号.
@functools.lru_cache(maxsize=16_384)
def _syllables_of_run(run: str) -> tuple[str, ...]:
    if run.isascii():
        return tuple(_WORD.findall(run))
    from pypinyin import lazy_pinyin

    return tuple(part for syllable in lazy_pinyin(run) for part in _WORD.findall(syllable))


def _pairs(initials: str) -> str:
    return " ".join(initials[index : index + 2] for index in range(len(initials) - 1)) or initials


def _initials(syllables: Iterable[str]) -> str:
    return "".join(syllable[0] for syllable in syllables)


def _joined(syllables: Iterable[str]) -> str:
    """Syllables alone and run together from each of them on, so that "qiming" is found as it is typed."""
    found = list(syllables)
    runs = ("".join(found[start : start + _RUN]) for start in range(len(found) - 1))
    return " ".join((*found, *runs))


def index_columns(*texts: str) -> tuple[str, str, str]:
    """What goes into the index for a site: its characters, its syllables, its pairs of initials."""
    syllables = [_syllables(text) for text in texts if text]
    characters = " ".join(_characters(text) for text in texts if text)
    return (
        characters,
        " ".join(_joined(found) for found in syllables),
        " ".join(_pairs(_initials(found)) for found in syllables),
    )


def match_expression(query: str) -> str:
    """The FTS5 expression for what was typed; empty where nothing can be searched. Quoted, so nothing in it acts."""
    clauses = []
    for part in _folded(query).split()[:8]:
        if _HAN.search(part):
            characters = _characters(part)
            if characters:
                clauses.append(f'(characters : "{characters}")')
            continue
        letters = "".join(_WORD.findall(part))[:40]
        if not letters:
            continue
        options = [f'(syllables : "{letters}"*)', f'(characters : "{" ".join(letters)}")']
        if len(letters) > 1:
            options.append(f'(initials : "{_pairs(letters)}")')
        clauses.append("(" + " OR ".join(options) + ")")
    return " AND ".join(clauses)


def reindex(connection: Any, number: int, *texts: str) -> None:
    """Write a site's words anew."""
    connection.execute("DELETE FROM site_search WHERE rowid = ?", (number,))
    connection.execute(
        "INSERT INTO site_search (rowid, characters, syllables, initials) VALUES (?, ?, ?, ?)",
        (number, *index_columns(*texts)),
    )
