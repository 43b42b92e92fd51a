"""Indexes of simulated readings, and the program that serves them."""

import os
import subprocess
import time

PROGRAM = os.environ.get("GRIDKIN_PROGRAM", "gridkin")
TICKS = os.sysconf("SC_CLK_TCK")


def gridkin(*words):
    subprocess.run([PROGRAM, *map(str, words)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Grid:
    """Readings of simulated meters: an index of those before a time, and lines for those after it."""

    def __init__(self, folder, name, meters, interval, days, known, start="2012-01-01", build=()):
        self.folder, self.name = folder, name
        self.csv = os.path.join(folder, f"{meters}-{interval}-{days}-{start}.csv")
        self.until = time.strftime(
            "%Y-%m-%d", time.gmtime(time.mktime(time.strptime(start, "%Y-%m-%d")) - time.timezone + known * 86400)
        )
        if not os.path.exists(self.csv):
            options = ["--meters", meters, "--interval", interval, "--days", days, "--start", start]
            gridkin("simulate", "--quiet", *options, "--output", self.csv)
        self.build = ["--from", self.csv, "--until", self.until, *build]

    def make(self):
        """Builds the index anew, without what was pushed to it before; from then on a copy will do."""
        place = os.path.join(self.folder, self.name)
        kept = place + ".built"
        if not os.path.exists(kept):
            subprocess.run(["rm", "-rf", place], check=True)
            gridkin("build", self.name, *self.build, "--indexes", self.folder)
            subprocess.run(["cp", "-r", place, kept], check=True)
        subprocess.run(["rm", "-rf", place], check=True)
        subprocess.run(["cp", "-r", kept, place], check=True)

    def readings(self, limit=None):
        """`meter time value` of the readings after the known ones, in the order of time."""
        lines = []
        with open(self.csv, encoding="utf-8") as file:
            columns = next(file).rstrip().split(",")
            meter, moment, value = (columns.index(name) for name in ("meter", "time", "power_kw"))
            for line in file:
                cells = line.rstrip().split(",")
                if cells[moment] >= self.until:
                    lines.append((cells[moment], cells[meter], cells[value] or "-"))
        lines.sort()
        return [(name, f"{name} {moment} {value}") for moment, name, value in lines[:limit]]


class Server:
    """A served index. `with` starts and stops it."""

    def __init__(self, folder, *names, environment=(), options=()):
        self.path = os.path.join(folder, f"socket-{os.getpid()}")
        command = [PROGRAM, "serve", *names, "--indexes", folder, "--socket", self.path, "--quiet", *options]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, **dict(environment)}
        )

    def __enter__(self):
        line = self.process.stdout.readline().decode()
        if not line.startswith("listening"):
            raise SystemExit(f"the server did not start: {self.process.stderr.read().decode()}")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    @property
    def cpu(self):
        """Seconds of processor time so far."""
        with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as file:
            words = file.read().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / TICKS

    @property
    def memory(self):
        """The most memory it has held so far, in MiB."""
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as file:
            return int(next(line for line in file if line.startswith("VmHWM")).split()[1]) / 1024
