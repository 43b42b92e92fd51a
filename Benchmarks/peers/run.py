"""Asks Gridkin over its socket, and other engines, for the ten nearest rows; started by `run`."""

import atexit
import os
import platform
import statistics
import subprocess
import tempfile
import time

import faiss

import options
from engines import ALL, K
from gridkin import PROGRAM, Grid, Server


def simulated(folder, rows, channels):
    """One meter with a reading every quarter of an hour, so that a query compares with all rows."""
    days = rows // 96
    grid = Grid(
        folder, f"peers-{rows}-{channels}", meters=channels, interval=900, days=days + 5, known=days,
        start="2012-01-01",
    )
    if channels > 1:
        join(grid, channels)
    return grid


def join(grid, channels):
    """Turns several meters into the channels of one."""
    path = grid.csv.replace(".csv", f"-joined-{channels}.csv")
    if not os.path.exists(path):
        columns, labels, times = {}, {}, {}
        with open(grid.csv, encoding="utf-8") as file:
            next(file)
            for line in file:
                meter, moment, value, label, kind = line.rstrip("\n").split(",")
                columns.setdefault(meter, {})[moment] = value
                times[moment] = True
                if label not in ("", "0", "normal"):
                    labels[moment] = kind
        with open(path, "w", encoding="utf-8") as file:
            print("meter,time," + ",".join(f"value-{n}" for n in range(channels)) + ",label,kind", file=file)
            for moment in sorted(times):
                values = ",".join(column.get(moment, "") for column in columns.values())
                print(f"joined,{moment},{values},{int(moment in labels)},{labels.get(moment, '')}", file=file)
    grid.csv = path
    grid.build[1] = path
    grid.build += [word for n in range(channels) for word in ("--value", f"value-{n}")]
    grid.build += ["--meter", "meter", "--time", "time", "--label", "label", "--kind", "kind"]


def questions(grid, channels, count):
    lines = []
    with open(grid.csv, encoding="utf-8") as file:
        next(file)
        for line in file:
            cells = line.rstrip("\n").split(",")
            if cells[1] >= grid.until:
                values = " ".join(value or "-" for value in cells[2 : 2 + channels])
                lines.append(f"{cells[0]} {cells[1]} {values}")
    return lines[:count]


class Socket:
    """Gridkin over its socket; it gets the readings, the other engines get their embeddings."""

    def __init__(self, folder, grid, lines):
        self.server = Server(folder, grid.name)
        self.server.__enter__()
        self.client = self.server.connect()
        self.lines = lines

    def ask(self, verb, number, suffix=""):
        return self.client.ask(f"{verb} {self.lines[number]}{suffix}")

    def found(self, verb, number, suffix=""):
        reply = self.client.json(f"{verb} {self.lines[number]}{suffix}")
        return [(n["meter"], n["time"], n["d"]) for n in reply["neighbours"]]

    def recall(self, count, suffix=""):
        pairs = [(self.found("QUERY", n, suffix), self.found("TRUTH", n, suffix)) for n in range(count)]
        return statistics.mean(len(set(a) & set(b)) / max(len(b), 1) for a, b in pairs)

    def close(self):
        self.server.__exit__()


def timed(ask, count):
    """The median time of some queries, in microseconds."""
    times = []
    for number in range(count):
        begun = time.perf_counter()
        ask(number)
        times.append(time.perf_counter() - begun)
    return statistics.median(times) * 1e6


def budgeted(ask, most, seconds=1.0):
    """The number of queries in a round; fewer for a slow engine."""
    begun = time.perf_counter()
    for number in range(3):
        ask(number)
    each = (time.perf_counter() - begun) / 3
    return int(min(max(seconds / each, 5), most))


def row(*cells):
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def compare(name, asks, recalls, commands, rounds, most):
    counts = {who: budgeted(ask, most) for who, ask in asks.items()}
    times = {who: [] for who in asks}
    for _ in range(rounds):
        for who, ask in asks.items():
            times[who].append(timed(ask, counts[who]))
    middle = {who: statistics.median(values) for who, values in times.items()}
    first = next(iter(middle.values()))
    for who, microseconds in middle.items():
        recall = f"{recalls[who]:.3f}" if who in recalls else ""
        row(name, who, f"{microseconds / 1000:,.3f} ms", f"{microseconds / first:,.1f}", recall, f"`{commands[who]}`")


