"""A second, slow counting of the figures: plain Python over all entries, without SQL and without the program's own folds.

It knows the worlds of `bench.county_year` only: no two authors contradict each other there.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from inspector.domain.calendar import Calendar
from inspector.domain.entries import Entry
from tests.services.slow_words import CLOSED, INDICATORS, NOTICES, PUT_RIGHT, SETTLED, ZONE, day_of, hour_of


@dataclass
class Slow:
    """A county as its entries tell it, counted by hand."""

    entries: Iterable[Entry]
    first: str
    last: str
    grid: str
    calendar: Calendar
    counts: dict[str, Any] = field(default_factory=dict)

    def run(self) -> dict[str, Any]:
        self.by: dict[str, list[Entry]] = {}
        for entry in self.entries:
            self.by.setdefault(entry.aggregate, []).append(entry)
        for entries in self.by.values():
            entries.sort(key=lambda entry: entry.ref.seq)
        self.people = {
            name: one[0].data
            for name, one in self.by.items()
            if one[0].type == "officer.recorded" and one[0].data
        }
        self.sites = {
            name: [(day_of(e.time.wall), dict(e.data["facts"])) for e in one if e.data]
            for name, one in self.by.items()
            if one[0].type == "site.recorded"
        }
        self._visits()
        self._turns()
        self._snapshot()
        self._changes()
        self._items()
        self._papers()
        self._tips()
        self._schools()
        return self.counts

    def add(self, code: str, amount: Any = 1) -> None:
        self.counts[code] = self.counts.get(code, 0) + amount

    def inside(self, day: str) -> bool:
        return self.first <= day <= self.last

    def here(self, scope: str) -> bool:
        return self.grid in ("", scope)

    # -- sites -------------------------------------------------------------------------------------------------

    def state(self, site: str, day: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for at, facts in self.sites[site]:
            if at <= day:
                found |= facts
        return found

    @staticmethod
    def quadrant(facts: dict[str, Any]) -> str:
        permit, registration = facts.get("permit_state"), facts.get("registration_state")
        if permit not in ("held", "none"):
            return "unclear"
        pair = (permit == "held", registration in ("business", "civil", "both"))
        return {
            (True, True): "licensed_registered", (True, False): "licensed_unregistered",
            (False, True): "unlicensed_registered", (False, False): "neither",
        }[pair]  # fmt: skip

    def _snapshot(self) -> None:
        for site in self.sites:
            facts = self.state(site, self.last)
            if not facts or not self.here(facts["grid"]) or facts["status"] == "closed":
                continue
            if facts["kind"] == "campus":
                self.add("schools")
                self.add("schools_compulsory", int(self.compulsory(facts)))
                self.add("schools_primary", int("小学" in facts["stage"] or "九年" in facts["stage"]))
                self.add("pupils_compulsory", facts["students"] if self.compulsory(facts) else 0)
                continue
            cls, quadrant = facts["category_class"], self.quadrant(facts)
            if facts["status"] == "transformed" and cls == "subject":
                cls = "unknown"
            self.add("sites")
            self.add(f"sites_{quadrant}")
            if cls in ("subject", "non_subject"):
                self.add(f"sites_{cls}")
                self.add(f"sites_{cls}_{quadrant}")

    @staticmethod
    def compulsory(facts: dict[str, Any]) -> bool:
        return any(word in facts["stage"] for word in ("小学", "初中", "九年", "完全中学"))

    def _changes(self) -> None:
        seen: set[tuple[str, str]] = set()
        for site, told in self.sites.items():
            now = self.state(site, self.last)
            if not now or now["kind"] != "training" or not self.here(now["grid"]):
                continue
            for day in sorted({at for at, _ in told}):
                before = self.state(site, (date.fromisoformat(day) - timedelta(days=1)).isoformat())
                after = self.state(site, day)
                if not before or not self.inside(day):
                    continue
                for code in self._what(before, after, now):
                    if (site, code) not in seen:
                        seen.add((site, code))
                        self.add(code)

    def _what(self, before: dict[str, Any], after: dict[str, Any], now: dict[str, Any]) -> Iterable[str]:
        quadrant, cls = self.quadrant(before), before["category_class"]
        if before["status"] != "closed" and after["status"] == "closed" and now["status"] == "closed":
            yield "closed_all"
            if quadrant == "neither" and cls in ("subject", "non_subject"):
                yield f"cancelled_{cls}"
            if quadrant == "unlicensed_registered" and cls in ("subject", "non_subject"):
                yield f"closed_{cls}"

        def gone(facts: dict[str, Any]) -> bool:
            return facts["status"] in ("closed", "transformed") or facts["category_class"] == "non_subject"

        was = cls == "subject" and before["status"] not in ("closed", "transformed")
        if quadrant == "licensed_registered" and was and gone(after) and gone(now):
            yield "reduced"
            yield "reduced_deregistered" if now["status"] == "closed" else "reduced_turned"

    # -- visits ------------------------------------------------------------------------------------------------

    def kinds(self, wall: int) -> set[str]:
        day = datetime.fromtimestamp(wall / 1000, ZONE).date()
        found = set()
        if hour_of(wall) >= 20 or hour_of(wall) < 6:
            found.add("night")
        year = self.calendar.years.get(day.year)
        if year is not None and any(off.first <= day <= off.last for off in year.off):
            found.add("holiday")
        elif year is not None and day.weekday() >= 5 and day not in year.working:
            found.add("weekend")
        return found

    def _visits(self) -> None:
        self.visits: list[tuple[str, Entry, list[Entry]]] = []
        sites: set[str] = set()
        known: set[str] = set()
        schools: set[str] = set()
        for name, entries in self.by.items():
            start = next((e for e in entries if e.type == "inspection.started"), None)
            if start is None or any(e.type == "inspection.voided" for e in entries):
                continue
            if not self.inside(day_of(start.time.wall)) or not self.here(start.scope):
                continue
            self.visits.append((name, start, entries))
            self.add("visits")
            for kind in self.kinds(start.time.wall):
                self.add(f"visits_{kind}")
            site = (start.data or {})["site"]
            facts = self.state(site, self.last)
            (schools if facts["kind"] == "campus" else sites).add(site)
            if facts["kind"] == "training" and facts["status"] != "closed":
                known.add(site)
            officers = (start.data or {})["officers"]
            if facts["kind"] == "campus" and any(self.inspector(one) for one in officers):
                self.add("supervision_visits")
        self.counts |= {
            "sites_visited": len(sites),
            "schools_visited": len(schools),
            "sites_visited_known": len(known),
        }

    def inspector(self, person: str) -> bool:
        return bool(self.people[person]["standing"] == "school_inspector")

    def _turns(self) -> None:
        alone: set[tuple[str, str, bool]] = set()
        grids: dict[str, set[str]] = {}
        for entries in self.by.values():
            start = next((e for e in entries if e.type == "inspection.started"), None)
            if start is None or any(e.type == "inspection.voided" for e in entries):
                continue
            data = start.data or {}
            if data["patrol"]:
                grids.setdefault(data["patrol"], set()).add(start.scope)
            elif self.inside(day_of(start.time.wall)) and self.here(start.scope):
                alone |= {(day_of(start.time.wall), one, False) for one in data["officers"]}
                alone |= {(day_of(start.time.wall), one, True) for one in data["helpers"]}
        for name, entries in self.by.items():
            if entries[0].type != "patrol.started" or not self.inside(day_of(entries[0].time.wall)):
                continue
            if self.grid and self.grid not in grids.get(name, set()):
                continue
            data = entries[0].data or {}
            self.add("officer_turns", len(set(data["officers"])))
            self.add("helper_turns", len(set(data["helpers"])))
        self.add("officer_turns", sum(not helper for _, _, helper in alone))
        self.add("helper_turns", sum(helper for _, _, helper in alone))

    # -- items -------------------------------------------------------------------------------------------------

    def _items(self) -> None:
        concluded = {
            name: day_of(e.time.wall)
            for name, entries in self.by.items()
            for e in entries
            if e.type == "inspection.concluded"
            and not any(one.type == "inspection.voided" for one in entries)
        }
        sets: dict[str, set[str]] = {"signboards": set(), "advert_sites": set()}
        for entries in self.by.values():
            finding = next((e for e in entries if e.type == "finding.recorded"), None)
            if finding is None or not self.here(finding.scope):
                continue
            data = finding.data or {}
            if data["inspection"] in concluded:
                steps = [e for e in entries if e.type == "rectification.moved"]
                self._item(data, concluded[data["inspection"]], steps, sets)
        self.counts |= {code: len(found) for code, found in sets.items()}

    def _item(self, data: Any, stood: str, steps: list[Entry], sets: dict[str, set[str]]) -> None:
        state, due, noticed, spot, done, handed, late = "open", "", False, False, "", "", stood
        for step in steps:
            told = step.data or {}
            day, action, to = max(told["day"], late), told["action"], told["to"]
            late = day
            if day > self.last:
                break
            if action in ("notify", "notify_again"):
                due, noticed, handed = told["until"], True, ""
            handed = "" if action == "send_back" else day if action == "submit" else handed
            done = (done or day) if to in PUT_RIGHT else ""
            spot = to in PUT_RIGHT and (spot or to == "on_spot")
            state = "rectifying" if to == "noticed" else to
            if day >= self.first:
                self._step(action)
        if stood > self.last or state in ("voided", "merged"):
            return
        self.add("open", int(state not in SETTLED))
        late_by = self.last > due and noticed and state in ("rectifying", "extension", "escalated")
        self.add("overdue", int(late_by))
        if late_by:
            self.add("overdue_days", (date.fromisoformat(self.last) - date.fromisoformat(due)).days)
        if self.inside(stood):
            self.add("found")
            self.add("found_on_the_spot", int(spot))
            self.add("found_noticed", int(noticed and not spot))
            self.add("found_closed", int(state in CLOSED))
        if noticed and self.inside(due):
            self.add("due")
            self.add("due_put_right", int(state in PUT_RIGHT))
            self.add("due_in_time", int(state in PUT_RIGHT and (handed or done) <= due))
        if state in PUT_RIGHT and self.inside(done):
            self._taken_down(data, sets)

    def _step(self, action: str) -> None:
        names = {
            "close": ["closed_items"], "pass": ["reviews_passed"], "fail": ["reviews_failed"], "keep": ["look_backs"],
            "relapse": ["look_backs", "relapses"], "escalate": ["escalated"], "transfer": ["transferred"], "open_case": ["cases"],
        }  # fmt: skip
        for code in names.get(action, ()):
            self.add(code)

    def _taken_down(self, data: Any, sets: dict[str, set[str]]) -> None:
        if data["item"] == "T-AD-02":
            sets["signboards"].add(data["site"])
        if data["item"] == "T-AD-03":
            if data["value"]:
                self.add("advert_boards", data["value"])
            sets["advert_sites"].add(data["site"])
        if data["item"] == "T-AD-04":
            self.add("advert_area", Decimal(data["value"]))

    # -- papers, tips, schools ---------------------------------------------------------------------------------

    def _papers(self) -> None:
        stopped = set()
        for entries in self.by.values():
            issued, served = (
                next((e for e in entries if e.type == kind), None)
                for kind in ("paper.issued", "paper.served")
            )
            if issued is None or served is None or any(e.type == "paper.voided" for e in entries):
                continue
            if not self.inside((served.data or {})["date"]) or not self.here(issued.scope):
                continue
            data = issued.data or {}
            self.add("papers")
            self.add("notices", int(data["kind"] in NOTICES))
            if data["kind"] == "suspension_notice":
                self.add("suspension_notices")
                stopped.add(data["site"])
        self.counts["sites_suspended"] = len(stopped)

    def _tips(self) -> None:
        for entries in self.by.values():
            told = {e.type: e.data or {} for e in entries}
            if "tip.recorded" not in told or "tip.voided" in told or not self.here(entries[0].scope):
                continue
            tip, answer = told["tip.recorded"], told.get("tip.answered")
            if self.inside(tip["received"]):
                self.add("tips")
                self.add("tips_assigned", int("tip.assigned" in told or answer is not None))
            if answer is not None and self.inside(answer["date"]):
                self.add("tips_answered")
                self.add("tips_upheld", int(answer["outcome"] == "confirmed"))
                self.add("tips_named_answered", int(tip["named"]))
                self.add("tips_told", int(tip["named"] and answer["told"]))
            due = self._fifteen_working_days(date.fromisoformat(tip["received"])).isoformat()
            if self.inside(due) and tip["received"] <= self.last:
                self.add("tips_due")
                self.add("tips_in_time", int(answer is not None and answer["date"] <= due))

    def _fifteen_working_days(self, day: date) -> date:
        left = 15
        while left:
            day += timedelta(days=1)
            year = self.calendar.years.get(day.year)
            off = year is not None and any(one.first <= day <= one.last for one in year.off)
            worked = day.weekday() < 5 or (year is not None and day in year.working)
            left -= worked and not off
        return day

    def _schools(self) -> None:
        for site in self.sites:
            facts = self.state(site, self.last)
            if (
                not facts
                or facts["kind"] != "campus"
                or facts["status"] == "closed"
                or not self.here(facts["grid"])
            ):
                continue
            here = [one for one in self.visits if (one[1].data or {})["site"] == site]
            self.add(
                "schools_supervised",
                int(any(self.inspector(p) for _, s, _ in here for p in (s.data or {})["officers"])),
            )
            told = self._told(here)
            self.add("schools_checked", int(bool(here) and self.compulsory(facts)))
            fine, seen = self._indicators(facts, told)
            self.add("schools_looked_at", int(bool(here) and self.compulsory(facts) and seen))
            self.add("schools_all_ok", int(bool(here) and self.compulsory(facts) and fine))
            if self.compulsory(facts) and {"C-AS-09", "C-AS-09A"} <= told.keys():
                self.add("pupils_asked", told["C-AS-09"][0])
                self.add("pupils_taking_part", told["C-AS-09A"][0])

    def _told(self, visits: list[tuple[str, Entry, list[Entry]]]) -> dict[str, tuple[Any, bool]]:
        told: dict[str, tuple[Any, bool]] = {}
        for name, _, entries in sorted(visits, key=lambda one: (one[1].time.wall, one[0])):
            if any(e.type == "inspection.concluded" for e in entries):
                for e in entries:
                    data = e.data or {}
                    if e.type == "inspection.answered":
                        told[data["item"]] = (data["value"], self._violated(name, data["item"]))
        return told

    def _violated(self, inspection: str, item: str) -> bool:
        wanted = (inspection, item)
        return any(
            e.type == "finding.recorded" and ((e.data or {})["inspection"], (e.data or {})["item"]) == wanted
            for entries in self.by.values()
            for e in entries
        )

    def _indicators(self, facts: dict[str, Any], told: dict[str, tuple[Any, bool]]) -> tuple[bool, bool]:
        fine, seen = True, False
        for code, items in INDICATORS.items():
            primary = "小学" in facts["stage"] or "九年" in facts["stage"]
            if not (primary if code == "zero_start" else self.compulsory(facts)):
                continue
            if not all(item in told for item in items):
                fine = False
                continue
            ok = (
                told["C-AS-01"][0] >= 1
                if code == "after_school"
                else not any(told[item][1] for item in items)
            )
            self.add(f"{code}_seen")
            self.add(f"{code}_ok", int(ok))
            fine, seen = fine and ok, True
        return fine, seen
