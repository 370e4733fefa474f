"""What the county decides, merged: parameters, calendar and law register, shipped ones under published ones.

Texts are laid over each other in one order, and a conclusion names them in that order (`RulePin`), so that it can be
judged by the same values for ever.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from inspector.domain.calendar import Calendar, lay_over
from inspector.domain.checklist import LegalBasis
from inspector.domain.inspection import RulePin
from inspector.domain.office import RULE_KINDS
from inspector.errors import BadInput
from inspector.forms.calendars import read_calendar
from inspector.forms.checklists import read_register
from inspector.forms.library import Library, rule_pin, shipped
from inspector.forms.parameters import Parameter, read_parameters
from inspector.forms.texts import FormText, rule_texts, version_parts


@dataclass(frozen=True, slots=True)
class County:
    """What the county decides.

    Attributes:
        parameters: by name, those that the program ships and those that only the county knows.
        calendar: statutory years, terms and breaks.
        register: legal bases by ref.
        origins: which text each parameter, year and legal basis comes from: kind -> name -> text.
        pins: the texts, each laid over those before it.
    """

    parameters: Mapping[str, Parameter]
    calendar: Calendar
    register: Mapping[str, LegalBasis]
    origins: Mapping[str, Mapping[str, FormText]]
    pins: tuple[RulePin, ...]

    def from_office(self, kind: str, name: str) -> str:
        """The published text that a value comes from ("county@2026.1"); empty where it is the program's own."""
        text = self.origins[kind].get(name)
        own = {pin.sha256 for pin in shipped().rules}
        return "" if text is None or text.sha256 in own else f"{text.code}@{text.version}"

    @property
    def params(self) -> dict[str, Any]:
        """The parameters as rules see them: value by name, None where nobody has decided."""
        return {name: found.value for name, found in self.parameters.items()}


def in_force(library: Library, published: Iterable[FormText]) -> tuple[FormText, ...]:
    """The texts that count now, in the order in which they are laid over each other.

    Of each code the newest version that this program can read. Published texts come over shipped ones; one with the
    shipped code and no higher version comes under it: the program brought a newer one since.
    """
    newest: dict[tuple[str, str], FormText] = {}
    # From the newest on, so that those of the past are not read.
    for text in sorted(published, key=lambda one: version_parts(one.version), reverse=True):
        name = (text.kind, text.code)
        if text.kind in RULE_KINDS and name not in newest and readable(text):
            newest[name] = text
    base = rule_texts(library)
    there = {text.sha256 for text in base}

    def layer(text: FormText) -> tuple[int, int, str]:
        same = [own for own in base if (own.kind, own.code) == (text.kind, text.code)]
        older = any(version_parts(text.version) <= version_parts(own.version) for own in same)
        return RULE_KINDS.index(text.kind), 1 if text.sha256 in there else 0 if older else 2, text.code

    over = [text for text in newest.values() if text.sha256 not in there]
    return tuple(sorted([*base, *over], key=layer))


@dataclass(frozen=True, slots=True)
class Dropped:
    """What an earlier version of a text named and a new one does not, which stands for all of it.

    Attributes:
        text: the new version.
        names: parameters, statutory years, periods ("2026-07-04—2026-08-31 暑假") and legal bases.
    """

    text: FormText
    names: tuple[str, ...]


def dropped(
    library: Library, published: Iterable[FormText], texts: Iterable[FormText]
) -> tuple[Dropped, ...]:
    """What would no longer count if these texts were published over those, for each text that would count."""
    before = tuple(published)
    old = in_force(library, before)
    new = in_force(library, (*before, *texts))
    gone = [one for one in old if one not in new]
    found = [
        Dropped(text, tuple(name for name in _named(earlier) if name not in _named(text)))
        for text in new
        for earlier in gone
        if text not in old and (earlier.kind, earlier.code) == (text.kind, text.code)
    ]
    return tuple(one for one in found if one.names)


def _named(text: FormText) -> tuple[str, ...]:
    found = _read(text)
    if text.kind == "calendar":
        periods = (f"{period.first}—{period.last} {period.name.zh}" for period in found.periods)
        return (*(str(year) for year in found.years), *periods)
    return tuple(found)


@lru_cache(maxsize=256)
def readable(text: FormText, *, typed: bool = True) -> bool:
    """Whether this program can read a text, and it is what it is published as.

    Args:
        typed: whether values of parameters must be of the shipped ones' types.
    """
    try:
        data = text.text.encode("utf-8")
        pin = rule_pin(text.kind, data)
        if typed and text.kind == "parameters":
            read_parameters(data, text.code, shipped().parameters)
        _read(text)
    except (BadInput, KeyError, TypeError):
        return False
    return pin == RulePin(text.kind, text.code, text.version, text.sha256)


@lru_cache(maxsize=256)
def _read(text: FormText) -> Any:
    data, name = text.text.encode("utf-8"), f"{text.code}@{text.version}"
    if text.kind == "parameters":
        return read_parameters(data, name, shipped().parameters, typed=False).values
    if text.kind == "calendar":
        return read_calendar(data, name).calendar
    return read_register(data, name)


@lru_cache(maxsize=32)
def merged(texts: tuple[FormText, ...]) -> County:
    """Lay texts over each other.

    Raises:
        BadInput: one of them cannot be read.
    """
    parameters: dict[str, Parameter] = {}
    calendars: list[Calendar] = []
    register: dict[str, LegalBasis] = {}
    origins: dict[str, dict[str, FormText]] = {kind: {} for kind in RULE_KINDS}
    for text in texts:
        found = _read(text)
        if text.kind == "parameters":
            parameters |= {name: _over(parameters.get(name), value) for name, value in found.items()}
            names: Iterable[str] = found
        elif text.kind == "calendar":
            calendars.append(found)
            names = (str(year) for year in found.years)
        else:
            register |= found
            names = found
        origins[text.kind] |= dict.fromkeys(names, text)
    pins = tuple(RulePin(text.kind, text.code, text.version, text.sha256) for text in texts)
    return County(parameters, lay_over(*calendars), register, origins, pins)


def _over(below: Parameter | None, value: Parameter) -> Parameter:
    """A value over another of its name, which keeps its words where the upper one has none."""
    return value if below is None or value.words.zh else replace(value, words=below.words)