def run(rows, channels, arguments, folder):
    grid = simulated(folder, rows, channels)
    grid.make()
    everything = Grid.__new__(Grid)
    everything.__dict__.update(grid.__dict__, name=grid.name + "-all", build=[*grid.build])
    cut = everything.build.index("--until")
    del everything.build[cut : cut + 2]
    everything.make()
    bank = faiss.read_index(os.path.join(folder, everything.name, "generations/000001/normal.faiss"))
    embeddings = bank.reconstruct_n(0, bank.ntotal)
    queries, known = embeddings[-300:], embeddings[:-400]
    exact = faiss.IndexFlatL2(known.shape[1])
    exact.add(known)
    truth = exact.search(queries, K)[1].tolist()
    half = len(known) // 2
    selected = faiss.SearchParameters(sel=faiss.IDSelectorRange(half, len(known)))
    filtered_truth = exact.search(queries, K, params=selected)[1].tolist()

    def recall(engine, count, since, truth):
        found = [engine.search(query, since) for query in queries[:count]]
        return statistics.mean(len(set(a) & set(b)) / len(b) for a, b in zip(found, truth))

    lines = questions(grid, channels, 300)
    gridkin = Socket(folder, grid, lines)
    atexit.register(gridkin.close)
    since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(middle_time(gridkin)))
    command = f"Benchmarks/peers/run --rows {rows} --channels {channels} --only "
    with tempfile.TemporaryDirectory() as place:
        engines = loaded(arguments.only, known, place)
        described = {engine.name: f"{command}{name}" for name, engine in engines.items()}
        own = "Gridkin, over its socket"
        described[own] = command + "faiss"
        named = f"{len(known):,} x {known.shape[1]}"
        asks = {own: lambda n: gridkin.ask("QUERY", n)}
        recalls = {own: gridkin.recall(50)}
        for engine in engines.values():
            asks[engine.name] = lambda n, engine=engine: engine.search(queries[n])
            recalls[engine.name] = recall(engine, 50, None, truth)
        compare(named, asks, recalls, described, arguments.rounds, 300)
        asks, recalls = {}, {}
        where = f" {arguments.where.format(since=since)}" if arguments.where else ""
        if where and not gridkin.ask("QUERY", 0, where).startswith("ERR"):
            asks[own] = lambda n: gridkin.ask("QUERY", n, where)
            recalls[own] = gridkin.recall(50, where)
        for engine in engines.values():
            if engine.filters:
                asks[engine.name] = lambda n, engine=engine: engine.search(queries[n], half)
                recalls[engine.name] = recall(engine, 20, half, filtered_truth)
        compare(named + ", the later half", asks, recalls, described, arguments.rounds, 300)
        for engine in engines.values():
            engine.close()
    gridkin.close()


def loaded(names, rows, place):
    """The engines that work on this machine; for the others the reason is printed."""
    engines = {}
    for name in names:
        try:
            engines[name] = ALL[name](rows, place)
            atexit.register(engines[name].close)
        except Exception as error:
            row(f"{len(rows):,}", ALL[name].name, f"does not work here: {error}", "", "", "")
    return engines


def middle_time(gridkin):
    """The middle of what the index holds, in seconds."""
    reply = gridkin.client.json("INFO")
    parse = lambda text: time.mktime(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ")) - time.timezone
    return (parse(reply["from"]) + parse(reply["until"])) / 2


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), "unknown")
    version = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True).stdout.strip()
    print(
        f"{os.cpu_count()} cores, {model}; {platform.platform()}; Python {platform.python_version()}; "
        f"Gridkin {version}; load {os.getloadavg()[0]:.1f} at the start\n"
    )


def main():
    arguments = options.read()
    os.makedirs(arguments.folder, exist_ok=True)
    machine()
    row("rows", "engine", "p50", "times Gridkin's", "recall@10", "command")
    row(*["---"] * 6)
    for channels in arguments.channels:
        for rows in arguments.rows:
            run(rows, channels, arguments, arguments.folder)


if __name__ == "__main__":
    main()
