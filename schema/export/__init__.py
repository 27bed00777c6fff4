"""Flat files: their rows, their columns, and filters as URL parameters."""
