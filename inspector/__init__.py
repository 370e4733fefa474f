"""Offline field inspection for county joint enforcement teams."""

__version__ = "0.1.0"
