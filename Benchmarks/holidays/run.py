"""False alarms on holidays, with and without --holidays: of simulated offices, which are closed on them as on Sundays,
of simulated homes, which are not, and of real buildings.

An alarm is a score above 1. Of simulated meters all are false: two years become an index, the third one is scored. Of a
file of real readings only those count that its labels call normal, or that have none.
"""

import csv
import datetime
import gzip
import math
import os
import random
import subprocess
import tempfile

import options

PROGRAM = os.environ.get("GRIDKIN_PROGRAM", "gridkin")
HOUR = datetime.timedelta(hours=1)
FIRST, CUT, LAST = (datetime.datetime(year, 1, 1) for year in (2021, 2023, 2024))


def weekday(year, month, day, number):
    """The number-th day of the week of a month; from its end if negative."""
    days = [datetime.date(year, month, 1) + datetime.timedelta(days=step) for step in range(31)]
    days = [at for at in days if at.month == month and at.weekday() == day]
    return days[number - 1 if number > 0 else number]


def observed(at):
    """The weekday on which a day is kept in the United States."""
    return at + datetime.timedelta(days={5: -1, 6: 1}.get(at.weekday(), 0))


def american(year):
    """The federal holidays, and the day after Thanksgiving."""
    thanks = weekday(year, 11, 3, 4)
    fixed = [(1, 1), (7, 4), (11, 11), (12, 25)]
    moving = [(1, 0, 3), (2, 0, 3), (5, 0, -1), (9, 0, 1), (10, 0, 2)]
    days = [observed(datetime.date(year, *day)) for day in fixed]
    return sorted(days + [weekday(year, *day) for day in moving] + [thanks, thanks + datetime.timedelta(days=1)])


