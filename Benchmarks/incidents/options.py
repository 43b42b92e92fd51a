"""The options of this benchmark; run alone, it checks them or prints the help."""

import argparse


def parse():
    parser = argparse.ArgumentParser(
        prog="Benchmarks/incidents/run",
        description="Counts the incidents of a simulated month of meters with planted faults, silence and gaps.",
    )
    parser.add_argument("--seeds", type=int, default=3, help="how many months (default: 3)")
    parser.add_argument(
        "--first", type=int, default=11, help="the first seed; 1 was used while this was made (default: 11)"
    )
    parser.add_argument("--meters", type=int, default=50, help="how many meters, at least 20 (default: 50)")
    parser.add_argument("--interval", type=int, default=3600, help="seconds between readings (default: 3600)")
    parser.add_argument(
        "--only",
        choices=("faults", "events", "review"),
        help="only one of the tables: faults of one meter, of several, or which to label first",
    )
    return parser.parse_args()


if __name__ == "__main__":
    parse()
