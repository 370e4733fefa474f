"""Read tables of rectification: one line an item of the list."""

RECTIFICATION = """
"""
RECTIFICATION_TABLES: tuple[str, ...] = ()
