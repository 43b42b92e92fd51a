"""A server with an index of its own, and plain clients of it. Standard library only."""

import collections
import contextlib
import datetime
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import tempfile

START = datetime.datetime(2023, 1, 1)


def time(hour):
    return (START + datetime.timedelta(hours=hour)).strftime("%Y-%m-%dT%H:00:00Z")


class Served:
    """An index of simulated meters, served on a port that the system chose; everything goes away with it."""

    DAYS = 120
    METERS = 4

    def __init__(self, program, *options, tls=False):
        self.program = program
        self.tls = tls
        self.folder = tempfile.mkdtemp(prefix="gridkin-torture-")
        self.environment = dict(
            os.environ,
            GRIDKIN_INDEXES=self.folder + "/indexes",
            OMP_NUM_THREADS="1",
            OPENBLAS_NUM_THREADS="1",
            OMP_WAIT_POLICY="passive",
        )
        file = self.folder + "/grid.csv"
        self.run("simulate", "--output", file, "--meters", str(self.METERS), "--days", str(self.DAYS))
        self.run("build", "grid", "--from", file)
        with open(file) as rows:
            names = next(rows).strip().split(",")
            self.readings = [dict(zip(names, row.strip().split(","))) for row in rows]
        self.value = next(name for name in names if name not in ("meter", "time", "label", "kind"))
        self.meters = sorted({reading["meter"] for reading in self.readings})
        if tls:
            options += ("--tls-cert", self.certificate(), "--tls-key", self.folder + "/key")
        self.log = open(self.folder + "/log", "wb")
        self.server = subprocess.Popen(
            [program, "serve", "grid", "--listen", "127.0.0.1:0", *options],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=self.log,
        )
        self.port = int(self.server.stdout.readline().decode().split(":")[-1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.terminate()
        try:
            self.code = self.server.wait(60)
        except subprocess.TimeoutExpired:
            self.server.kill()
            self.code = None
        self.log.close()
        shutil.rmtree(self.folder)

    def run(self, *arguments):
        done = subprocess.run([self.program, *arguments], env=self.environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"gridkin {' '.join(arguments)} gives {done.returncode}: {done.stderr}")
        return done.stdout

    def certificate(self):
        """A certificate of two days for this machine, vouched for by itself."""
        path, key = self.folder + "/certificate", self.folder + "/key"
        subprocess.run(
            "umask 077; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=grid"
            f" -addext subjectAltName=IP:127.0.0.1 -keyout {key} -out {path} 2>/dev/null",
            shell=True,
            check=True,
        )
        return path

    def questions(self):
        """Readings that the index holds, after their meters have warmed up, as QUERY asks about them."""
        for reading in self.readings:
            if reading[self.value] and reading["time"] >= time(24 * 30):
                yield f"{reading['meter']} {reading['time']} {reading[self.value]}"

    def connect(self):
        return Client(self.port, self.folder + "/certificate" if self.tls else None)

    def descriptors(self):
        """What the server has open, how often; numbers of sockets and generations left out."""
        folder, opened = f"/proc/{self.server.pid}/fd", collections.Counter()
        for name in os.listdir(folder):
            with contextlib.suppress(FileNotFoundError):
                target = os.readlink(f"{folder}/{name}").removeprefix(self.folder)
                opened[re.sub(r"\[\d+\]|/\d{6}/", "", target)] += 1
        return opened

    def memory(self):
        """Resident memory in MiB."""
        with open(f"/proc/{self.server.pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


class Client:
    """A blocking connection."""

    def __init__(self, port, certificate=None):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if certificate:
            context = ssl.create_default_context(cafile=certificate)
            self.socket = context.wrap_socket(self.socket, server_hostname="127.0.0.1")
        self.file = self.socket.makefile("rb")

    def send(self, lines):
        self.socket.sendall("".join(line + "\n" for line in lines).encode())

    def line(self):
        line = self.file.readline()
        if not line.endswith(b"\n"):
            raise ConnectionError("the server has closed")
        return line.decode()

    def ask(self, line):
        self.send([line])
        return self.line()

    def json(self, line):
        reply = self.ask(line)
        if not reply.startswith("OK "):
            raise SystemExit(f"{line}: {reply}")
        return json.loads(reply[3:])
