"""Incidents of simulated UPS, batteries and feeders, found at the same rate of false alarms: without the column of states,
with its words as channels alone, and as a state.

The first sixteen weeks become an index, without labels; the eight that follow are scored.
"""

import csv
import datetime
import math
import os
import random
import tempfile

import options
from gridkin import Gridkin

HOURS, KNOWN, METERS = 24 * 168, 16 * 168, 12
START = datetime.datetime(2024, 1, 1)
CUT = (START + datetime.timedelta(hours=KNOWN)).strftime("%Y-%m-%d")


def stamp(hour):
    return (START + datetime.timedelta(hours=hour)).strftime("%Y-%m-%dT%H:%M:%SZ")


def ups(draw):
    """A year's half of modes: a self-test a week, short cuts, maintenance in bypass; then transfers as they never were,
    and cuts and bypasses longer than any."""
    mode, incidents = ["online"] * HOURS, []
    test = draw.randrange(168)
    for week in range(HOURS // 168):
        mode[week * 168 + test] = "battery"
        if draw.random() < 0.25:
            at, length = week * 168 + draw.randrange(160), draw.randint(1, 3)
            mode[at : at + length] = ["battery"] * length
    for week in range(3, HOURS // 168, 8):
        at = week * 168 + draw.randrange(150)
        mode[at : at + 8] = ["bypass"] * 8
    kinds = [
        ("failed transfer", ["battery"] * 2 + ["bypass"] * 4, 2),
        ("cut in bypass", ["bypass"] * 4 + ["battery"] * 2, 4),
        ("long cut", ["battery"] * 9, 4),
        ("stays in bypass", ["bypass"] * 26, 10),
    ]
    for kind, words, begins in kinds * 2:
        while True:
            at = KNOWN + 200 + draw.randrange(HOURS - KNOWN - 260)
            if all(word == "online" for word in mode[at - 5 : at + 30]):
                break
        mode[at : at + len(words)] = words
        incidents.append((at + begins, at + len(words) - 1, kind))
    return mode, incidents


def battery(draw):
    """Idle, charging, full, discharging, in this order, each for some hours; later one is left out now and then."""
    order = ["idle", "charging", "full", "discharging"]
    lasts = {"idle": (3, 14), "charging": (3, 9), "full": (2, 14), "discharging": (3, 9)}
    mode, incidents, place, next_one = [], [], 0, KNOWN + 150
    while len(mode) < HOURS:
        word = order[place % 4]
        mode += [word] * draw.randint(*lasts[word])
        if next_one < len(mode) < HOURS - 300 and word in ("charging", "discharging"):
            place += 2
            begin = len(mode)
            mode += [order[place % 4]] * draw.randint(3, 9)
            incidents.append((begin, len(mode) - 1, f"{word} to {order[place % 4]}"))
            next_one = begin + 130
        place += 1
    return mode[:HOURS], incidents


def feeder(draw):
    """Online but for a reading in two months; incidents are in the load, of which the column says nothing."""
    mode, incidents = ["online"] * HOURS, []
    for at in range(draw.randrange(1, 1400), HOURS, 1400):
        mode[at] = "battery"
    for at in range(KNOWN + 150, HOURS - 100, 160):
        begin = at + draw.randrange(60)
        incidents.append((begin, begin + 3, "load"))
    return mode, incidents


def table(kind, seed):
    """Rows of meter, time, load and word, and the incidents by meter."""
    draw = random.Random(f"{kind.__name__} {seed}")
    rows, incidents = [], {}
    for number in range(METERS):
        meter = f"m{number:02}"
        mode, incidents[meter] = kind(draw)
        base, noise = draw.uniform(20, 60), 0.0
        high = {hour for begin, end, what in incidents[meter] for hour in range(begin, end + 1) if what == "load"}
        for hour, word in enumerate(mode):
            noise = 0.8 * noise + draw.gauss(0, 1)
            load = base * (1 + 0.25 * math.sin((hour % 24 - 8) / 12 * math.pi)) + noise
            load *= 1.3 if hour in high else 1
            rows.append((meter, stamp(hour), f"{load:.2f}", word))
    return rows, incidents


def write(path, rows, words):
    """A file with the word, and with a column of 0 and 1 for each word."""
    with open(path, "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["meter", "time", "load", "mode", *(f"is {word}" for word in words)])
        for *row, word in rows:
            out.writerow([*row, word, *(int(word == other) for other in words)])


def found(scores, incidents, rate):
    """How many incidents have a score above that of a share of the readings far from any."""
    near = {(meter, stamp(hour)) for meter, all_of in incidents.items() for begin, end, _ in all_of
            for hour in range(begin - 12, end + 25)}
    with open(scores) as file:
        score = {(row["meter"], row["timestamp"]): float(row["score"]) for row in csv.DictReader(file) if row["score"]}
    normal = sorted(value for key, value in score.items() if key not in near)
    line = normal[int(len(normal) * (1 - rate / 100))]
    return sum(
        any(score.get((meter, stamp(hour)), 0) > line for hour in range(begin, end + 1))
        for meter, all_of in incidents.items()
        for begin, end, _ in all_of
    )


def main():
    chosen = options.parse()
    print(f"{'data':8} {'seed':>4}  {'incidents':>9} {'without':>8} {'words alone':>12} {'state':>6}")
    with tempfile.TemporaryDirectory() as folder:
        gridkin, path = Gridkin(folder), os.path.join(folder, "readings.csv")
        for kind in (ups, battery, feeder):
            for seed in range(chosen.first, chosen.first + chosen.seeds):
                rows, incidents = table(kind, seed)
                words = sorted({row[3] for row in rows})
                write(path, rows, words)
                counts = []
                for name, columns in [
                    ("without", ["load"]),
                    ("words", ["load", *(f"is {word}" for word in words)]),
                    ("state", ["load", "mode"]),
                ]:
                    values = [option for column in columns for option in ("--value", column)]
                    gridkin.run("build", name, "--from", path, "--until", CUT, *values, "--quiet")
                    scores = os.path.join(folder, "scores.csv")
                    gridkin.run("score", name, "--from", path, "--since", CUT, *values, "--output", scores, "--quiet")
                    counts.append(found(scores, incidents, chosen.rate))
                total = sum(len(all_of) for all_of in incidents.values())
                print(f"{kind.__name__:8} {seed:>4}  {total:>9} {counts[0]:>8} {counts[1]:>12} {counts[2]:>6}", flush=True)


if __name__ == "__main__":
    main()
