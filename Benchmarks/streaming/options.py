"""Measures how Gridkin serves a stream of readings and many clients, and prints the tables of docs/performance.md."""

import argparse


TABLES = ["queries", "pushes", "returns", "cadences", "allocations"]


def read():
    parser = argparse.ArgumentParser(description=__doc__, prog="Benchmarks/streaming/run")
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    parser.add_argument("--only", choices=TABLES, help="one of the tables")
    parser.add_argument(
        "--seconds", type=float, default=60, help="of each run of pushes, and a sixth of it for queries; default 60"
    )
    parser.add_argument("--large", action="store_true", help="also query a bank of a million rows")
    return parser.parse_args()


if __name__ == "__main__":
    read()
