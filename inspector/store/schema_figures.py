"""Read tables of the county's figures."""

FIGURES = """
CREATE INDEX patrol_started ON patrol (started)
"""
FIGURES_TABLES: tuple[str, ...] = ()
