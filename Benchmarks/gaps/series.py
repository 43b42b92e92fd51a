"""The meters: real ones, in two parts that share none, and a simulated grid. Needs only the standard library."""

import csv
import datetime
import gzip
import os

ZONES = {"tuning": ["AEP", "COMED", "DAYTON", "DEOK"], "kept": ["DOM", "DUQ", "EKPC", "FE", "PJME", "PJMW"]}


def rows_of(path):
    with gzip.open(path, "rt") as file:
        yield from csv.DictReader(file)


def spelt(stamp):
    return stamp.strftime("%Y-%m-%dT%H:%M:%SZ")


def buildings(data, part):
    """Hourly electricity of real buildings, labelled by people; three for tuning, three kept back."""
    rows = list(rows_of(os.path.join(data, "lead", "lead-6-buildings.csv.gz")))
    names = sorted({row["building_id"] for row in rows}, key=int)
    chosen = names[::2] if part == "tuning" else names[1::2]
    table = [
        (row["building_id"], row["timestamp"].replace(" ", "T") + "Z", [row["meter_reading"]], row["anomaly"])
        for row in rows
        if row["building_id"] in chosen
    ]
    return ["kwh"], table, "2016-09-13T00:00:00Z"


def zones(data, part):
    """Hourly load of real grid zones, not labelled: three years, the last one scored."""
    stamps = {}
    for row in rows_of(os.path.join(data, "pjm", "est_hourly.csv.gz")):
        if row["Datetime"] >= "2015-08":
            stamps.setdefault(row["Datetime"], row)
    table = [
        (zone, stamp.replace(" ", "T") + "Z", [row[zone]], "0")
        for zone in ZONES[part]
        for stamp, row in sorted(stamps.items())
        if row[zone]
    ]
    return ["mw"], table, "2017-08-01T00:00:00Z"


def transformer(data, part):
    """Three currents of a real transformer, nominally each 15 minutes; kept back only."""
    if part == "tuning":
        return None
    stamps = {}
    for row in rows_of(os.path.join(data, "transformer", "CurrentVoltage.csv.gz")):
        stamps.setdefault(row["DeviceTimeStamp"], row)
    table = [
        ("transformer", stamp + ":00Z", [row[name] for name in ("IL1", "IL2", "IL3")], "0")
        for stamp, row in sorted(stamps.items())
    ]
    return ["a1", "a2", "a3"], table, table[len(table) * 7 // 10][1]


def simulated(gridkin, folder, part, interval, meters, days):
    """A simulated grid with labelled incidents; another seed for each part."""
    path = os.path.join(folder, f"grid-{interval}.csv")
    seed = 7 if part == "tuning" else 11
    words = ["--meters", meters, "--days", days, "--interval", interval, "--seed", seed, "--start", "2023-01-02"]
    gridkin.run("simulate", *words, "--output", path, "--quiet")
    with open(path) as file:
        reader = csv.reader(file)
        head = next(reader)
        channels = head[2 : head.index("label")]
        table = [(row[0], row[1], row[2 : 2 + len(channels)], row[2 + len(channels)]) for row in reader]
    cut = datetime.datetime(2023, 1, 2) + datetime.timedelta(days=days * 7 // 10)
    return channels, table, spelt(cut)
