"""Prints the tables of docs/detection.md."""

import argparse

SECTIONS = ("headline", "folds", "few", "ablation", "families", "alarms", "aging", "pump", "second")


def read():
    parser = argparse.ArgumentParser(description=__doc__, prog="Benchmarks/detection/run")
    parser.add_argument(
        "--data", required=True, metavar="DIR",
        help="the folder with lead/lead-6-buildings.csv.gz and skab/valve1.csv.gz",
    )  # fmt: skip
    parser.add_argument("--seeds", type=int, default=5, help="seeds for each random detector; default 5")
    parser.add_argument(
        "--draws", type=int, default=3,
        help="how often the labelled incidents are drawn at random; default 3",
    )  # fmt: skip
    parser.add_argument(
        "--only", type=lambda text: text.split(","), default=list(SECTIONS), metavar="SECTION,…",
        help="print only these tables, of " + ",".join(SECTIONS) + "; alarms needs headline or folds",
    )  # fmt: skip
    arguments = parser.parse_args()
    if unknown := set(arguments.only) - set(SECTIONS):
        parser.error(f"there is no section {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    return arguments


if __name__ == "__main__":
    read()
