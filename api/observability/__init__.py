"""Metrics, process metrics and traces."""
