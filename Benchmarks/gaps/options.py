"""The options of this benchmark; run alone, it checks them or prints the help."""

import argparse

SETS = ["buildings", "zones", "grid", "quarters", "transformer"]


def parse():
    parser = argparse.ArgumentParser(
        prog="Benchmarks/gaps/run",
        description="Counts false alarms and found incidents where readings were dropped at random.",
    )
    parser.add_argument("--data", default="../shared/data", help="the folder with real data (default: %(default)s)")
    parser.add_argument("--set", choices=SETS, action="append", dest="sets", help="only this one; may be repeated")
    parser.add_argument(
        "--part",
        choices=["tuning", "kept"],
        default="kept",
        help="the meters that the rule was chosen on, or those kept back for the figures (default: kept)",
    )
    parser.add_argument(
        "--rate",
        type=int,
        action="append",
        dest="rates",
        help="per cent of the readings that are dropped; may be repeated (default: 0, 2, 5, 10, 20)",
    )
    parser.add_argument("--seeds", type=int, default=3, help="how often each share is drawn (default: 3)")
    parser.add_argument("--later", action="store_true", help="drop readings of the later part alone")
    return parser.parse_args()


if __name__ == "__main__":
    parse()
