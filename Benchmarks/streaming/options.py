"""Measures how Gridkin serves a stream of readings and many clients, and prints the tables of docs/performance.md."""

import argparse


TABLES = ["queries", "pushes", "returns", "cadences", "allocations"]


def read():
    parser = argparse.ArgumentParser(description=__doc__, prog="Benchmarks/streaming/run")
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    parser.add_argument("--only", choices=TABLES, help="print only this table")
    parser.add_argument(
        "--seconds", type=float, default=60,
        help="length of each run of pushes; a run of queries takes a sixth of it; default 60",
    )  # fmt: skip
    parser.add_argument("--large", action="store_true", help="also query a bank of a million rows")
    return parser.parse_args()


if __name__ == "__main__":
    read()
