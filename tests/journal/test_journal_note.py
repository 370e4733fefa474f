"""Signed notes, checkpoints and cosignatures as other programs write and read them."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.journal.canonical import MalformedError
from inspector.journal.keys import SigningKey
from inspector.journal.note import (
    COSIGNATURE_V1,
    ED25519,
    Cosignature,
    VerifierKey,
    add_line,
    checkpoint_text,
    cosign,
    format_vkey,
    parse_checkpoint,
    parse_note,
    parse_vkey,
    sign_note,
    verify_cosignature,
    verify_note,
)

# The example of the reference implementation of signed notes.
NEUMANN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NEUMANN_SECRET = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
NEUMANN_TEXT = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
)
NEUMANN_LINE = (
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
KEY = SigningKey.from_seed(b"\x11" * 32)
WITNESS = SigningKey.from_seed(b"\x22" * 32)
TEXT = checkpoint_text("example.org/log", 3, b"\x01" * 32)
VKEY = VerifierKey("example.org/log", ED25519, KEY.public)
WITNESS_VKEY = VerifierKey("example.org/witness", COSIGNATURE_V1, WITNESS.public)


def test_the_reference_note_is_reproduced_and_verified() -> None:
    """Key, key hash, signature and line are byte for byte those of the reference implementation."""
    key = SigningKey.from_seed(base64.b64decode(NEUMANN_SECRET)[1:])
    vkey = parse_vkey(NEUMANN)
    assert (vkey.name, vkey.kind, vkey.public) == ("PeterNeumann", ED25519, key.public)
    assert format_vkey(vkey) == NEUMANN
    note = f"{NEUMANN_TEXT}\n{NEUMANN_LINE}"
    assert sign_note(NEUMANN_TEXT, "PeterNeumann", key) == note
    assert verify_note(note, vkey) == NEUMANN_TEXT


def test_a_checkpoint_is_three_lines() -> None:
    """Origin, size, root in base64, each with its newline; reading gives them back."""
    assert TEXT == "example.org/log\n3\nAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n"
    found = parse_checkpoint(TEXT)
    assert (found.origin, found.size, found.root) == ("example.org/log", 3, b"\x01" * 32)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        TEXT[:-1],
        TEXT + "\n",
        TEXT + "extension\n",
        TEXT.replace("\n3\n", "\n03\n"),
        TEXT.replace("\n3\n", "\n-3\n"),
        TEXT.replace("\n3\n", "\n3 \n"),
        TEXT.replace("\n3\n", "\n\uff13\n"),
        TEXT.replace("\n3\n", "\n" + "9" * 5000 + "\n"),
        TEXT.replace("E=", "F="),
        TEXT.replace("AQEB", "AQE-", 1),
        TEXT.replace("example", "exa mple"),
        TEXT.replace("example", "exa+mple"),
        TEXT.replace("\n", "\r\n"),
    ],
)
def test_other_texts_are_no_checkpoint(text: str) -> None:
    """One checkpoint has one text: no zeros before, no other digits, no loose bits in base64."""
    with pytest.raises(MalformedError):
        parse_checkpoint(text)


def test_impossible_checkpoints_are_not_written() -> None:
    """An origin must be one word without "+", a size natural, a root 32 bytes."""
    for origin, size, root in [
        ("", 1, b"x" * 32),
        ("a b", 1, b"x" * 32),
        ("a", -1, b"x" * 32),
        ("a", 1, b"x"),
    ]:
        with pytest.raises(MalformedError):
            checkpoint_text(origin, size, root)


@given(st.integers(0, len(NEUMANN) - 1), st.characters(min_codepoint=32, max_codepoint=126))
def test_a_mangled_vkey_is_refused(at: int, char: str) -> None:
    """The key hash guards name, kind and key against slips of copying."""
    mangled = NEUMANN[:at] + char + NEUMANN[at + 1 :]
    if mangled != NEUMANN:
        with pytest.raises(MalformedError):
            parse_vkey(mangled)


@pytest.mark.parametrize(
    "text", ["", "+", "a+b", "a+00000000+", "a+00000000+AQ==", NEUMANN[:-4], NEUMANN + "\n"]
)
def test_a_short_vkey_is_refused(text: str) -> None:
    """A part that lacks is a refusal, not a crash."""
    with pytest.raises(MalformedError):
        parse_vkey(text)


def test_a_cosignature_is_over_time_and_text() -> None:
    """The message is the fixed header, the time line and the text; the line holds the time in 8 bytes before it."""
    signed = cosign(TEXT, "example.org/witness", WITNESS, 1_793_900_000)
    assert signed.signature == WITNESS.sign(b"cosignature/v1\ntime 1793900000\n" + TEXT.encode())
    assert signed.to_bytes() == (1_793_900_000).to_bytes(8, "big") + signed.signature
    assert Cosignature.from_bytes(signed.to_bytes()) == signed
    assert verify_cosignature(TEXT, WITNESS.public, signed)
    assert not verify_cosignature(TEXT, KEY.public, signed)
    assert not verify_cosignature(TEXT.replace("3", "4", 1), WITNESS.public, signed)
    assert not verify_cosignature(TEXT, WITNESS.public, Cosignature(1_793_900_001, signed.signature))
    assert not verify_cosignature(TEXT, WITNESS.public, Cosignature(-1, signed.signature))


def test_a_signature_is_no_cosignature_and_the_other_way() -> None:
    """The two kinds sign different messages: one cannot stand for the other."""
    signed = cosign(TEXT, "w", WITNESS, 5)
    assert not verify_cosignature(TEXT, WITNESS.public, Cosignature(5, WITNESS.sign(TEXT.encode())))
    as_ed25519 = VerifierKey("w", ED25519, WITNESS.public)
    with pytest.raises(MalformedError, match="not valid"):
        verify_note(add_line(f"{TEXT}\n", as_ed25519, signed.signature), as_ed25519)


def test_a_note_with_many_lines_is_verified_by_each_of_its_keys() -> None:
    """Lines of other keys are ignored, even with our name or our hash."""
    signed = cosign(TEXT, "example.org/witness", WITNESS, 7)
    note = add_line(sign_note(TEXT, "example.org/log", KEY), WITNESS_VKEY, signed.to_bytes())
    stranger = SigningKey.from_seed(b"\x33" * 32)
    note = add_line(note, VerifierKey("example.org/log", ED25519, stranger.public), b"x" * 64)
    assert verify_note(note, VKEY) == TEXT
    assert verify_note(note, WITNESS_VKEY) == TEXT
    assert len(parse_note(note).signatures) == 3
    with pytest.raises(MalformedError, match="not signed by this key"):
        verify_note(note, VerifierKey("example.org/other", ED25519, KEY.public))


def test_a_line_in_our_name_that_does_not_verify_spoils_the_note() -> None:
    """A note with a good and a bad line of the same key is refused."""
    note = add_line(sign_note(TEXT, "example.org/log", KEY), VKEY, b"\x00" * 64)
    with pytest.raises(MalformedError, match="not valid"):
        verify_note(note, VKEY)
    short = add_line(f"{TEXT}\n", WITNESS_VKEY, b"\x00" * 8)
    with pytest.raises(MalformedError, match="not valid"):
        verify_note(short, WITNESS_VKEY)


@given(st.data())
def test_a_changed_note_never_verifies_as_another_text(data: st.DataObject) -> None:
    """Whatever character is changed: the note is refused, or says the same."""
    note = sign_note(TEXT, "example.org/log", KEY)
    at = data.draw(st.integers(0, len(note) - 1))
    changed = note[:at] + data.draw(st.characters(codec="utf-8")) + note[at + 1 :]
    try:
        assert verify_note(changed, VKEY) == TEXT
    except MalformedError:
        return


@pytest.mark.parametrize(
    "note",
    [
        "",
        TEXT,
        f"{TEXT}\n",
        f"{TEXT}\n— a\n",
        f"{TEXT}\n— a AAAA\n",
        f"{TEXT}\n- a AAAAAAAA\n",
        f"{TEXT}\n— a AAAAAAAA",
        f"{TEXT}\n— a AAAAAAA\n",
        f"{TEXT}\n— a AAAAAAF=\n",
        f"{TEXT}\n— a  AAAAAAAA\n",
        f"tab\there\n\n{NEUMANN_LINE}",
        f"\n\n{NEUMANN_LINE}",
        "x" * 70_000,
    ],
)
def test_what_is_no_note_is_refused(note: str) -> None:
    """Blank line, dash, name and base64 must be exactly there."""
    with pytest.raises(MalformedError):
        parse_note(note)


def test_what_cannot_be_read_is_not_signed() -> None:
    """A text without a newline at its end, or a name with a blank, is refused before signing."""
    for text, name in [
        ("no newline", "a"),
        ("", "a"),
        ("\n", "a"),
        ("bell\x07\n", "a"),
        (TEXT, "a b"),
        (TEXT, ""),
    ]:
        with pytest.raises(MalformedError):
            sign_note(text, name, KEY)
        with pytest.raises(MalformedError):
            cosign(text, name, KEY, 1)
    with pytest.raises(MalformedError, match="time"):
        cosign(TEXT, "a", KEY, -1)
    with pytest.raises(MalformedError, match="cosignature"):
        Cosignature.from_bytes(b"\xff" * 72)
