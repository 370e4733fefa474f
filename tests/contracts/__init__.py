"""Behaviour that every storage has to show, and the parts that show it."""
