"""Read tables of papers: what was issued and served, and which numbers may be given."""

PAPERS = """
"""
PAPER_TABLES: tuple[str, ...] = ()
