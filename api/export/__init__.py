"""Flat files over HTTP: CSV and JSON Lines."""
