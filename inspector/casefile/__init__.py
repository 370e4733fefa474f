"""Case files that anyone can check: the bag, its evidence and proofs, and what they are worth (docs/case-file.md)."""
