"""A place to attack: a temporary folder with indexes, their servers, a slow or small disk, a held lock."""

import contextlib
import datetime
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time as clock

from gridkin import PROGRAM, Client

START = datetime.datetime(2023, 1, 1)
DAYS = 60
METERS = 4


def time(hours):
    """The time of an hour, or of a part of one, since 2023."""
    return (START + datetime.timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def wait_until(condition, seconds, step=0.02):
    """Whether the condition became true in that time."""
    end = clock.monotonic() + seconds
    while clock.monotonic() < end:
        if condition():
            return True
        clock.sleep(step)
    return condition()


def command(*words, folder, seconds=120, **options):
    """A command that has ended: code, stdout, stderr. One that does not end in time has the code None."""
    environment = {**os.environ, "GRIDKIN_INDEXES": folder, **options.pop("environment", {})}
    try:
        return subprocess.run(
            [PROGRAM, *map(str, words)], capture_output=True, text=True, errors="replace", env=environment,
            timeout=seconds, cwd=folder, **options,
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        return subprocess.CompletedProcess(late.cmd, None, "", "it has not ended")


def knows(name, *options):
    """Whether the program has a command with these options; an older program may not."""
    text = subprocess.run([PROGRAM, name, "--help"], capture_output=True, text=True).stdout
    return f"USAGE: gridkin {name} " in text and all(option in text for option in options)


class Place:
    """A folder of its own for one attack, with a copy of the index `grid`: four hourly meters of 60 days.

    `with` makes it; at its end every server that was started is killed and everything is removed.
    """

    built = csv = None
    meters = ()

    def __init__(self, *names, disk=None):
        self.names, self.disk = names or ("grid",), disk

    def __enter__(self):
        self.stack = contextlib.ExitStack()
        self.folder = os.path.realpath(tempfile.mkdtemp(prefix="gridkin-trust-"))
        self.stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.indexes = os.path.join(self.folder, "indexes")
        os.mkdir(self.indexes)
        if self.disk:
            subprocess.run(
                ["mount", "-t", "tmpfs", "-o", f"size={self.disk}", "tmpfs", self.indexes], check=True
            )
            self.stack.callback(subprocess.run, ["umount", "-l", self.indexes])
        for name in self.names:
            shutil.copytree(Place.built, os.path.join(self.indexes, name), symlinks=True)
        return self

    def __exit__(self, *_):
        self.stack.close()

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def index(self, *parts, name="grid"):
        return os.path.join(self.indexes, name, *parts)

    def run(self, *words, **options):
        return command(*words, folder=self.indexes, **options)

    def serve(self, *names, **options):
        """A running server; it is killed with the place if it still runs then."""
        return self.stack.enter_context(Serving(self, names or self.names, **options))

    @contextlib.contextmanager
    def locked(self, name="grid"):
        """Holds the journal's write lock, as another program does that writes to it for long."""
        connection = sqlite3.connect(
            self.index("journal.sqlite", name=name), isolation_level=None, timeout=20
        )
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            with contextlib.suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
            connection.close()

    def fill(self, room):
        """Fills the small disk but for so many bytes; the filler's path."""
        filler = os.path.join(self.indexes, "filler")
        status = os.statvfs(self.indexes)
        free = max(0, status.f_bavail * status.f_frsize - room)
        with open(filler, "wb") as file:
            os.posix_fallocate(file.fileno(), 0, free)
        return filler


class Serving:
    """A server of some indexes on a port of its own, with HTTP on another if asked for."""

    library = None

    def __init__(self, place, names, options=(), http=False, plan=None, tokens=None):
        self.place, self.names, self.code = place, names, None
        where = ["--listen", "127.0.0.1:0"] + (["--http", "127.0.0.1:0"] if http else [])
        if tokens:
            path = place.path("tokens")
            with open(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
                file.writelines(f"{kind} {token}\n" for kind, token in tokens.items())
            where += ["--token-file", path]
        self.command = [PROGRAM, "serve", *names, *where, *map(str, options)]
        self.environment = {**os.environ, "GRIDKIN_INDEXES": place.indexes}
        self.listens = 2 if http else 1
        if plan:
            self.plan(plan)
            faulty = {
                "LD_PRELOAD": Serving.library,
                "FAULT_UNDER": place.indexes,
                "FAULT_PLAN": place.path("plan"),
            }
            self.environment.update(faulty)

    def __enter__(self):
        self.log = tempfile.TemporaryFile(dir=self.place.folder)
        begun = clock.monotonic()
        self.process = subprocess.Popen(
            self.command, stdout=subprocess.PIPE, stderr=self.log, env=self.environment, cwd=self.place.folder
        )
        self.port = self.http = None
        for _ in range(self.listens):
            line = self.process.stdout.readline().decode()
            if not line.startswith("listening"):
                self.process.wait()
                raise NotServing(self.process.returncode, self.written())
            if "http" in line:
                self.http = int(line.rsplit(":", 1)[1])
            else:
                self.port = int(line.rsplit(":", 1)[1])
        self.started_in = clock.monotonic() - begun
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.log.close()

    def plan(self, text):
        """What the disk does from now on, in the words of fault.c."""
        path = self.place.path("plan")
        with open(path + ".new", "w") as file:
            file.write(text)
        os.replace(path + ".new", path)  # It is read at every call.

    def written(self):
        """What it has written to stderr."""
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def connect(self, patience=60):
        return Client(self.port, patience=patience)

    def stop(self, seconds=60):
        """Asks it to end; its exit code, or None if it has not ended in that time."""
        return self.end(seconds)[0]

    def end(self, seconds=60):
        """Asks it to end; its exit code, or None if it has not ended in time, and the seconds it took."""
        begun = clock.monotonic()
        self.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        return self.process.poll(), clock.monotonic() - begun

    def crash(self):
        self.process.kill()
        self.process.wait()

    def degraded(self):
        """What the server says is wrong with it; one sentence each."""
        return self.connect().json("STATS")["degraded"]

    @property
    def memory(self):
        """Resident memory now, in MiB."""
        with open(f"/proc/{self.process.pid}/status", encoding="utf-8") as file:
            return int(next(line for line in file if line.startswith("VmRSS")).split()[1]) / 1024

    def get(self, path="/healthz", headers="", patience=10):
        """An HTTP answer's status; None without one."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            with socket.create_connection(("127.0.0.1", self.http), patience) as client:
                client.sendall(
                    f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n".encode()
                )
                return int(client.recv(65536).split()[1])
        return None


class NotServing(Exception):
    """A server that ended instead of listening: its exit code and its words."""


def push(client, lines, batch=200):
    """Pushes readings; how many were answered OK, and the first other reply."""
    taken, other = 0, None
    for start in range(0, len(lines), batch):
        part = lines[start : start + batch]
        client.send([f"PUSH {line} k=1" for line in part])
        for _ in part:
            reply = client.line()
            taken += reply.startswith("OK ")
            other = other or (None if reply.startswith("OK ") else reply)
    return taken, other


class Knocking(threading.Thread):
    """Asks PING on four connections and /healthz, again and again; keeps the longest wait of each."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server, self.over, self.ping, self.health = server, threading.Event(), 0.0, 0.0

    def __enter__(self):
        self.threads = [threading.Thread(target=self.knock, daemon=True) for _ in range(4)]
        self.threads += [threading.Thread(target=self.look, daemon=True)] if self.server.http else []
        for thread in self.threads:
            thread.start()
        clock.sleep(0.2)
        self.ping = self.health = 0.0
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join(60)

    def knock(self):
        client = self.server.connect()
        while not self.over.is_set():
            begun = clock.monotonic()
            client.ask("PING")
            self.ping = max(self.ping, clock.monotonic() - begun)
            clock.sleep(0.005)

    def look(self):
        while not self.over.is_set():
            begun = clock.monotonic()
            self.server.get(patience=60)
            self.health = max(self.health, clock.monotonic() - begun)
            clock.sleep(0.02)


def meters_of(csv):
    """The meters of a file, in order of their names."""
    with open(csv, encoding="utf-8") as file:
        return sorted({line.split(",")[0] for line in file.readlines()[1:]})


def prepare(home):
    """Builds the index that every place gets a copy of, and the slow disk."""
    csv = os.path.join(home, "grid.csv")
    options = ["--meters", METERS, "--days", DAYS, "--quiet", "--output", csv]
    for words in (["simulate", *options], ["build", "grid", "--from", csv, "--quiet"]):
        done = command(*words, folder=home)
        if done.returncode:
            raise SystemExit(f"trust: {done.args} ended with {done.returncode}: {done.stderr}")
    Place.built, Place.csv, Place.meters = os.path.join(home, "grid"), csv, meters_of(csv)
    source = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "fault.c")
    Serving.library = os.path.join(home, "fault.so")
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", Serving.library, source], check=True)
