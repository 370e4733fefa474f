"""Bytes that can be trusted: canonical entries, Merkle logs, keys, checkpoints, receipts, verification."""
