"""Figures, tables and plots of results."""
