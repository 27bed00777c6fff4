"""Where benchmarks run: one mongod, servers as processes, pinned to processors."""
