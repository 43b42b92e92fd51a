"""Measures how Gridkin serves a stream of readings and many clients; started by `run`."""

import os
import resource
import struct
import subprocess
import tempfile
import threading

import options
from gridkin import Client, Grid, Server, used
from load import closed, paced, quantile

YEARS = dict(meters=12, interval=3600, days=3660, known=365)


def row(*cells):
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def head(*cells):
    print()
    row(*cells)
    row(*("---" for _ in cells))


def own_cpu():
    return used(resource.RUSAGE_SELF)


def shares(readings, connections, line):
    """Each meter's lines on one connection, since they must arrive in order."""
    meters = sorted({meter for meter, _ in readings})
    place = {meter: number % connections for number, meter in enumerate(meters)}
    parts = [[] for _ in range(connections)]
    for meter, text in readings:
        parts[place[meter]].append(line(text))
    return parts


def pushes(folder, seconds):
    """Readings at a rate, whatever the server does."""
    head("index", "PUSH a second", "seconds", "p50", "p99", "greatest", "refused", "server", "load", "MiB")
    condensed = Grid(folder, "condensed", **YEARS, build=["--condense", "0.1"])
    for name, grid, rate, suffix in (
        ("100k", Grid(folder, "year", **YEARS), 10_000, ""),
        ("100k", Grid(folder, "year", **YEARS), 10_000, " k=1"),
        ("condensed to 10k", condensed, 50_000, " k=1"),
        ("condensed to 10k", condensed, 25_000, " k=1"),
    ):
        try:
            grid.make()
        except SystemExit:
            row(name, rate, "cannot be built by this program", *[""] * 7)
            continue
        readings = grid.readings(int(rate * min(seconds, 900_000 / rate)))
        parts = shares(readings, 4, lambda text: f"PUSH {text}{suffix}\n".encode())
        with Server(folder, grid.name) as server:
            before, own = server.cpu, own_cpu()
            latencies, errors, took = paced(server.path, parts, rate)
            spent, load = (server.cpu - before) / took, (own_cpu() - own) / took
            row(
                name, f"{len(latencies) / took:,.0f}{suffix}", f"{took:.0f}",
                *(f"{quantile(latencies, share):.2f} ms" for share in (0.5, 0.99, 1)),
                errors, f"{spent:.2f} cores", f"{load:.2f} cores", f"{server.peak_memory:.0f}",
            )


def returns(folder, seconds):
    """How long pushes of other meters wait while one meter returns, again and again, after a gap of 300 hours."""
    head("second look", "one meter comes back", "PUSH a second", "p50", "p99", "greatest")
    rate, gap, day = 2_000, 300, 25
    for look, name in (([], "returns"), (["--second-look", "24h"], "returns-twice")):
        build = [*look, "--encoder", "pca"]
        grid = Grid(folder, name, meters=12, interval=3600, days=1800, known=120, build=build)
        readings = grid.readings()
        meters = sorted({meter for meter, _ in readings})
        others = [reading for reading in readings if reading[0] != meters[0]][: int(rate * min(seconds, 6))]
        one = [f"PUSH {text}\n".encode() for meter, text in readings if meter == meters[0]]
        # A day of readings, whose second looks all become due with the first reading after the next gap.
        days = [one[start : start + day] for start in range(gap, len(one), gap + day)]
        for is_coming in (False, True):
            grid.make()
            # Their first readings are not measured: the server restores their histories from the disk.
            warm_up, measured = others[:110], others[110:]
            parts = shares(measured, 4, lambda text: f"PUSH {text}\n".encode())
            with Server(folder, grid.name) as server:
                paced(server.path, [[f"PUSH {text}\n".encode() for _, text in warm_up]], rate)
                stop = threading.Event()
                thread = threading.Thread(target=come_back, args=(server.path, days, stop))
                if is_coming:
                    thread.start()
                latencies, errors, took = paced(server.path, parts, rate)
                stop.set()
                if is_coming:
                    thread.join()
                assert not errors
                row(
                    "24h" if look else "none", "yes" if is_coming else "no", f"{len(latencies) / took:,.0f}",
                    *(f"{quantile(latencies, share):.2f} ms" for share in (0.5, 0.99, 1)),
                )


def come_back(path, days, stop):
    """Pushes the readings of a day twenty times a second, until `stop` is set or all days are pushed."""
    client = Client(path)
    for lines in days:
        if stop.wait(0.05):
            return
        client.socket.sendall(b"".join(lines))
        for _ in lines:
            reply = client.line()
            assert reply.startswith("OK "), reply


