"""The program under measurement: its commands, a server, a client, and indexes of simulated readings.

Needs only Python's standard library. `GRIDKIN_PROGRAM` names the program.
"""

import collections
import contextlib
import json
import os
import re
import resource
import shutil
import socket
import ssl
import subprocess
import time

PROGRAM = os.environ.get("GRIDKIN_PROGRAM", "gridkin")
TICKS = os.sysconf("SC_CLK_TCK")


class Gridkin:
    """Commands on the indexes of one folder."""

    def __init__(self, indexes):
        self.indexes = indexes

    def run(self, *words, accepted=(0,), preexec=None):
        """What a command prints. Ends the benchmark if the exit code is not an accepted one."""
        command = [PROGRAM, *map(str, words)]
        environment = {**os.environ, "GRIDKIN_INDEXES": self.indexes}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, preexec_fn=preexec)
        if done.returncode not in accepted:
            raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
        return done.stdout


class Grid:
    """Readings of simulated meters: an index of those before a day, and the readings from that day on."""

    def __init__(self, folder, name, meters, interval, days, known, start="2012-01-01", build=()):
        self.folder, self.name = folder, name
        self.gridkin = Gridkin(folder)
        self.csv = os.path.join(folder, f"{meters}-{interval}-{days}-{start}.csv")
        first = time.mktime(time.strptime(start, "%Y-%m-%d")) - time.timezone
        self.until = time.strftime("%Y-%m-%d", time.gmtime(first + known * 86400))
        if not os.path.exists(self.csv):
            options = ["--meters", meters, "--interval", interval, "--days", days, "--start", start]
            self.gridkin.run("simulate", "--quiet", *options, "--output", self.csv)
        self.build = ["--from", self.csv, "--until", self.until, *build]

    def make(self):
        """Restores the index as it was built, without what an earlier run pushed to it."""
        place = os.path.join(self.folder, self.name)
        kept = place + ".built"
        if not os.path.exists(kept):
            shutil.rmtree(place, ignore_errors=True)
            self.gridkin.run("build", self.name, *self.build, "--quiet")
            shutil.copytree(place, kept, symlinks=True)
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(kept, place, symlinks=True)

    def rows(self):
        """(time, meter, value) of all readings in the order of the file; `-` for a missing value."""
        with open(self.csv, encoding="utf-8") as file:
            columns = next(file).rstrip().split(",")
            meter, moment, value = (columns.index(name) for name in ("meter", "time", "power_kw"))
            for line in file:
                cells = line.rstrip().split(",")
                yield cells[moment], cells[meter], cells[value] or "-"

    def readings(self, limit=None):
        """(meter, `meter time value`) of the readings that the index does not hold, in the order of time."""
        rows = sorted(row for row in self.rows() if row[0] >= self.until)
        return [(meter, f"{meter} {moment} {value}") for moment, meter, value in rows[:limit]]


class Server:
    """A served index. `with` starts it and stops it; afterwards `code` is its exit code.

    It listens on a Unix socket, or with `tcp` on a port that the system chooses.
    """

    def __init__(self, folder, *names, options=(), environment=(), tcp=False, certificate=None):
        self.folder, self.certificate, self.code = folder, certificate, None
        self.path = os.path.join(folder, f"socket-{os.getpid()}")
        where = ["--listen", "127.0.0.1:0"] if tcp else ["--socket", self.path]
        self.command = [PROGRAM, "serve", *names, *where, "--quiet", *options]
        self.environment = {**os.environ, "GRIDKIN_INDEXES": folder, **dict(environment)}

    def __enter__(self):
        # In a file: a full pipe would stop the server.
        self.log = open(os.path.join(self.folder, f"log-{os.getpid()}"), "w+b")
        self.process = subprocess.Popen(
            self.command, stdout=subprocess.PIPE, stderr=self.log, env=self.environment
        )
        line = self.process.stdout.readline().decode()
        if not line.startswith("listening"):
            self.process.wait()
            self.log.seek(0)
            raise SystemExit(f"the server did not start: {self.log.read().decode()}")
        self.port = int(line.split(":")[-1]) if "--listen" in self.command else None
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.code = self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.log.close()
        with contextlib.suppress(FileNotFoundError):
            os.remove(self.log.name)

    def connect(self):
        return Client(self.port or self.path, self.certificate)

    def status(self, name):
        """A number of MiB from /proc/PID/status."""
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as file:
            return int(next(line for line in file if line.startswith(name)).split()[1]) / 1024

    @property
    def cpu(self):
        """Seconds of processor time so far."""
        with open(f"/proc/{self.process.pid}/stat", encoding="utf-8") as file:
            words = file.read().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / TICKS

    @property
    def memory(self):
        """Resident memory now, in MiB."""
        return self.status("VmRSS")

    @property
    def peak_memory(self):
        """The most resident memory so far, in MiB."""
        return self.status("VmHWM")

    def descriptors(self):
        """The number of open descriptors by target, without the numbers of sockets and generations."""
        folder, opened = f"/proc/{self.process.pid}/fd", collections.Counter()
        for name in os.listdir(folder):
            with contextlib.suppress(FileNotFoundError):
                target = os.readlink(f"{folder}/{name}").removeprefix(self.folder)
                opened[re.sub(r"\[\d+\]|/\d{6}/", "", target)] += 1
        return opened


class Client:
    """A blocking connection to a Unix socket (a path) or to a port of this machine (a number)."""

    def __init__(self, where, certificate=None, patience=60):
        if isinstance(where, str):
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(patience)
            self.socket.connect(where)
        else:
            self.socket = socket.create_connection(("127.0.0.1", where), timeout=patience)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if certificate:
            context = ssl.create_default_context(cafile=certificate)
            self.socket = context.wrap_socket(self.socket, server_hostname="127.0.0.1")
        self.received = b""

    def send(self, lines):
        self.socket.sendall("".join(line + "\n" for line in lines).encode())

    def line(self):
        """The next reply, without its line feed."""
        while b"\n" not in self.received:
            chunk = self.socket.recv(65536)
            if not chunk:
                raise ConnectionError("the server has closed the connection")
            self.received += chunk
        line, _, self.received = self.received.partition(b"\n")
        return line.decode()

    def ask(self, line):
        self.send([line])
        return self.line()

    def json(self, line):
        """The object of a reply that must be OK."""
        reply = self.ask(line)
        if not reply.startswith("OK "):
            raise SystemExit(f"{line}: {reply}")
        return json.loads(reply[3:])


def one_core():
    """Confines a process to one core."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def used(who=resource.RUSAGE_CHILDREN):
    """Seconds of processor time: of the commands that have ended, or of this process."""
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime
