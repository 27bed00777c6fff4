"""Flat files: which rows, which columns, and filters written as parameters of a URL."""
