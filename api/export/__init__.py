"""Exports over HTTP: CSV and JSON Lines files."""
