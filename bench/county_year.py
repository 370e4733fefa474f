"""A year of an invented county as entries: sites that change, patrols, visits, items and their steps, papers, tips, schools.

Written straight into the journal, many to a transaction, each at its own time; the services that would decide on each are
left out, as they are measured elsewhere. What is made depends on the seed alone.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from inspector.domain.entries import Draft, Ref, Stamp
from inspector.domain.finding import finding_id
from inspector.domain.ids import derived_id
from inspector.domain.when import CHINA
from inspector.journal.entry import SALT_BYTES, seal
from inspector.store import log, projections
from inspector.store.engine import immediate
from inspector.store.workspace import Store

ITEMS = ("T-LIC-01", "T-AD-02", "T-AD-03", "T-AD-04", "T-SAF-03", "T-FEE-02", "T-STF-01")
SCHOOL_ITEMS = ("C-HW-01", "C-HW-02", "C-HW-03", "C-HW-05", "C-CU-04", "C-EX-01", "C-EX-04", "C-AS-01")
DEPARTMENTS = ("education", "market", "enforcement", "police")
PAPERS = (
    "order_to_correct",
    "suspension_notice",
    "signboard_notice",
    "rectification_notice",
    "on_site_record",
)
_AT_ONCE = 4_000


@dataclass
class _Clock:
    """A clock that is set to the time of each entry."""

    wall: int = 0
    chance: random.Random = field(default_factory=random.Random)

    def stamp(self) -> Stamp:
        """The time it was set to."""
        return Stamp(self.wall, 480, "0" * 16, self.wall)

    def random(self, size: int) -> bytes:
        """Bytes of the seed."""
        return self.chance.randbytes(size)


@dataclass(frozen=True)
class Size:
    """How much happens in a year. `years` many counties lie side by side where it is more than one."""

    sites: int = 300
    schools: int = 60
    grids: int = 12
    visits: int = 1_200
    tips: int = 120
    officers: int = 16


@dataclass(frozen=True)
class _Fact:
    wall: int
    draft: Draft
    name: str = ""
    after: tuple[str, ...] = ()
    """`name`: under which a later fact replaces it; `after`: those that it replaces."""


def _ms(day: date, hour: int = 10, minute: int = 0) -> int:
    return int(datetime(day.year, day.month, day.day, hour, minute, tzinfo=CHINA).timestamp()) * 1000


class Year:
    """The facts of one county's year; `number` keeps the names of several apart."""

    def __init__(self, seed: int, size: Size, first: date, days: int = 365, number: int = 0) -> None:
        self.chance = random.Random(f"{seed}/{number}")
        self.size, self.first, self.days, self.number = size, first, days, number
        self.grids = [f"g-{number}x{one}" for one in range(size.grids)]
        self.officers = [derived_id("o", str(number), str(one)) for one in range(size.officers)]
        self.sites = [derived_id("s", str(number), str(one)) for one in range(size.sites)]
        self.schools = [derived_id("s", str(number), "school", str(one)) for one in range(size.schools)]
        self._school_set = frozenset(self.schools)
        self.places: dict[str, str] = {}

    def day(self, least: int = 0) -> date:
        """A day of the year, at least so many after its first."""
        return self.first + timedelta(days=self.chance.randint(least, max(least, self.days - 1)))

    def facts(self) -> list[_Fact]:
        """All of them in the order of their times."""
        found = [*self._office(), *self._sites(), *self._patrols(), *self._tips()]
        return sorted(found, key=lambda fact: fact.wall)

    def _office(self) -> Iterator[_Fact]:
        wall = _ms(self.first, 0, 1)
        for place, grid in enumerate(self.grids):
            data = {
                "code": f"{self.number}-{place}",
                "name": f"样例网格{place}",
                "lead_unit": "样例单位" if place % 5 else "",
            }
            yield _Fact(
                wall, Draft("grid.recorded", grid, "county", {**data, "lead_person": "", "phone": ""})
            )
        for place, officer in enumerate(self.officers):
            data = {
                "name": f"样例{place}", "department": ("教体局", "市场监管局", "行政执法局", "某某单位")[place % 4],
                "certificate": f"样例-{self.number}-{place}", "certificate_until": "",
                "standing": "school_inspector" if place % 8 == 7 else "officer", "duty": "",
            }  # fmt: skip
            yield _Fact(wall, Draft("officer.recorded", officer, "county", data))

    def _sites(self) -> Iterator[_Fact]:
        chance, wall = self.chance, _ms(self.first, 0, 5)
        for place, site in enumerate(self.sites):
            grid = self.places[site] = chance.choice(self.grids)
            about: dict[str, Any] = {
                "kind": "training", "name": f"样例机构{self.number}-{place}", "grid": grid, "status": "open",
                "category_class": chance.choice(["subject", "subject", "non_subject", "daycare", "unknown"]),
                "permit_state": chance.choice(["held", "none", "held", "unclear"]),
                "registration_state": chance.choice(["business", "civil", "none", "business"]),
            }  # fmt: skip
            yield _Fact(
                wall, Draft("site.recorded", site, grid, {"facts": about, "origin": "registry"}), f"{site}/0"
            )
            yield from self._changes(site, grid)
        stages = ("小学", "初中", "九年一贯制学校", "完全中学", "高级中学")
        for place, site in enumerate(self.schools):
            grid = self.places[site] = chance.choice(self.grids)
            facts: dict[str, Any] = {
                "kind": "campus", "name": f"样例学校{self.number}-{place}", "grid": grid, "status": "open",
                "stage": chance.choice(stages), "students": chance.randint(80, 3_000),
            }  # fmt: skip
            yield _Fact(
                wall, Draft("site.recorded", site, grid, {"facts": facts, "origin": "registry"}), f"{site}/0"
            )

    def _changes(self, site: str, grid: str) -> Iterator[_Fact]:
        day, earlier = self.first, [f"{site}/0"]
        for step in range(self.chance.choice([0, 0, 0, 1, 1, 2])):
            day += timedelta(days=self.chance.randint(1, 200))
            if (day - self.first).days >= self.days:
                return
            facts = self.chance.choice(
                [{"status": "closed"}, {"status": "closed"}, {"status": "transformed"}, {"status": "open"},
                 {"category_class": "non_subject"}, {"permit_state": "none"}]
            )  # fmt: skip
            # What it does not name stands: replacing a record takes away only what both say.
            change = Draft("site.recorded", site, grid, {"facts": facts, "origin": "registry"})
            yield _Fact(_ms(day), change, f"{site}/{step + 1}", tuple(earlier))
            earlier.append(f"{site}/{step + 1}")

    def _patrols(self) -> Iterator[_Fact]:
        left, number = self.size.visits, 0
        while left > 0:
            count = min(left, self.chance.randint(1, 8))
            left -= count
            number += 1
            yield from self._patrol(number, count)

    def _patrol(self, number: int, count: int) -> Iterator[_Fact]:
        chance, day = self.chance, self.day(1)
        hour = chance.choice([9, 14, 19, 20, 21, 23])
        people = chance.sample(self.officers, chance.randint(2, 4))
        helpers = chance.sample([one for one in self.officers if one not in people], chance.randint(0, 2))
        patrol = derived_id("p", str(self.number), str(number)) if chance.random() < 0.8 else ""
        if patrol:
            data = {"officers": people, "helpers": helpers, "occasion": "night" if hour > 18 else "day"}
            yield _Fact(_ms(day, hour), Draft("patrol.started", patrol, "county", data))
        for place in range(count):
            school = chance.random() < 0.2
            site = chance.choice(self.schools if school else self.sites)
            name = derived_id("i", str(self.number), str(number), str(place))
            started = _ms(day, hour) + (place * 25 + 5) * 60_000
            yield from self._visit(name, site, started, (people, helpers, patrol))

    def _visit(
        self, name: str, site: str, started: int, team: tuple[list[str], list[str], str]
    ) -> Iterator[_Fact]:
        people, helpers, patrol = team
        chance, scope = self.chance, self.places[site]
        pin = {"code": "night-patrol", "version": "2026.1", "sha256": "0" * 64}
        data = {
            "site": site,
            "pack": pin,
            "checklists": [pin],
            "officers": people,
            "helpers": helpers,
            "patrol": patrol,
        }
        yield _Fact(started, Draft("inspection.started", name, scope, data))
        school = site in self._school_set
        findings = []
        asked = SCHOOL_ITEMS if school else chance.sample(ITEMS, chance.randint(0, 3))
        for place, item in enumerate(asked):
            if school and chance.random() < 0.15:
                continue
            wall = started + (place + 1) * 60_000
            value: Any = (
                chance.randint(0, 9)
                if item in ("T-AD-03", "C-AS-01")
                else f"{chance.randint(1, 400)}.5"
                if item == "T-AD-04"
                else "yes"
            )
            yield _Fact(wall, Draft("inspection.answered", name, scope, {"item": item, "value": value}))
            if item == "T-AD-04" and chance.random() < 0.5:
                yield _Fact(
                    wall,
                    Draft("inspection.answered", name, scope, {"item": "T-AD-04A", "value": "estimated"}),
                )
            if not school or chance.random() < 0.2:
                findings.append(item)
                yield _Fact(wall, self._finding(name, site, item, value))
        if school and chance.random() < 0.7:
            for item, value in (("C-AS-09", 500), ("C-AS-09A", chance.randint(200, 500))):
                yield _Fact(
                    started + 60_000,
                    Draft("inspection.answered", name, scope, {"item": item, "value": value}),
                )
        end = started + 15 * 60_000
        fate = chance.random()
        if fate < 0.03:
            yield _Fact(end, Draft("inspection.voided", name, scope, {"reason": "样例：重复建档"}))
        elif fate < 0.95:
            ids = [finding_id(name, item) for item in findings]
            yield _Fact(end, Draft("inspection.concluded", name, scope, {"findings": ids, "entries": 3}))
            for item in findings:
                yield from self._steps(name, site, item, end)

    def _finding(self, inspection: str, site: str, item: str, value: Any) -> Draft:
        data = {
            "inspection": inspection, "site": site, "item": item, "question": f"样例问题 {item}", "question_en": f"sample {item}",
            "value": value, "reason": "样例事实", "reason_en": "sample", "lead": self.chance.choice(DEPARTMENTS), "basis": [],
            "severity": self.chance.randint(1, 4), "measure": "限期改正", "deadline_days": 7, "due": "2026-12-31", "note": "",
        }  # fmt: skip
        return Draft("finding.recorded", finding_id(inspection, item), self.places[site], data)

    def _steps(self, inspection: str, site: str, item: str, end: int) -> Iterator[_Fact]:
        chance, name, scope = self.chance, finding_id(inspection, item), self.places[site]
        paper = derived_id("w", inspection, item)
        day = datetime.fromtimestamp(end / 1000, CHINA).date()
        path = self._path()
        before: tuple[str, ...] = ()
        due = ""
        for place, (action, to) in enumerate(path):
            data: dict[str, Any] = {"action": action, "to": to, "day": day.isoformat()}
            if action in ("notify", "notify_again"):
                due = (day + timedelta(days=chance.choice([3, 7, 15]))).isoformat()
                data |= {"until": due, "paper": paper, "on": day.isoformat()}
                if action == "notify":
                    yield from self._paper(paper, (site, inspection, name), due, day)
            if action == "submit":
                data["late"] = day.isoformat() > due
            if action == "transfer":
                data["department"] = "police"
            wall = max(_ms(day, 11, place % 60), end + 60_000 * (place + 1))
            key = f"{name}/{place}"
            yield _Fact(wall, Draft("rectification.moved", name, scope, data), key, before)
            before = (key,)
            day += timedelta(days=chance.choice([0, 1, 2, 4, 9, 30]))
            if (day - self.first).days >= self.days:
                return

    def _path(self) -> list[tuple[str, str]]:
        closing = [("endorse", "passed"), ("close", "closed")]
        after: list[tuple[str, str]] = self.chance.choice(
            [
                [],
                [("look_back", "look_back"), ("keep", "archived")],
                [("look_back", "look_back"), ("relapse", "relapsed")],
            ]
        )
        review = [("submit", "submitted"), ("plan_review", "review")]
        noticed = [("notify", "noticed")]
        path = self.chance.choice(
            [
                [],
                [("correct", "on_spot"), ("endorse", "on_spot"), ("close", "closed"), *after],
                [("correct", "on_spot"), ("send_back", "open"), *noticed],
                [*noticed, *review, ("pass", "passed"), *closing, *after],
                [
                    *noticed,
                    *review,
                    ("fail", "failed"),
                    ("notify_again", "noticed"),
                    *review,
                    ("pass", "passed"),
                    *closing,
                ],
                [*noticed, ("escalate", "escalated")],
                noticed,
                [("void", "voided")],
                [("transfer", "transferred")],
                [*noticed, ("open_case", "cased")],
            ]
        )
        return path[: self.chance.randint(0, len(path))] if self.chance.random() < 0.2 else path

    def _paper(self, paper: str, about: tuple[str, str, str], due: str, day: date) -> Iterator[_Fact]:
        site, inspection, item = about
        chance, scope = self.chance, self.places[site]
        data = {
            "kind": chance.choice(PAPERS), "authority": chance.choice(DEPARTMENTS), "year": day.year, "prefix": "样例", "word": "责改",
            "items": [item], "site": site, "inspection": inspection, "data": {}, "due": due,
        }  # fmt: skip
        data["number"] = 1 + int.from_bytes(paper.encode()[-3:], "big") % 90_000
        yield _Fact(_ms(day, 11), Draft("paper.issued", paper, scope, data), f"{paper}/0")
        service = {"method": "personal", "date": day.isoformat(), "receiver": "样例"}
        yield _Fact(_ms(day, 11, 5), Draft("paper.served", paper, scope, service))
        if chance.random() < 0.04:
            yield _Fact(_ms(day, 16), Draft("paper.voided", paper, scope, {"reason": "样例：写错了"}))

    def _tips(self) -> Iterator[_Fact]:
        chance = self.chance
        for number in range(self.size.tips):
            tip, day = derived_id("t", str(self.number), str(number)), self.day(1)
            site = chance.choice(self.sites)
            scope = self.places[site]
            data = {
                "channel": chance.choice(["phone", "mailbox", "grid_worker"]), "content": "样例线索", "received": day.isoformat(),
                "named": chance.random() < 0.3, "site": site,
            }  # fmt: skip
            yield _Fact(_ms(day, 8), Draft("tip.recorded", tip, scope, data))
            if chance.random() < 0.8:
                given = {"department": "education"}
                yield _Fact(_ms(day, 9), Draft("tip.assigned", tip, scope, given))
            answered = day + timedelta(days=chance.randint(1, 40))
            if chance.random() < 0.7 and (answered - self.first).days < self.days:
                reply = {
                    "outcome": chance.choice(["confirmed", "unfounded"]), "text": "样例", "date": answered.isoformat(),
                    "told": chance.random() < 0.5,
                }  # fmt: skip
                yield _Fact(_ms(answered, 9), Draft("tip.answered", tip, scope, reply))
            if chance.random() < 0.05:
                yield _Fact(_ms(day, 12), Draft("tip.voided", tip, scope, {"reason": "样例：重复登记"}))


def write(store: Store, year: Year) -> int:
    """Write a year into the journal of this laptop, in one transaction that projects every aggregate once; how many entries."""
    clock = _Clock(chance=random.Random(year.number))
    facts = year.facts()
    known: dict[str, Ref] = {}
    with immediate(store.connection):
        tree = log.own_tree(store.connection)
        for start in range(0, len(facts), _AT_ONCE):
            sealed = []
            for fact in facts[start : start + _AT_ONCE]:
                ref, draft = Ref(store.device, tree.size + 1), fact.draft
                if fact.after:
                    draft = replace(draft, replaces=tuple(known[one] for one in fact.after))
                if fact.name:
                    known[fact.name] = ref
                clock.wall = fact.wall
                entry = seal(draft, ref=ref, actor="", time=clock.stamp(), salt=clock.random(SALT_BYTES))
                tree.append(entry.hash)
                sealed.append(entry)
            log.insert_page(store.connection, sealed)
        store.connection.execute(
            "INSERT OR REPLACE INTO own_log (one, size, frontier) VALUES (1, ?, ?)",
            (tree.size, tree.to_bytes()),
        )
        projections.refresh(store.connection, dict.fromkeys(fact.draft.aggregate for fact in facts))
    return len(facts)
