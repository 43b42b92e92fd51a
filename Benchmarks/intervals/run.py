"""False alarms of simulated meters that report each quarter of an hour after a history of hours, beside those of the same
weeks by the hour."""

import csv
import datetime
import os
import tempfile

import options
from gridkin import Gridkin

CHANGE, JUDGED = "2023-04-01T00:00:00Z", "2023-04-03T00:00:00Z"
QUARTER, HOUR = datetime.timedelta(minutes=15), datetime.timedelta(hours=1)


def moved(stamp, step):
    return (datetime.datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%SZ") + step).strftime("%Y-%m-%dT%H:%M:%SZ")


def write(path, rows, name):
    with open(path, "w", newline="") as file:
        csv.writer(file).writerows([("meter", "time", name, "label"), *rows])


def tables(rows, is_end, is_amount, folder):
    """Two files: all by the hour, and by the quarter of an hour after the change."""
    hours = {}
    for row in rows:
        if row["power_kw"]:
            hours.setdefault((row["meter"], row["time"][:13]), []).append((float(row["power_kw"]), row["label"]))
    by_hour, mixed = [], []
    for (meter, hour), values in hours.items():
        time = hour + ":00:00Z"
        load = sum(value for value, _ in values) / len(values)
        row = (meter, moved(time, HOUR * is_end), f"{load:.3f}", max(label for _, label in values))
        by_hour.append(row)
        if time < CHANGE:
            mixed.append(row)
    for row in rows:
        if row["power_kw"] and row["time"] >= CHANGE:
            load = float(row["power_kw"]) / (4 if is_amount else 1)
            mixed.append((row["meter"], moved(row["time"], QUARTER * is_end), f"{load:.4f}", row["label"]))
    name = "kwh" if is_amount else "kw"
    paths = [os.path.join(folder, file) for file in ("hours.csv", "mixed.csv")]
    for path, table in zip(paths, (by_hour, mixed)):
        write(path, table, name)
    return paths


def false_alarms(gridkin, folder, path):
    """The share of the readings far from an incident that have a score of 1 or more, in per cent."""
    scores = os.path.join(folder, "scores.csv")
    gridkin.run("score", "x", "--from", path, "--since", JUDGED, "--output", scores, "--quiet")
    with open(path) as file:
        labels = {(row["meter"], row["time"]): row["label"] for row in csv.DictReader(file)}
    with open(scores) as file:
        normal = [
            float(row["score"]) >= 1
            for row in csv.DictReader(file)
            if row["score"] and labels[row["meter"], row["timestamp"]] == "0"
        ]
    return 100 * sum(normal) / len(normal)


def main():
    chosen = options.parse()
    print(f"{'seed':>4} {'stamps':>7} {'values':>7} {'by the hour':>12} {'by the quarter':>15}")
    with tempfile.TemporaryDirectory() as folder:
        gridkin, grid = Gridkin(folder), os.path.join(folder, "grid.csv")
        for seed in range(chosen.first, chosen.first + chosen.seeds):
            gridkin.run(
                "simulate", "--meters", 12, "--days", 120, "--interval", 900, "--seed", seed, "--output", grid, "--quiet"
            )
            with open(grid) as file:
                rows = list(csv.DictReader(file))
            for is_end in (False, True):
                for is_amount in (False, True):
                    hours, mixed = tables(rows, is_end, is_amount, folder)
                    gridkin.run("build", "x", "--from", hours, "--until", CHANGE, "--quiet")
                    shares = [false_alarms(gridkin, folder, path) for path in (hours, mixed)]
                    print(
                        f"{seed:>4} {'end' if is_end else 'start':>7} {'kWh' if is_amount else 'kW':>7}"
                        f" {shares[0]:>10.2f} % {shares[1]:>13.2f} %",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
