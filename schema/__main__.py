"""`python -m schema`: print the contract's SDL."""

import sys

from schema.graph.contract import sdl

if __name__ == "__main__":
    sys.stdout.write(sdl())
