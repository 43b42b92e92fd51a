"""Loads a server from one process, so that as little as possible of the machine goes to the load.

Two loads: `paced` sends at a rate whatever the server does, and measures from the moment a line was due, so that
a server that stalls cannot hide it; `closed` has clients that send a line when they have the reply to the one before.
"""

import select
import socket
import time


class Client:
    """A connection, its lines as one text, and how much was sent and answered."""

    def __init__(self, path, lines):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.bytes = memoryview(b"".join(lines))
        self.ends = [0]
        for line in lines:
            self.ends.append(self.ends[-1] + len(line))
        self.sent_bytes = 0
        self.answered = 0
        self.errors = 0
        self.at_start = True
        self.latencies = []

    @property
    def count(self):
        return len(self.ends) - 1

    def send_up_to(self, line):
        """Sends what the socket takes of the lines before `line`."""
        end = self.ends[min(line, self.count)]
        try:
            while self.sent_bytes < end:
                self.sent_bytes += self.socket.send(self.bytes[self.sent_bytes : end])
        except BlockingIOError:
            pass

    def take(self, chunk):
        """How many replies ended in a chunk."""
        ends = chunk.count(b"\n")
        self.errors += chunk.count(b"\nERR ") + (self.at_start and chunk.startswith(b"ERR "))
        self.at_start = chunk.endswith(b"\n")
        return ends

    def receive(self):
        try:
            chunk = self.socket.recv(1 << 20)
        except BlockingIOError:
            return 0
        if not chunk:
            raise SystemExit("the server closed a connection")
        return self.take(chunk)


def paced(path, shares, rate, patience=30):
    """Sends `rate` lines a second over a connection for each of `shares`, for as long as there are lines.

    Returns the latencies in milliseconds in order of arrival, the errors, and the seconds it took.
    """
    clients = [Client(path, lines) for lines in shares]
    for client in clients:
        client.socket.setblocking(False)
    each = rate / len(clients)
    begun = time.perf_counter()
    last = begun
    while any(client.answered < client.count for client in clients):
        now = time.perf_counter()
        for client in clients:
            client.send_up_to(int((now - begun) * each) + 1)
        for client in clients:
            ends = client.receive()
            arrived = time.perf_counter()
            for line in range(client.answered, client.answered + ends):
                client.latencies.append((arrived - begun - line / each) * 1000)
            client.answered += ends
            if ends:
                last = arrived
        if now - last > patience:
            raise SystemExit(f"no reply for {patience} s")
        time.sleep(0.001)
    return (
        [latency for client in clients for latency in client.latencies],
        sum(client.errors for client in clients),
        time.perf_counter() - begun,
    )


def closed(path, shares, seconds):
    """One client for each of `shares`; it sends its lines again and again, one at a time.

    Returns the latencies in milliseconds, the errors, and the seconds it took.
    """
    clients = {}
    poll = select.epoll()
    for lines in shares:
        client = Client(path, [])
        client.lines = lines
        clients[client.socket.fileno()] = client
        poll.register(client.socket, select.EPOLLIN)
    begun = time.perf_counter()
    for client in clients.values():
        client.asked = time.perf_counter()
        client.socket.send(client.lines[0])
    running = len(clients)
    while running:
        for number, _ in poll.poll():
            client = clients[number]
            chunk = client.socket.recv(1 << 20)
            now = time.perf_counter()
            if not client.take(chunk):
                continue
            client.latencies.append((now - client.asked) * 1000)
            if now - begun > seconds:
                poll.unregister(client.socket)
                running -= 1
                continue
            client.answered += 1
            client.asked = time.perf_counter()
            client.socket.send(client.lines[client.answered % len(client.lines)])
    return (
        [latency for client in clients.values() for latency in client.latencies],
        sum(client.errors for client in clients.values()),
        time.perf_counter() - begun,
    )


def quantile(values, share):
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]
