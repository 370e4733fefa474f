"""Narrow terminals, long helps, old messages, letters on the first screen."""

from textual.widgets import Input

from inspector.store.workspace import Store
from inspector.text import width
from tests.ui.ui_world import begin, keys, kind, message_of, screens, text_of, top, until


async def test_a_narrow_terminal_cuts_neither_forms_nor_questions(county: Store) -> None:
    """At 60 x 20 nothing is wider than the screen, and names keep most of a line."""
    begin(county, "样例甲", "样例乙")
    async with screens(county, size=(60, 20)) as pilot:
        assert "上海老盛昌" in text_of(pilot.app)
        assert all(width(line) <= 60 for line in text_of(pilot.app).splitlines())
        await keys(pilot, "f4")
        assert pilot.app.screen.query_one("#form").region.right <= 60


async def test_the_help_shows_every_sentence_to_its_end(county: Store) -> None:
    """No sentence of the help ends in a cut, also where it is longer than the line."""
    begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await keys(pilot, "enter", "f1")
        await until(pilot, lambda: kind(pilot) == "HelpScreen")
        assert ".." not in "".join(line[28:] for line in text_of(pilot.app, "#keys").splitlines())


async def test_an_old_refusal_goes_with_the_next_key(county: Store) -> None:
    """A refusal stands until something else is done, and not longer."""
    begin(county, "样例甲", "样例乙")
    async with screens(county) as pilot:
        await keys(pilot, "enter", "9")
        assert "【未成】" in message_of(pilot.app)
        await keys(pilot, "down")
        assert message_of(pilot.app) == ""


async def test_letters_on_the_first_screen_search(county: Store) -> None:
    """Typing initials there finds the site, letter by letter, with no key before it."""
    async with screens(county) as pilot:
        await keys(pilot, "cg", "enter")
        assert top(pilot).query_one("#search", Input).value == "cg"
        assert "晨光" in text_of(pilot.app)
        assert "老盛昌" not in text_of(pilot.app)
