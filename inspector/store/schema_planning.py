"""Read tables of planning: tips, and plans of patrols."""

PLANNING = """
"""
PLANNING_TABLES: tuple[str, ...] = ()
