"""Receipts: the centre's cosignature over the checkpoint of a device's own log.

The device signs the size and the root of what it pushed. The centre computes the root itself and cosigns.
The device computes the root itself again and only then calls the entries sent. The root never travels, so no
answer made by anybody else can pass, whatever it contains.
"""

from dataclasses import dataclass

from inspector.journal.canonical import MalformedError
from inspector.journal.keys import SigningKey, device_id, verify
from inspector.journal.note import (
    COSIGNATURE_V1,
    ED25519,
    Cosignature,
    VerifierKey,
    add_line,
    checkpoint_text,
    cosign,
    verify_cosignature,
)


class ReceiptError(MalformedError):
    """A checkpoint or receipt that does not prove what it should; `zh` and `en` say why."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """That the centre holds the first `size` entries of a device.

    Attributes:
        device: whose log.
        size: how many entries, from the first.
        root: the Merkle root over them, 32 bytes.
        device_signature: the device's signature over the checkpoint, 64 bytes.
        centre: the centre's name.
        time: when the centre signed, seconds since 1970 UTC.
        cosignature: the centre's signature, 64 bytes.
    """

    device: str
    size: int
    root: bytes
    device_signature: bytes
    centre: str
    time: int
    cosignature: bytes


def device_origin(device: str) -> str:
    """The origin line of a device's log."""
    return f"inspector/device/{device}"


def device_checkpoint(device: str, size: int, root: bytes) -> str:
    """The checkpoint text of a device's log."""
    return checkpoint_text(device_origin(device), size, root)


def sign_checkpoint(key: SigningKey, size: int, root: bytes) -> bytes:
    """The device's signature, 64 bytes, over the checkpoint of its own log."""
    return key.sign(device_checkpoint(device_id(key.public), size, root).encode())


def verify_checkpoint(public: bytes, size: int, root: bytes, signature: bytes) -> bool:
    """Whether the holder of this device key signed this size and root of its own log."""
    return verify(public, signature, device_checkpoint(device_id(public), size, root).encode())


def issue_receipt(
    *,
    centre: str,
    centre_key: SigningKey,
    device_public: bytes,
    size: int,
    root: bytes,
    device_signature: bytes,
    time_seconds: int,
) -> Receipt:
    """The centre's receipt for the first `size` entries, whose `root` the centre computed itself.

    Never cosign a smaller size after a larger one of the same device, nor two roots of one size: the caller
    keeps the last receipt and its tree in the transaction that stores the entries.

    Raises:
        ReceiptError: the device did not sign this root: it holds other entries, or another key.
    """
    if not verify_checkpoint(device_public, size, root, device_signature):
        raise ReceiptError(
            "设备签名与中心自行计算的根不符",
            "the device's signature does not fit the root that the centre computed",
        )
    device = device_id(device_public)
    signed = cosign(device_checkpoint(device, size, root), centre, centre_key, time_seconds)
    return Receipt(device, size, root, device_signature, centre, signed.time, signed.signature)


def check_receipt(receipt: Receipt, *, centre_public: bytes, own_public: bytes, expected_root: bytes) -> None:
    """Be sure that the centre holds exactly this device's entries.

    Args:
        receipt: what is to be believed.
        centre_public: the centre's key, known since enrolment.
        own_public: the key of the device whose log it is.
        expected_root: the root over the first `receipt.size` entries, computed here.

    Raises:
        ReceiptError: it proves nothing, and the reason.
    """
    device = device_id(own_public)
    if receipt.device != device:
        raise ReceiptError("回执属于另一台设备", "the receipt is for another device")
    if receipt.root != expected_root:
        raise ReceiptError("回执的根与本机计算的不符", "the receipt's root is not the one computed here")
    if not verify_checkpoint(own_public, receipt.size, receipt.root, receipt.device_signature):
        raise ReceiptError("检查点不是本设备签署的", "the checkpoint is not signed by this device")
    text = device_checkpoint(device, receipt.size, receipt.root)
    if not verify_cosignature(text, centre_public, Cosignature(receipt.time, receipt.cosignature)):
        raise ReceiptError("中心的联署签名无效", "the centre's cosignature is not valid")


def receipt_note(receipt: Receipt, *, centre_public: bytes, device_public: bytes) -> str:
    """The receipt as a C2SP signed note, which any checkpoint verifier reads. Checks nothing."""
    origin = device_origin(receipt.device)
    text = device_checkpoint(receipt.device, receipt.size, receipt.root)
    signed = add_line(f"{text}\n", VerifierKey(origin, ED25519, device_public), receipt.device_signature)
    line = Cosignature(receipt.time, receipt.cosignature).to_bytes()
    return add_line(signed, VerifierKey(receipt.centre, COSIGNATURE_V1, centre_public), line)
