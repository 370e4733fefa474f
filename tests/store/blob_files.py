"""Photos to keep, a key to keep them under, and the one file that a kept photo is."""

import hashlib
import random
from pathlib import Path

from inspector.store.blobs import BlobStore
from inspector.store.datakey import DataKey


def blob_key(letter: bytes = b"k") -> DataKey:
    """A data key that is the same in every run."""
    return DataKey(letter * 32, "a" * 16)


def random_photo(size: int, seed: int = 1) -> bytes:
    """Bytes that no compression shortens, the same for the same seed."""
    return random.Random(seed).randbytes(size)


def sha256_of(data: bytes) -> str:
    """The name of a photo."""
    return hashlib.sha256(data).hexdigest()


def only_file(store: BlobStore) -> Path:
    """The file of the only photo in a store."""
    (path,) = store.directory.glob("*.blob")
    return path
