"""Sealing an inspection in the transaction that concludes it."""

from collections.abc import Sequence

from inspector.domain import sealing
from inspector.domain.entries import Draft
from inspector.domain.inspection import fold_inspection
from inspector.domain.sealing import SEAL
from inspector.store import seals
from inspector.store.workspace import Decision, Store, View


def sealer(inspection: str) -> Decision:
    """What seals an inspection as it stands: its entries, those of its findings, and the photos that they name.

    It seals whatever the transaction has written so far, the conclusion included.
    """

    def decide(view: View) -> Sequence[Draft]:
        state, registers = fold_inspection(view.entries(inspection))
        if state is None:
            return []
        about = [inspection, *seals.findings_of(view.connection, inspection)]
        return [
            sealing.seal(
                inspection,
                state.scope,
                about=about,
                lines=seals.lines(view.connection, about),
                seen=registers.seen(SEAL),
                anchor=view.anchor(),
            )
        ]

    return decide


def seal_hash(store: Store | View, inspection: str) -> bytes | None:
    """The entry hash (32 bytes) of the newest seal that nobody replaced, by its device's clock; None without a seal."""
    _, registers = fold_inspection(store.entries(inspection))
    found = [head.entry for head in registers.heads.get(SEAL, ())]
    if not found:
        return None
    newest = max(found, key=lambda entry: (entry.time.wall, entry.ref))
    return seals.hash_of(store.connection, newest.ref)
