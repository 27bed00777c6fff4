"""Stop a mongod when the program that started it has ended.

Run as `python mongod_watchdog.py MONGOD ARGUMENTS…`. The parent holds the other end of standard input: when that
closes, however the parent ended, mongod is shut down cleanly. Imports the standard library only, to start quickly.
"""

import ctypes
import signal
import subprocess
import sys
import threading

PR_SET_PDEATHSIG = 1


def _die_with_watchdog() -> None:
    """On Linux, have the kernel stop mongod if the watchdog itself is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def main() -> int:
    """Run mongod until it ends or the parent does; returns mongod's exit status."""
    mongod = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, preexec_fn=_die_with_watchdog)

    def stop_with_parent() -> None:
        while sys.stdin.buffer.read(1):
            pass
        mongod.terminate()

    signal.signal(signal.SIGTERM, lambda *_: mongod.terminate())
    threading.Thread(target=stop_with_parent, daemon=True).start()
    return mongod.wait()


if __name__ == "__main__":
    sys.exit(main())
