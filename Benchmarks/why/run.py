"""What an explanation costs: the server's processor time of queries with one, less that of the same without."""

import json
import math
import os
import random
import tempfile
import time

import options
from gridkin import Gridkin, Server

START = 1_704_067_200
CASES = [
    ("1 channel, hourly, 200 days", 1, 3_600, 200),
    ("3 channels, hourly, 200 days", 3, 3_600, 200),
    ("1 channel, 5 minutes, 60 days", 1, 300, 60),
    ("3 channels, 5 minutes, 60 days", 3, 300, 60),
    ("1 channel, each minute, 30 days", 1, 60, 30),
]


def values(draw, seconds, channels):
    curve = 10 + 5 * math.sin(seconds / 86_400 * 2 * math.pi)
    return [f"{curve + channel + draw.random():.3f}" for channel in range(channels)]


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def history(path, channels, interval, days):
    draw = random.Random(7)
    with open(path, "w") as file:
        print("meter", "timestamp", *[f"c{channel}" for channel in range(channels)], sep=",", file=file)
        for meter in range(2):
            for seconds in range(START, START + days * 86_400, interval):
                print(f"m{meter}", stamp(seconds), *values(draw, seconds, channels), sep=",", file=file)


def seconds(server, client, lines):
    """The processor time that the server takes for these lines, and how many replies say why."""
    begun, explained = server.cpu, 0
    for start in range(0, len(lines), 50):
        client.send(lines[start : start + 50])
        for _ in lines[start : start + 50]:
            reply = client.line()
            if not reply.startswith("OK "):
                raise SystemExit("a query was refused")
            explained += '"why":' in reply
    return server.cpu - begun, explained


def compare(server, client, lines):
    """The time of a query without an explanation and with one: in turns, so that both share the machine's moods."""
    seconds(server, client, lines[:100])
    plain, explained, alarms = 0, 0, 0
    for start in range(0, len(lines), 200):
        part = lines[start : start + 200]
        took, number = seconds(server, client, part)
        plain, alarms = plain + took, alarms + number
        explained += seconds(server, client, [line + " why=true" for line in part])[0]
    # Alarms say why in any case.
    normal = len(lines) - alarms
    if normal < 0.9 * len(lines):
        raise SystemExit(f"{alarms} of {len(lines)} queries are alarms: the difference means nothing")
    return plain / len(lines), (explained - plain) / normal


def measure(folder, title, channels, interval, days, count):
    name = f"why-{channels}-{interval}"
    path = os.path.join(folder, name + ".csv")
    history(path, channels, interval, days)
    Gridkin(folder).run("build", name, "--from", path, "--quiet", "--encoder", "pca")
    place = os.path.join(folder, name, "generations", "000001")
    with open(os.path.join(place, "manifest.json")) as file:
        rows = json.load(file)["normal"]["rows"]
    bytes_ = os.path.getsize(os.path.join(place, "normal.values"))
    draw = random.Random(9)
    end = START + days * 86_400
    lines = [f"QUERY m{n % 2} {stamp(end)} {' '.join(values(draw, end, channels))} k=1" for n in range(count)]
    with Server(folder, name) as server:
        client = server.connect()
        plain, explanation = compare(server, client, lines)
    print(
        f"| {title} | {rows:,} | {plain * 1e6:.0f} µs | {explanation * 1e6:.0f} µs | "
        f"{bytes_ / rows:.0f}, {bytes_ / 1024:.0f} KiB |",
        flush=True,
    )


def main():
    count = options.parse().queries
    print("| meters | windows | query | explanation | bytes a window, all |\n| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for case in CASES:
            measure(folder, *case, count)


main()
