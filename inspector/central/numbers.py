"""Leasing numbers of papers (文号): decided while the centre's own log is locked, and published in it.

The answer to the laptop holds no number. The lease comes to it, and to everybody, as a signed entry by the next pull.
"""

from inspector.central.problems import ProblemError
from inspector.central.storage import Known, Storage
from inspector.domain.authority import authority_id
from inspector.domain.entries import Draft
from inspector.domain.numbers import (
    BLOCK_MAX,
    Series,
    fold_leases,
    is_leased,
    lease_block,
    series_id,
    spent,
)
from inspector.sync.protocol import ROLES

_DAY_MS = 86_400_000


def lease(storage: Storage, device: str, series: Series, *, known: int, highest: int = 0) -> bool:
    """See that a laptop has numbers beyond those it knows of; whether there is a lease for it to fetch.

    Asking again, as after a lost answer, leases nothing twice.

    Args:
        known: the last number of the series that was leased to it, as far as it knows; 0 for none.
        highest: the last that was leased to anybody, as far as it knows (`numbers.lease_block`).

    Raises:
        ProblemError: device.revoked; numbers.denied: no laptop of this office's people, an authority that nobody
            recorded, or a laptop that had `BLOCK_MAX` numbers of the series in a day: it says itself what it knows.
    """
    done: list[bool] = []

    def decide(there: Known) -> list[Draft]:
        _refuse(there, device, series)
        entries = there.entries(series_id(series))
        leases = fold_leases(entries)
        centre = there.publishers()
        drafts = lease_block(
            leases,
            centre=centre,
            device=device,
            series=series,
            known=known,
            highest=highest,
            size=storage.settings.number_block,
        )
        now = int(storage.settings.clock() * 1_000)
        today = {entry.ref for entry in entries if abs(now - entry.time.wall) < _DAY_MS}
        if drafts and spent(leases, centre=centre, device=device, said=today) >= BLOCK_MAX:
            raise ProblemError("numbers.denied", reason="this device had a day's numbers of these papers")
        done.append(bool(drafts) or is_leased(leases, centre=centre, device=device, known=known))
        return drafts

    storage.publish(decide)
    return done[-1]


def _refuse(there: Known, device: str, series: Series) -> None:
    found = there.device(device)
    if found is None or not found.active:
        raise ProblemError("device.revoked")
    if found.role not in ROLES or not found.granted:
        raise ProblemError("numbers.denied", reason="this device has no role or no grid")
    if not there.entries(authority_id(series.authority)):
        raise ProblemError("numbers.denied", reason="nobody recorded this authority")
