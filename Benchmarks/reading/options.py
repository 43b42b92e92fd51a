"""The options of this benchmark; run alone, it checks them or prints the help."""

import argparse


def parse():
    parser = argparse.ArgumentParser(
        prog="Benchmarks/reading/run",
        description="Measures reading a CSV file, and from it to a served index, beside another program.",
    )
    parser.add_argument("--before", metavar="PROGRAM", help="the other program, such as an earlier release")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured (default: 5)")
    parser.add_argument("--meters", type=int, default=200, help="simulated meters, for a year hourly (default: 200)")
    parser.add_argument("--only", choices=["reading", "served"], help="only this measurement")
    return parser.parse_args()


if __name__ == "__main__":
    parse()
