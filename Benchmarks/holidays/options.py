"""The options of this benchmark; run alone, it checks them or prints the help."""

import argparse


def parse():
    parser = argparse.ArgumentParser(
        prog="Benchmarks/holidays/run",
        description="Counts false alarms on holidays, with and without --holidays.",
    )
    parser.add_argument("--meters", type=int, default=8, help="simulated meters of each kind (default: 8)")
    parser.add_argument("--country", choices=["us", "uk"], default="us", help="whose holidays (default: us)")
    parser.add_argument("--readings", help="a file of real readings in the place of simulated ones")
    parser.add_argument("--since", default="2016-09-01", help="their first day that is scored (default: 2016-09-01)")
    return parser.parse_args()


if __name__ == "__main__":
    parse()
