"""C2SP tlog-policy: what is one, and when it is met; both readers agree."""

import pytest

from inspector.casefile import verify
from inspector.casefile.policy import parse_policy
from inspector.journal.canonical import MalformedError
from inspector.journal.note import COSIGNATURE_V1, ED25519, VerifierKey, format_vkey
from tests.casefile.casefile_world import CENTRE, key_of

LOG = format_vkey(VerifierKey("example.com/log", ED25519, CENTRE.public))
KEYS = {name: format_vkey(VerifierKey(f"w/{name}", COSIGNATURE_V1, key_of(name).public)) for name in "abcd"}
WITNESSES = "".join(f"witness {name} {KEYS[name]}\n" for name in "abcd")
TWO_LEVELS = f"log {LOG}\n{WITNESSES}group x 2 a b\ngroup y any c d\ngroup z all x y\nquorum z\n"


@pytest.mark.parametrize(
    ("names", "met"),
    [
        ("", False),
        ("ab", False),
        ("ac", False),
        ("abc", True),
        ("abd", True),
        ("cd", False),
        ("abcd", True),
        ("e", False),
    ],
)
def test_groups_of_groups_are_met_by_their_members(names: str, met: bool) -> None:
    """The example of the specification: two of X, one of Y."""
    policy, other = parse_policy(TWO_LEVELS), verify.Policy(TWO_LEVELS)
    assert policy.is_met(set(names)) == met
    assert (other.quorum in other.content(set(names))) == met


@pytest.mark.parametrize(
    "text",
    [
        f"quorum none\n# a comment\n\n  \tlog {LOG} https://example.com \n",
        f"{WITNESSES}quorum a\n",
        f"witness a\t{KEYS['a']} https://example.com\nquorum a\n",
    ],
)
def test_what_the_format_allows_is_read(text: str) -> None:
    """Comments, blank lines, addresses, tabs, a quorum of one witness."""
    assert parse_policy(text).quorum == verify.Policy(text).quorum


@pytest.mark.parametrize(
    "text",
    [
        "", "\n", "quorum none", "quorum a\n", "quorum none\nquorum none\n", "quorum\n", "quorum none none\n", "more x\nquorum none\n",
        f"log {LOG}\nlog {LOG}\nquorum none\n", f"log {KEYS['a']}\nquorum none\n", f"witness a {LOG}\nquorum a\n",
        f"witness a {KEYS['a']}\nwitness b {KEYS['a']}\nquorum a\n", f"witness none {KEYS['a']}\nquorum none\n",
        f"witness a {KEYS['a']}\nwitness a {KEYS['b']}\nquorum a\n", f"{WITNESSES}group g any\nquorum a\n",
        f"{WITNESSES}group g 3 a b\nquorum g\n", f"{WITNESSES}group g 0 a b\nquorum g\n", f"{WITNESSES}group g 01 a b\nquorum g\n",
        f"{WITNESSES}group g any a a\nquorum g\n", f"{WITNESSES}group g any a\ngroup h any a\nquorum g\n",
        f"{WITNESSES}group g any h\nquorum g\n", f"{WITNESSES}group g any g\nquorum g\n", f"{WITNESSES}group a any b\nquorum a\n",
        f"{WITNESSES}group none any b\nquorum none\n", f"{WITNESSES}group g any none\nquorum g\n", "quorum none\r\n",
        f"witness a {KEYS['a'][:-1]}\nquorum a\n", "witness a\nquorum none\n", "log\nquorum none\n", "log a+b\nquorum none\n",
    ],
)  # fmt: skip
def test_what_is_no_policy_is_refused_by_both(text: str) -> None:
    """Anything else is no policy: nothing is guessed."""
    with pytest.raises(MalformedError):
        parse_policy(text)
    with pytest.raises(ValueError):  # noqa: PT011
        verify.Policy(text)
