"""The options of the benchmark."""

import argparse


def parse():
    parser = argparse.ArgumentParser(prog="Benchmarks/why/run", description=__doc__)
    parser.add_argument("--queries", type=int, default=4_000, help="queries of each kind (default: %(default)s)")
    return parser.parse_args()


if __name__ == "__main__":
    parse()
