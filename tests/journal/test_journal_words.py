"""Fingerprints for people: the same bits as letters and as words."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

from inspector.journal.word_list import WORDS
from inspector.journal.words import ALPHABET, fingerprint, seal_link, words


def test_the_list_is_1024_distinct_words() -> None:
    """1024 words of two Chinese characters, none twice, and none that sounds like another when it is read out."""
    assert len(WORDS) == len(set(WORDS)) == 1024
    assert all(
        len(word) == 2 and all(unicodedata.name(sign).startswith("CJK UNIFIED") for sign in word)
        for word in WORDS
    )
    assert len({tuple(lazy_pinyin(word)) for word in WORDS}) == 1024
    assert (WORDS[0], WORDS[1], WORDS[-1]) == ("春天", "夏天", WORDS[1023])


def test_known_fingerprints() -> None:
    """The form is fixed: letters, groups, words."""
    assert fingerprint(bytes(32)) == "0000-0000-0000-0000"
    assert fingerprint(b"\xff" * 32) == "ZZZZ-ZZZZ-ZZZZ-ZZZZ"
    assert words(bytes(32)) == (WORDS[0],) * 8
    assert words(bytes.fromhex("00401004") + bytes(28)) == (
        WORDS[1],
        WORDS[1],
        *(WORDS[int(bits, 2)] for bits in _rest()),
    )
    assert seal_link("i-aaaaaaaaaaaa", b"\x0f" * 32) == "inspector:seal:i-aaaaaaaaaaaa:" + "0f" * 32


def _rest() -> list[str]:
    bits = f"{int.from_bytes(bytes.fromhex('00401004') + bytes(6), 'big'):080b}"
    return [bits[at : at + 10] for at in range(20, 80, 10)]


@given(st.binary(min_size=10, max_size=40))
def test_letters_and_words_tell_the_same_bits(digest: bytes) -> None:
    """Both lead back to the first ten bytes."""
    number = 0
    for letter in fingerprint(digest).replace("-", ""):
        number = number << 5 | ALPHABET.index(letter)
    spoken = 0
    for word in words(digest):
        spoken = spoken << 10 | WORDS.index(word)
    assert number == spoken == int.from_bytes(digest[:10], "big")
