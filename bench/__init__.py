"""Benchmarks: this project beside its floor, its ceiling and other GraphQL servers. Nothing imports this folder."""
