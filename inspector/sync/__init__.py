"""Exchanging entries and photos with the centre."""
