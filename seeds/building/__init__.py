"""Builds the stored form of what a seed file says."""
