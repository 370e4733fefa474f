"""Reusable widgets: plain data in, messages out."""
