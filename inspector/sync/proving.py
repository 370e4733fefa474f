"""Proofs for a case file: fetched from the centre where there is one and a network, else what is on this laptop."""

from collections.abc import Callable, Sequence

from inspector.casefile.bundle import Bundle
from inspector.domain.entries import Ref
from inspector.errors import Problem, SyncError
from inspector.services import proofs
from inspector.store.workspace import Store
from inspector.sync.proofs import fetch_proofs

Prove = Callable[[str, Sequence[Ref]], tuple[Bundle, Sequence[Ref], Sequence[Problem]]]


def prover(store: Store, *, offline: bool = False) -> Prove:
    """What gives proofs for a subject's entries, says which have none, and why nothing could be fetched.

    Args:
        offline: do not ask the centre.
    """

    def prove(subject: str, refs: Sequence[Ref]) -> tuple[Bundle, Sequence[Ref], Sequence[Problem]]:
        told: list[Problem] = []
        if not offline and store.setting("centre_key"):
            try:
                fetch_proofs(store, subject, refs)
            except SyncError as fault:
                told.append(
                    Problem("中心", f"没有取到新的证明：{fault.zh}", f"no new proofs: {fault.en}", "warning")
                )
        bundle, unproven = proofs.best_bundle(store, subject, refs)
        return bundle, unproven, told

    return prove
