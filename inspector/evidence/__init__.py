"""Photos: what a file is, when and where it says it was taken, and a safe small picture of it."""
