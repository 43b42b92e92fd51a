"""A simulated data centre's monitoring database goes to four indexes with one command.

The table has a time and 164 columns of four devices: a utility meter, a UPS, chillers and PDUs. Values follow a load with
daily and weekly habits. Prints the time of each index, and the peak of memory of the whole command.
"""

import contextlib
import math
import os
import random
import sqlite3
import subprocess
import tempfile
import time

import options

PROGRAM = os.environ.get("GRIDKIN_PROGRAM", "gridkin")
FIRST = 1_672_531_200  # 2023-01-01 in UTC

# For each part: the quantities, and how many columns each has.
DEVICES = {
    "Utility": [("Voltage", 3, 230.0), ("Current", 3, 400.0), ("Power", 3, 92.0), ("Factor", 3, 0.97), ("Frequency", 1, 50.0)],
    "UPS": [("InVoltage", 6, 230.0), ("OutVoltage", 6, 230.0), ("Load", 6, 40.0), ("Battery", 8, 13.6), ("Temp", 4, 27.0)],
    "Chiller": [("Supply", 8, 8.0), ("Return", 8, 14.0), ("Flow", 8, 25.0), ("Power", 8, 30.0)],
    "PDU": [("Current", 48, 9.0), ("Power", 41, 2.0)],
}


def columns():
    """The columns' names, and what each stands at usually."""
    for device, quantities in DEVICES.items():
        for quantity, count, usual in quantities:
            for number in range(1, count + 1):
                yield f"{device}_{quantity}{number}", usual


def values(number, seconds, usual, noise):
    """A row: the time and the values of all columns."""
    hour = seconds / 3600
    load = 1 + 0.2 * math.sin(hour / 24 * 2 * math.pi) + 0.05 * math.sin(hour / 168 * 2 * math.pi)
    stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(FIRST + seconds))
    shift = number * 7
    row = [round(u * load * noise[(shift + i * 31) % len(noise)], 3) for i, u in enumerate(usual)]
    return [stamp, *row]


def write(path, rows, minutes):
    """Makes the database."""
    names, usual = zip(*columns())
    generator = random.Random(7)
    noise = [generator.lognormvariate(0, 0.02) for _ in range(100_003)]
    with contextlib.closing(sqlite3.connect(path)) as database:
        fields = ", ".join(f'"{name}" REAL' for name in names)
        database.execute(f"CREATE TABLE log (stamp TEXT, {fields})")
        marks = ", ".join("?" * (len(names) + 1))
        lines = (values(number, number * minutes * 60, usual, noise) for number in range(rows))
        database.executemany(f"INSERT INTO log VALUES ({marks})", lines)
        database.commit()
    return len(names) + 1


def measure(*words):
    """The seconds, the peak of memory in MiB and the output of a command."""
    start = time.monotonic()
    done = subprocess.Popen([PROGRAM, *words], stdout=subprocess.PIPE, text=True)
    output = done.stdout.read()
    _, status, usage = os.wait4(done.pid, 0)
    if status != 0:
        raise SystemExit(f"{' '.join(words)} ended with {os.waitstatus_to_exitcode(status)}")
    return time.monotonic() - start, usage.ru_maxrss / 1024, output


def main():
    given = options.parse()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or temporary
        path = os.path.join(folder, f"dc-{given.rows}.db")
        if not os.path.exists(path):
            write(path, given.rows, given.minutes)
        size = os.path.getsize(path) / 1e6
        print(f"{given.rows} rows of {sum(1 for _ in columns()) + 1} columns, {size:.0f} MB", flush=True)
        os.environ["GRIDKIN_INDEXES"] = os.path.join(temporary, "indexes")
        if given.peek:
            seconds, memory, _ = measure("peek", path, "--quiet")
            print(f"peek of all columns: {seconds:.1f} s, peak {memory:.0f} MiB")
            return
        parts = [word for device in DEVICES for word in ("--part", f"{device.lower()}={device}_*")]
        seconds, memory, output = measure("build", "dc", "--from", path, "--quiet", *parts)
        print(output)
        print(f"four indexes: {seconds:.1f} s, peak {memory:.0f} MiB")


if __name__ == "__main__":
    main()
