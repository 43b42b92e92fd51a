"""What an explanation costs: the server's processor time of queries with one, less that of the same without."""

import json
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
    hour = seconds // 3_600 % 24
    return [f"{10 + 5 * (hour // 8) + channel + draw.random():.3f}" for channel in range(channels)]


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
    """The processor time that the server takes for a line; half of the lines warm it up."""
    for part in (lines[: len(lines) // 2], lines[len(lines) // 2 :]):
        begun = server.cpu
        for start in range(0, len(part), 50):
            client.send(part[start : start + 50])
            for _ in part[start : start + 50]:
                if not client.line().startswith("OK "):
                    raise SystemExit("a query was refused")
    return (server.cpu - begun) / len(part)


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
    lines = [f"QUERY m{n % 2} {stamp(end)} {' '.join(values(draw, end, channels))} k=1" for n in range(2 * count)]
    with Server(folder, name) as server:
        client = server.connect()
        plain = seconds(server, client, lines)
        explained = seconds(server, client, [line + " why=true" for line in lines])
    print(
        f"| {title} | {rows:,} | {plain * 1e6:.0f} µs | {(explained - plain) * 1e6:.0f} µs | "
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