def easter(year):
    """Easter Sunday of the Gregorian calendar, after the anonymous algorithm (Nature, 1876)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    h = (19 * a + b - d - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    rest = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * rest) // 451
    month, day = divmod(h + rest - 7 * m + 114, 31)
    return datetime.date(year, month, day + 1)


def english(year):
    """The bank holidays of England; Christmas and New Year as they are kept."""
    sunday = easter(year)
    days = [sunday - datetime.timedelta(days=2), sunday + datetime.timedelta(days=1)]
    days += [weekday(year, 5, 0, 1), weekday(year, 5, 0, -1), weekday(year, 8, 0, -1)]
    for at in (datetime.date(year, 1, 1), datetime.date(year, 12, 25), datetime.date(year, 12, 26)):
        while at.weekday() >= 5 or at in days:
            at += datetime.timedelta(days=1)
        days.append(at)
    return sorted(days)


CALENDARS = {"us": american, "uk": english}


class Meter:
    """A load in kW by the hour of the day and the kind of the day, with noise, a drift and a season."""

    def __init__(self, kind, number):
        self.kind, self.random = kind, random.Random(f"{kind} {number}")
        self.base, self.height = self.random.uniform(2, 4), self.random.uniform(8, 14)
        self.start, self.end = self.random.uniform(6.5, 8.5), self.random.uniform(16.5, 19)
        self.level, self.phase = 1.0, self.random.uniform(0, 6)

    def habit(self, at, is_holiday):
        hour = at.hour + 0.5
        is_free = at.weekday() >= 5 or (is_holiday and self.kind == "office")
        if self.kind == "office":
            if is_free:
                return self.base + (0.15 * self.height if at.weekday() == 5 and 8 < hour < 13 else 0)
            rise = 1 / (1 + math.exp(-2 * (hour - self.start)))
            return self.base + self.height * rise / (1 + math.exp(1.5 * (hour - self.end)))
        rise, dinner = self.start - 1 + (1.5 if is_free else 0), self.end + 1
        bumps = [(rise, 1, 1.2), (dinner, 2, 2.2), (13, 3, 1.0 if is_free else 0.4)]
        return 0.3 + sum(high * math.exp(-(((hour - centre) / wide) ** 2)) for centre, wide, high in bumps)

    def reading(self, at, is_holiday):
        self.level *= self.random.lognormvariate(0, 0.001)
        season = 1 + 0.15 * math.sin(2 * math.pi * at.timetuple().tm_yday / 365 + self.phase)
        return self.habit(at, is_holiday) * season * self.level * self.random.lognormvariate(0, 0.08)


def simulate(path, kind, count, holidays):
    """Writes three years of meters."""
    with open(path, "w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["meter", "timestamp", "kw"])
        for number in range(count):
            meter, at = Meter(kind, number), FIRST
            while at < LAST:
                value = meter.reading(at, at.date() in holidays)
                table.writerow([f"{kind}-{number}", at.strftime("%Y-%m-%dT%H:%M:%SZ"), f"{value:.3f}"])
                at += HOUR


def normal(path):
    """The (meter, time) of the readings of a file that are not labelled anomalous."""
    opened = gzip.open(path, "rt") if path.endswith(".gz") else open(path)
    with opened as file:
        rows = csv.DictReader(file)
        meter, moment = rows.fieldnames[0], next(name for name in rows.fieldnames if "time" in name)
        for row in rows:
            if row.get("anomaly", "0") in ("", "0"):
                yield row[meter], row[moment].replace(" ", "T").replace("Z", "")[:16]


def measure(folder, source, since, holidays, words):
    """Builds and scores: (false alarms, readings) on holidays and on other days, and what the build found out."""
    environment = {**os.environ, "GRIDKIN_INDEXES": os.path.join(folder, "indexes")}

    def run(*command):
        done = subprocess.run([PROGRAM, *command], capture_output=True, text=True, env=environment)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
        return done.stdout

    built = run("build", "measured", "--from", source, "--until", since, "--quiet", *words)
    scores = os.path.join(folder, "scores.csv")
    run("score", "measured", "--from", source, "--since", since, "--output", scores, "--quiet")
    right = set(normal(source))
    counts = {True: [0, 0], False: [0, 0]}
    with open(scores) as file:
        for row in csv.DictReader(file):
            if (row["meter"], row["timestamp"][:16]) not in right:
                continue
            count = counts[datetime.date.fromisoformat(row["timestamp"][:10]) in holidays]
            count[0] += row["score"] != "" and float(row["score"]) > 1
            count[1] += 1
    found = [line.strip() for line in built.splitlines() if "holidays: judged" in line]
    return counts[True], counts[False], found[0] if found else ""


def compare(name, folder, source, since, holidays):
    """Prints a row without the holidays, and one with them."""
    days = os.path.join(folder, "holidays.csv")
    with open(days, "w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["date", "name"])
        table.writerows([day.isoformat(), "holiday"] for day in sorted(holidays))
    for words in [[], ["--holidays", days]]:
        on, off, found = measure(folder, source, since, holidays, words)
        shares = "  ".join(f"{count / max(all, 1):7.2%} of {all:6}" for count, all in (on, off))
        print(f"{name:14}{'given' if words else 'none':8}{shares}  {found}", flush=True)


def main():
    given = options.parse()
    holidays = {day for year in range(1998, 2030) for day in CALENDARS[given.country](year)}
    print(f"{'meters':14}{'given':8}{'false alarms on holidays':>25}{'on other days':>19}")
    if given.readings:
        with tempfile.TemporaryDirectory() as folder:
            name = os.path.basename(given.readings)[:12]
            compare(name, folder, os.path.abspath(given.readings), given.since, holidays)
        return
    for kind in ("office", "home"):
        with tempfile.TemporaryDirectory() as folder:
            source = os.path.join(folder, "meters.csv")
            simulate(source, kind, given.meters, holidays)
            compare(f"{given.meters} {kind}s", folder, source, CUT.strftime("%Y-%m-%d"), holidays)


if __name__ == "__main__":
    main()
