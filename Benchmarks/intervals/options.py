"""The options of this benchmark; run alone, it checks them or prints the help."""

import argparse


def parse():
    parser = argparse.ArgumentParser(
        prog="Benchmarks/intervals/run",
        description="Counts false alarms of meters that report each quarter of an hour after a history of hours.",
    )
    parser.add_argument("--seeds", type=int, default=2, help="how many grids (default: 2)")
    parser.add_argument(
        "--first", type=int, default=11, help="the first seed; 1 was used while this was made (default: 11)"
    )
    return parser.parse_args()


if __name__ == "__main__":
    parse()
