"""`python -m tests.reference.fuzz --seed 1 --count 20000`: compare random operations of server and reference."""

import argparse
import asyncio
import logging
import sys
import time
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from loaders.local.shared_mongod import local_mongod
from tests.reference.pair import Pair
from tests.reference.shrink import shrunk

MOST_FAULTS = 20


def main() -> int:
    """Run the operations, and print the smallest ones whose answers differ."""
    parser = argparse.ArgumentParser(prog="python -m tests.reference.fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="default: another one each time")
    parser.add_argument("--count", type=int, default=20_000)
    options = parser.parse_args()
    seed = Random().randrange(1_000_000) if options.seed is None else options.seed
    # The server logs its faults with a traceback each; they are printed here in a line.
    logging.disable()
    print(f"{options.count} operations, SEED={seed}", flush=True)
    with TemporaryDirectory(prefix="yunshan-fuzz-") as folder, local_mongod(Path(folder), "server") as uri:
        return asyncio.run(_fuzz(uri, Path(folder), seed, options.count))


async def _fuzz(uri: str, folder: Path, seed: int, count: int) -> int:
    pair = await Pair.load(uri, "fuzz", folder)
    faults: set[str] = set()
    began = time.monotonic()
    for number in range(count):
        operation = pair.generator.operation(f"{seed}:{number}")
        if found := await pair.difference(operation):
            smallest = await shrunk(pair, operation)
            told = await pair.difference(smallest) or found
            if smallest.query not in faults:
                faults.add(smallest.query)
                beside = f"{smallest.variables or ''} {smallest.languages or ''}"
                print(f"\n{seed}:{number}\n{smallest.query}\n{beside}\n  {told[:600]}", flush=True)
        if len(faults) >= MOST_FAULTS:
            break
        if number % 1000 == 999:
            print(f"{number + 1} run, {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    print(f"{len(faults)} different faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
