"""Whether a bundle of proofs holds: every proof, signature and place of it, against a key that is known already. PURE."""

from collections.abc import Mapping

from inspector.casefile.bundle import Bundle, DeviceCheckpoint, Place
from inspector.domain.entries import Ref
from inspector.journal.canonical import MalformedError
from inspector.journal.keys import device_id, is_public_key
from inspector.journal.merkle import leaf_hash, verify_consistency, verify_inclusion
from inspector.journal.note import (
    COSIGNATURE_V1,
    ED25519,
    Checkpoint,
    Cosignature,
    VerifierKey,
    parse_checkpoint,
    parse_note,
    parse_vkey,
    verify_cosignature,
    verify_note,
)
from inspector.journal.receipt import device_checkpoint, device_origin, verify_checkpoint


def log_of(bundle: Bundle, *, centre_public: bytes) -> Checkpoint:
    """The checkpoint of the centre's log that a bundle leads to, signed by this key.

    Raises:
        MalformedError: it is not.
    """
    origin = bundle.note.partition("\n")[0]
    _demand(
        origin.startswith(f"inspector/centre/{device_id(centre_public)}/"),
        "证明不是本中心的日志", "the proofs are of another centre's log",
    )  # fmt: skip
    found = parse_checkpoint(verify_note(bundle.note, VerifierKey(origin, ED25519, centre_public)))
    _demand(found.origin == origin, "日志检查点的名称不符", "the checkpoint has another name")
    return found


def check_bundle(bundle: Bundle, *, centre_public: bytes, hashes: Mapping[Ref, bytes]) -> Checkpoint:
    """Be sure of everything that a bundle from the centre says, and of nothing else: what is missing is not noticed.

    Args:
        centre_public: the centre's key, known since enrolment.
        hashes: the entries' leaf hashes, computed here; entries that are not among them are refused.

    Returns:
        The checkpoint of the centre's log that all places lead to.

    Raises:
        MalformedError: something does not hold; `zh` and `en` say what.
    """
    _demand(
        bundle.public_key == centre_public,
        "证明中的中心公钥不符",
        "the proofs name another key of the centre",
    )
    log = log_of(bundle, centre_public=centre_public)
    _check_policy(bundle, log)
    keys = _check_devices(bundle, log)
    roots: dict[tuple[str, int], bytes] = {}
    for one in bundle.checkpoints:
        _check_checkpoint(one, keys, log, centre_public)
        roots[one.device, one.size] = one.root
    for proof in bundle.proofs:
        root, leaf = roots.get((proof.ref.device, proof.size)), hashes.get(proof.ref)
        _demand(
            root is not None
            and leaf is not None
            and verify_inclusion(leaf, proof.ref.seq - 1, proof.size, proof.path, root),
            f"记录 {proof.ref} 的证明不成立", f"the proof of entry {proof.ref} does not hold",
        )  # fmt: skip
    _check_witnesses(bundle, log, centre_public)
    return log


def _check_policy(bundle: Bundle, log: Checkpoint) -> None:
    _demand(_is_placed(bundle.policy_leaf(), bundle.policy_place, log), "联署规则的证明不成立",
            "the proof of the policy does not hold")  # fmt: skip


def _check_devices(bundle: Bundle, log: Checkpoint) -> dict[str, bytes]:
    keys = {}
    for one in bundle.devices:
        right = is_public_key(one.public_key) and device_id(one.public_key) == one.device
        _demand(
            right and _is_placed(one.leaf(), one.place, log),
            f"设备 {one.device} 的证明不成立", f"the proof of device {one.device} does not hold",
        )  # fmt: skip
        keys[one.device] = one.public_key
    return keys


def _check_checkpoint(
    one: DeviceCheckpoint, keys: Mapping[str, bytes], log: Checkpoint, centre_public: bytes
) -> None:
    public = keys.get(one.device, b"")
    text = device_checkpoint(one.device, one.size, one.root)
    _demand(
        is_public_key(public)
        and verify_checkpoint(public, one.size, one.root, one.signature)
        and one.time is not None
        and verify_cosignature(text, centre_public, Cosignature(one.time, one.cosignature))
        and _is_placed(one.leaf(), one.place, log),
        f"设备 {one.device} 的检查点不成立", f"a checkpoint of device {one.device} does not hold",
    )  # fmt: skip


def _check_witnesses(bundle: Bundle, log: Checkpoint, centre_public: bytes) -> None:
    """Each is a later checkpoint of the same log with one cosignature; one of a laptop that the policy does not name counts
    for nothing, so its signature is not looked at."""
    keys = policy_witnesses(bundle.policy)
    for one in bundle.witnesses:
        vkey = VerifierKey(log.origin, ED25519, centre_public)
        later = parse_checkpoint(verify_note(one.note, vkey))
        holds = later.origin == log.origin and verify_consistency(
            log.size, later.size, log.root, later.root, one.consistency
        )
        names = {name for name, _, _ in parse_note(one.note).signatures} - {log.origin}
        _demand(holds and len(names) == 1, "联署的检查点不成立", "a witness's checkpoint does not hold")
        for key in keys.values():
            if key.name in names:
                verify_note(one.note, key)


def policy_witnesses(text: str) -> dict[str, VerifierKey]:
    """The witnesses that a policy names, by device name.

    Raises:
        MalformedError: a witness is not a laptop's key of kind 0x04 under its own name.
    """
    found = {}
    for line in text.splitlines():
        word, _, rest = line.partition(" ")
        if word == "witness":
            name, _, vkey = rest.partition(" ")
            key = parse_vkey(vkey)
            right = key.kind == COSIGNATURE_V1 and key.name == device_origin(device_id(key.public))
            _demand(
                right and name == device_id(key.public),
                "联署规则中的公钥不符",
                "a key of the policy does not fit",
            )
            found[name] = key
    return found


def _is_placed(leaf: bytes, place: Place | None, log: Checkpoint) -> bool:
    return place is not None and verify_inclusion(
        leaf_hash(leaf), place.index, log.size, place.path, log.root
    )


def _demand(holds: bool, zh: str, en: str) -> None:
    if not holds:
        raise MalformedError(zh, en)
