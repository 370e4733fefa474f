"""Reusable widgets: plain data in, messages out. They know no store and no service."""