def cadences(folder):
    """What a reading costs with few and with many readings a day, at the same size of the banks."""
    head("a reading every", "slots of a window", "PUSH: server's processor time")
    for interval, name in ((3600, "hour"), (900, "15 minutes"), (300, "5 minutes"), (60, "minute")):
        day = 86400 // interval
        days = 31 + 8000 // day
        build = ["--condense", "1MB", "--encoder", "pca"]
        grid = Grid(folder, f"every-{interval}", meters=2, interval=interval, days=days, known=30, build=build)
        grid.make()
        lines = [f"PUSH {text} k=1\n".encode() for _, text in grid.readings(16_000)]
        with Server(folder, grid.name) as server:
            before = server.cpu
            latencies, errors, _ = paced(server.path, [lines], 1e9)
            assert not errors
            row(name, 14 * day + 3, f"{(server.cpu - before) / len(latencies) * 1e6:.0f} µs")


def query_grids(folder, large):
    """One meter each, so that a query compares with all rows."""
    yield "10k", Grid(folder, "ten", meters=1, interval=3600, days=425, known=420, start="2015-01-01")
    yield "100k", Grid(folder, "hundred", meters=1, interval=900, days=1050, known=1045, start="2015-01-01")
    if large:
        minutes = {"meters": 1, "interval": 60, "days": 700, "known": 699, "start": "2015-01-01"}
        yield "1M", Grid(folder, "thousand", **minutes)
        yield "1M, IVF", Grid(folder, "thousand-ivf", **minutes, build=["--index", "ivf"])


def queries(folder, seconds, large):
    """One client and eight, each asking again as soon as it is answered."""
    head("rows", "clients", "p50", "p99", "p99 / p50", "queries a second", "server's processor time a query")
    for name, grid in query_grids(folder, large):
        grid.make()
        asked = [f"QUERY {text}\n".encode() for _, text in grid.readings(400)]
        with Server(folder, grid.name) as server:
            closed(server.path, [asked[:50]], 1)
            for clients in (1, 8):
                parts = [asked[place:] + asked[:place] for place in range(clients)]
                before = server.cpu
                latencies, errors, took = closed(server.path, parts, seconds)
                assert not errors
                median, high = quantile(latencies, 0.5), quantile(latencies, 0.99)
                row(
                    name, clients, f"{median:.3f} ms", f"{high:.3f} ms", f"{high / median:.1f}",
                    f"{len(latencies) / took:,.0f}", f"{(server.cpu - before) / len(latencies) * 1e6:.0f} µs",
                )


def allocations(folder):
    """The memory allocated for a line, once the server is warm."""
    head("line", "allocations", "bytes")
    grid = Grid(folder, "ten", meters=1, interval=3600, days=425, known=420, start="2015-01-01")
    grid.make()
    source = os.path.join(os.path.dirname(__file__), "allocations.c")
    with tempfile.TemporaryDirectory() as place:
        library, counts = os.path.join(place, "count.so"), os.path.join(place, "counts")
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, source], check=True)
        with open(counts, "wb") as file:
            file.write(bytes(16))

        def measure(title, lines):
            with open(counts, "rb") as file:
                before = struct.unpack("QQ", file.read())
            paced(server.path, [lines], 1e9)
            with open(counts, "rb") as file:
                after = struct.unpack("QQ", file.read())
            row(title, *(f"{(b - a) / len(lines):,.1f}" for a, b in zip(before, after)))

        environment = {"LD_PRELOAD": library, "GRIDKIN_ALLOCATIONS": counts}
        with Server(folder, grid.name, environment=environment) as server:
            readings = [text for _, text in grid.readings()]
            query = f"QUERY {readings[60]}".encode()
            paced(server.path, [[f"PUSH {text}\n".encode() for text in readings[:60]]], 1e9)
            for _ in range(2):
                paced(server.path, [[query + b"\n"] * 2000], 1e9)
            measure("`PING`", [b"PING\n"] * 2000)
            measure("`QUERY`, k = 10", [query + b"\n"] * 2000)
            measure("`QUERY`, k = 1", [query + b" k=1\n"] * 2000)
            measure("`PUSH`, k = 10", [f"PUSH {text}\n".encode() for text in readings[60:]])


def main():
    arguments = options.read()
    os.makedirs(arguments.folder, exist_ok=True)
    if arguments.only in (None, "queries"):
        queries(arguments.folder, arguments.seconds / 6, arguments.large)
    if arguments.only in (None, "pushes"):
        pushes(arguments.folder, arguments.seconds)
    if arguments.only in (None, "returns"):
        returns(arguments.folder, arguments.seconds)
    if arguments.only in (None, "cadences"):
        cadences(arguments.folder)
    if arguments.only in (None, "allocations"):
        allocations(arguments.folder)


if __name__ == "__main__":
    main()
