"""Seed data: the files, their format and checks, and the loader (`python -m seeds`)."""
