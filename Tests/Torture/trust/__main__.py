"""Measures the promises that an outsider once found broken, and prints one line for each.

Loopback only. What needs a file system or a device of its own needs root."""

import argparse
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import access  # noqa: E402, F401 -- each import adds its attacks to the table
import durability  # noqa: E402, F401
import files  # noqa: E402, F401
import journals  # noqa: E402, F401
import labels  # noqa: E402, F401
import latency  # noqa: E402, F401
import memory  # noqa: E402, F401
import names  # noqa: E402, F401
import place  # noqa: E402
import table  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__, prog="Tests/Torture/run trust")
    parser.add_argument(
        "--only", action="append", help="only attacks whose name holds this word; may be repeated"
    )
    parser.add_argument(
        "--seconds", type=int, default=840, help="begin no attack after this time; default 840"
    )
    parser.add_argument("--labels", type=int, default=20_000, help="labels since the build; default 20000")
    options = parser.parse_args()
    labels.COUNT = options.labels
    home = tempfile.mkdtemp(prefix="gridkin-trust-")
    try:
        place.prepare(home)
        raise SystemExit(1 if table.run(options.only, options.seconds) else 0)
    finally:
        shutil.rmtree(home)


main()
