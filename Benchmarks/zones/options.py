"""The options of this benchmark; run alone, it checks them or prints the help."""

import argparse

ZONES = ["Europe/Rome", "America/New_York", "Australia/Lord_Howe", "UTC"]


def parse():
    parser = argparse.ArgumentParser(
        prog="Benchmarks/zones/run",
        description="Counts false alarms of simulated homes around the changes of a clock.",
    )
    parser.add_argument("--homes", type=int, default=8, help="homes in each zone (default: 8)")
    parser.add_argument("--minutes", type=int, default=30, help="from one reading to the next (default: 30)")
    parser.add_argument("--zone", choices=ZONES, action="append", help="only this zone; may be repeated")
    return parser.parse_args()


if __name__ == "__main__":
    parse()
