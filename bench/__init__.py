"""Benchmarks: this project against its floor, its ceiling and other GraphQL servers. Nothing imports this folder."""
