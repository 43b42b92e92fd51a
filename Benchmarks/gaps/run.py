"""False alarms and found incidents with all readings, and with some of them dropped at random.

The first part of each history becomes an index, of all its readings and of what is left of them; the later part is
scored as it comes. All figures of one data set come from one run of one program, so that their ratios mean something.
"""

import csv
import os
import random
import tempfile

import options
import series
from gridkin import Gridkin

RATES = [0, 2, 5, 10, 20]


def dropped(table, rate, seed, cut, later):
    """The readings that are left of those before or from a time on; all of the others."""
    draw = random.Random(f"{rate} {seed} {later}")
    return [row for row in table if (row[1] >= cut) != later or draw.random() * 100 >= rate]


def write(path, channels, table):
    with open(path, "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["meter", "timestamp", *channels, "label"])
        for meter, stamp, values, label in table:
            out.writerow([meter, stamp, *values, label])


def incidents(table):
    """The number of each labelled reading's incident: labelled readings of a meter that follow each other."""
    numbers, last, count = {}, {}, 0
    for position, (meter, stamp, _, label) in enumerate(table):
        if label == "1":
            if last.get(meter) is None or position - last[meter] > 2:
                count += 1
            last[meter] = position
            numbers[meter, stamp] = count
    return numbers


def figures(scores, truth, cut):
    """The alarms and readings that are not labelled, and the found and all labelled incidents."""
    alarms = readings = 0
    found, present = set(), set()
    with open(scores) as file:
        for row in csv.DictReader(file):
            alarm = row["score"] != "" and float(row["score"]) > 1
            incident = truth.get((row["meter"], row["timestamp"]))
            if incident is None:
                alarms += alarm
                readings += 1
            else:
                present.add(incident)
                if alarm:
                    found.add(incident)
    return alarms, readings, len(found), len(present)


class Measurement:
    """One data set: an index of some of its readings, and scores of others."""

    def __init__(self, gridkin, folder, name, channels, table, cut):
        self.gridkin, self.folder, self.name = gridkin, folder, name
        self.channels, self.table, self.cut = channels, sorted(table), cut
        self.truth = incidents(self.table)

    def path(self, name):
        return os.path.join(self.folder, name)

    def build(self, rate, seed):
        write(self.path("known.csv"), self.channels, dropped(self.table, rate, seed, self.cut, later=False))
        words = ["--from", self.path("known.csv"), "--until", self.cut]
        self.gridkin.run("build", self.name, *words, "--quiet")

    def score(self, rate, seed):
        write(self.path("later.csv"), self.channels, dropped(self.table, rate, seed, self.cut, later=True))
        words = ["--from", self.path("later.csv"), "--since", self.cut, "--output", self.path("scores.csv")]
        self.gridkin.run("score", self.name, *words, "--quiet")
        return figures(self.path("scores.csv"), self.truth, self.cut)


def total(rows):
    return [sum(column) for column in zip(*rows)]


def measure(measurement, rates, seeds, parts):
    """Prints a line for each share, of the later readings alone and of all of them."""
    usual = None
    for also in parts:
        if not also:
            measurement.build(0, 0)
        for rate in rates:
            if also and rate == 0:
                continue
            rows = []
            for seed in range(seeds if rate else 1):
                if also:
                    measurement.build(rate, seed)
                rows.append(measurement.score(rate, seed))
            alarms, readings, found, present = total(rows)
            share = alarms / readings
            usual = usual or share
            ratio = share / usual if usual else float("nan")
            hits = f"{found / present:6.0%}" if present else "     –"
            where = "all of it" if also else "the later part"
            print(f"{measurement.name:12}{rate:4} %  {where:16}{share:8.2%}{ratio:8.2f}{hits:>12}", flush=True)


def main():
    given = options.parse()
    print(f"{'':12}{'dropped':8}{'of':16}{'alarms':>8}{'ratio':>8}{'incidents found':>16}")
    with tempfile.TemporaryDirectory() as folder:
        gridkin = Gridkin(os.path.join(folder, "indexes"))
        for name in given.sets or options.SETS:
            if name == "grid":
                found = series.simulated(gridkin, folder, given.part, 3600, 20, 150)
            elif name == "quarters":
                found = series.simulated(gridkin, folder, given.part, 900, 8, 60)
            else:
                found = getattr(series, name)(given.data, given.part)
            if found is not None:
                parts = [False] if given.later else [False, True]
                measure(Measurement(gridkin, folder, name, *found), given.rates or RATES, given.seeds, parts)


if __name__ == "__main__":
    main()
