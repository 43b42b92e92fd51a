"""The options of the benchmark."""

import argparse


def parse():
    parser = argparse.ArgumentParser(prog="Benchmarks/database/run", description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000, help="rows of the table (default: %(default)s)")
    parser.add_argument("--minutes", type=int, default=15, help="minutes between rows (default: %(default)s)")
    parser.add_argument("--peek", action="store_true", help="measure reading one part alone, and build nothing")
    parser.add_argument("--folder", help="keep the database here (default: a temporary folder)")
    return parser.parse_args()


if __name__ == "__main__":
    parse()
