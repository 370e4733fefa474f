"""The county's policy of witnesses: a C2SP tlog-policy made of the active laptops by their departments (docs/case-file.md)."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from inspector.central import tables
from inspector.central.tables import ACTIVE
from inspector.journal.note import COSIGNATURE_V1, VerifierKey, format_vkey
from inspector.journal.receipt import device_origin
from inspector.sync.protocol import ROLES

AGENCIES = "agencies"
"""Setting of the centre: how many agencies have to cosign."""
NEED = 2
_GROUP = "agencies"
_NOT_IN_A_NAME = re.compile(r"[\s\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Who may witness which log: device name to public key, by the name of its agency's group."""

    agencies: Mapping[str, Mapping[str, bytes]]
    need: int
    log: VerifierKey

    @property
    def possible(self) -> bool:
        """Whether there are as many agencies as have to cosign."""
        return len(self.agencies) >= self.need

    @property
    def text(self) -> str:
        """The policy's text. With too few agencies nobody's cosignature is enough: `quorum none`."""
        lines = [f"log {format_vkey(self.log)}"]
        for members in self.agencies.values():
            for device, public in members.items():
                vkey = VerifierKey(device_origin(device), COSIGNATURE_V1, public)
                lines.append(f"witness {device} {format_vkey(vkey)}")
        for agency, members in self.agencies.items():
            lines.append(f"group {agency} any {' '.join(members)}")
        if self.possible:
            lines += [f"group {_GROUP} {self.need} {' '.join(self.agencies)}", f"quorum {_GROUP}"]
        else:
            lines.append("quorum none")
        return "\n".join(lines) + "\n"


def witnesses(connection: Connection, log: VerifierKey) -> Witnesses:
    """Who may witness now: active laptops whose department is known."""
    table = tables.device
    query = sa.select(table.c.id, table.c.public_key, table.c.department).where(
        table.c.state == ACTIVE, table.c.role.in_(ROLES)
    )
    agencies: dict[str, dict[str, bytes]] = {}
    for row in sorted(connection.execute(query), key=lambda row: (row.department, row.id)):
        name = _NOT_IN_A_NAME.sub("-", row.department.strip())
        if name:
            agencies.setdefault(f"agency/{name}", {})[row.id] = bytes(row.public_key)
    return Witnesses(agencies, need(connection), log)


def need(connection: Connection) -> int:
    """How many agencies have to cosign."""
    query = sa.select(tables.meta.c.value).where(tables.meta.c.name == AGENCIES)
    found = connection.execute(query).scalar()
    return NEED if found is None else int(found)


def is_met(text: str, cosigned: Collection[str]) -> bool:
    """Whether these devices' cosignatures are enough for a policy that `Witnesses.text` wrote."""
    asked, met = 0, set()
    for line in text.splitlines():
        word, *rest = line.split(" ")
        if word == "group" and rest[0] == _GROUP:
            asked = int(rest[1])
        elif word == "group" and set(rest[2:]) & set(cosigned):
            met.add(rest[0])
    return 0 < asked <= len(met)
