"""Bundles put together: pages of one question, and what a laptop knows itself beside what the centre gave. PURE."""

from collections.abc import Sequence
from dataclasses import replace

from inspector.casefile.bundle import Bundle


def merge_pages(pages: Sequence[Bundle]) -> Bundle:
    """Pages that lead to one checkpoint as one bundle; witnesses and policy are those of the last.

    Raises:
        ValueError: there is none, or they lead to several checkpoints.
    """
    if len({page.note for page in pages}) != 1:
        raise ValueError("pages of several checkpoints")
    return _ordered(
        replace(
            pages[-1],
            proofs=tuple({one.ref: one for page in pages for one in page.proofs}.values()),
            checkpoints=tuple(
                {(one.device, one.size): one for page in pages for one in page.checkpoints}.values()
            ),
            devices=tuple({one.device: one for page in pages for one in page.devices}.values()),
        )
    )


def add_own(kept: Bundle, own: Bundle) -> Bundle:
    """What the centre proved, and beside it what else the laptop can show of its own log."""
    proved = {one.ref for one in kept.proofs}
    proofs = [one for one in own.proofs if one.ref not in proved]
    there = {(one.device, one.size) for one in kept.checkpoints}
    wanted = {(one.ref.device, one.size) for one in proofs} - there
    devices = {one.device for one in kept.devices}
    return _ordered(
        replace(
            kept,
            centre=kept.centre or own.centre,
            public_key=kept.public_key or own.public_key,
            proofs=(*kept.proofs, *proofs),
            checkpoints=(
                *kept.checkpoints,
                *(one for one in own.checkpoints if (one.device, one.size) in wanted),
            ),
            devices=(*kept.devices, *(one for one in own.devices if one.device not in devices)),
        )
    )


def _ordered(bundle: Bundle) -> Bundle:
    """In the order that a case file has them."""
    return replace(
        bundle,
        proofs=tuple(sorted(bundle.proofs, key=lambda one: one.ref)),
        checkpoints=tuple(sorted(bundle.checkpoints, key=lambda one: (one.device, one.size))),
        devices=tuple(
            sorted(bundle.devices, key=lambda one: (one.device, one.time, one.department, one.role))
        ),
    )
