"""The text of a PDF file that typst made."""

from inspector.casefile.pdf_text import pdf_text

__all__ = ["pdf_text"]
