"""Bytes that can be trusted: canonical entries, Merkle logs, checkpoints, cosignatures, keys, verification."""
