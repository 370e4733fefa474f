"""The table of rectification as a whole: nothing is unreachable, nothing a dead end, nothing without its words."""

from dataclasses import replace

from inspector.domain import lifecycle
from inspector.domain.lifecycle import ACTIONS, DUTIES, FINAL, STATES, TABLE, WHO
from inspector.domain.rectification_guard import CHECKS, NEED_WORDS, objections
from tests.domain.rectifying_world import EVERYBODY, FIRST, PHOTO, at, wish


def test_every_state_is_reached_and_none_is_a_dead_end_but_the_final_ones() -> None:
    """From a draft every state can come, and from every other state a final one."""
    leads_to: dict[str, set[str]] = {state: set() for state in STATES}
    for row in TABLE:
        for state in row.sources:
            leads_to[state].add(lifecycle.target(row, state))
    assert all(targets <= set(STATES) for targets in leads_to.values())
    assert {state for state, targets in leads_to.items() if not targets - {state}} == FINAL

    def reached(start: str) -> set[str]:
        found, todo = {start}, [start]
        while todo:
            for state in leads_to[todo.pop()] - found:
                found.add(state)
                todo.append(state)
        return found

    assert reached("draft") == set(STATES)
    assert all(reached(state) & FINAL for state in STATES)


def test_every_check_need_and_word_of_the_table_exists() -> None:
    """Checks are those of the guard, needs have words, who is somebody, every row has both languages and a basis."""
    assert {name for row in TABLE for name in row.checks} == set(CHECKS)
    assert {name for row in TABLE for name in row.needs} == set(NEED_WORDS)
    assert len(ACTIONS) == len(TABLE)
    for row in TABLE:
        assert row.who in WHO
        assert row.words.zh
        assert row.words.en
        assert row.basis
        assert set(row.sources) <= set(STATES)
        assert row.to in {"", "back", *STATES}
        assert bool(row.done_by) is (row.when is not None)
        assert not row.parameter or row.who in DUTIES
    for words in (*STATES.values(), *WHO.values()):
        assert words.zh
        assert words.en
    assert len({words.zh for words in STATES.values()}) == len(STATES)
    assert set(lifecycle.SENT_BACK_TO) == set(ACTIONS["send_back"].sources)


def test_parameters_of_the_table_are_shipped_and_name_its_duties() -> None:
    """Each duty that the county may set is in the shipped parameters, with the table's own duty as its value."""
    from inspector.forms.library import shipped

    values = shipped().params
    for row in TABLE:
        if row.parameter:
            assert lifecycle.duty_of(str(values[row.parameter])) == row.who, row.code
    for name in ("extensions", "rectification_rounds", "look_back_from_days", "look_back_until_days"):
        assert isinstance(values[name], int)


def test_every_refusal_of_every_person_at_every_state_has_both_languages() -> None:
    """Whatever is wished by whomever, each reason is a sentence in Chinese and one in English, and none comes twice."""
    for state in STATES:
        if state in ("merged", "relapsed"):
            continue
        case = at(state)
        for row in TABLE:
            for who in (*EVERYBODY, None):
                found = objections(case.item, replace(wish(row.code), note="", photos=()), who, case.about)
                assert all(one.zh.endswith("。") and one.en.endswith(".") for one in found)
                assert len({one.code for one in found}) == len(found)


def test_photos_of_a_step_are_recorded_before_it() -> None:
    """The step names its photos; their entries are beside it."""
    case = at("open").do(FIRST, "correct")
    assert list(case.item.photos) == [PHOTO["sha256"]]
    assert case.item.path[-1].data["photos"] == [PHOTO["sha256"]]
