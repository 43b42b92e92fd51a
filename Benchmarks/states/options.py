"""The options of this benchmark; run alone, it checks them or prints the help."""

import argparse


def parse():
    parser = argparse.ArgumentParser(
        prog="Benchmarks/states/run",
        description="Counts incidents that are found with and without a column of states.",
    )
    parser.add_argument("--seeds", type=int, default=3, help="how many data centres of each kind (default: 3)")
    parser.add_argument(
        "--first", type=int, default=101, help="the first seed; 1 was used while this was made (default: 101)"
    )
    parser.add_argument("--rate", type=float, default=0.3, help="false alarms in per cent (default: 0.3)")
    return parser.parse_args()


if __name__ == "__main__":
    parse()
