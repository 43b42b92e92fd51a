"""Attacks of clients on a server, and how long an honest client waits during each.

The attackers are processes of their own, from addresses of their own, and give way to others at the processor: they
stand for other machines, and what is measured is the server."""

import argparse
import multiprocessing
import os
import random
import resource
import selectors
import socket
import ssl
import struct
import time as clock

from simulated import SimulatedServer

# The beginning of a real ClientHello, and one that promises more than comes.
HELLO = bytes.fromhex("16030100c8010000c40303") + bytes(range(189))
# Makes a socket forget its connection without telling its other end (tcp(7); only on Linux, only as root).
TCP_REPAIR = 19


def address(number):
    return f"127.0.1.{1 + number % 40}"


def connect(port, number):
    client = socket.socket()
    client.setblocking(False)
    client.bind((address(number), 0))
    client.connect_ex(("127.0.0.1", port))
    return client


def step_back():
    """Lowers its priority: an attacker stands for a program on another machine."""
    os.nice(19)


def hold(port, count, send, pace, ready, stop):
    """Keeps connections open, and from time to time sends each what `send` gives. Never reads. A closed connection
    is opened again."""
    step_back()
    chosen, clients = random.Random(7), []
    for number in range(count):
        clients.append(connect(port, number))
        if number % 200 == 199:
            clock.sleep(0.05)  # Not all at once: the system's queue of connections is short.
    clock.sleep(1)
    ready.set()
    at = 0
    while not stop.is_set():
        begun = clock.monotonic()
        for number in range(at, min(at + 500, count)):
            try:
                clients[number].send(send(chosen))
            except BlockingIOError:
                pass  # The server takes no more from a client that does not read.
            except OSError:
                clients[number].close()
                clients[number] = connect(port, number)
        at = at + 500 if at + 500 < count else 0
        clock.sleep(max(0.001, pace - (clock.monotonic() - begun)))


def garble(port, count, rubbish, ready, stop):
    """Sends garbage as fast as the server takes it, and reads the replies."""
    step_back()
    chosen, picker = random.Random(8), selectors.DefaultSelector()
    for number in range(count):
        picker.register(connect(port, number), selectors.EVENT_READ | selectors.EVENT_WRITE, number)
    ready.set()
    while not stop.is_set():
        for key, events in picker.select(0.1):
            try:
                if events & selectors.EVENT_READ and not key.fileobj.recv(1 << 16):
                    raise ConnectionError
                if events & selectors.EVENT_WRITE:
                    key.fileobj.send(rubbish(chosen))
            except BlockingIOError:
                pass
            except OSError:
                picker.unregister(key.fileobj)
                key.fileobj.close()
                again = connect(port, key.data)
                picker.register(again, selectors.EVENT_READ | selectors.EVENT_WRITE, key.data)


def come_and_go(port, how, pace, ready, stop):
    """Connects, does something and disconnects, again and again."""
    step_back()
    ready.set()
    number = 0
    while not stop.is_set():
        number += 1
        try:
            client = socket.create_connection(("127.0.0.1", port), 5, (address(number), 0))
            how(client)
            client.close()
        except OSError:
            pass
        clock.sleep(pace)


def reset(client):
    client.send(b"INFO\n" * 50)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def vanish(client):
    client.send(b"INFO\nQUERY house-001")
    client.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)


def shake_hands(client):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.wrap_socket(client).close()


def line(chosen):
    return chosen.randbytes(chosen.randrange(200)).replace(b"\n", b"") + b"\n"


def lines(chosen):
    return b"".join(line(chosen) for _ in range(20))


def never_reads(port, count, tls, ready, stop):
    """Sends requests without end, and reads no reply."""
    step_back()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE

    def enter(number):
        client = socket.create_connection(("127.0.0.1", port), 20, (address(number), 0))
        if tls:
            client = context.wrap_socket(client)
        client.setblocking(False)
        return client

    clients = [enter(number) for number in range(count)]
    asked = b"INFO\n" * 200
    ready.set()
    while not stop.is_set():
        for number, client in enumerate(clients):
            try:
                client.send(asked)
            except (BlockingIOError, ssl.SSLWantWriteError):
                pass
            except OSError:
                client.close()
                try:
                    clients[number] = enter(number)
                except OSError:
                    pass
        clock.sleep(0.05)


PLAIN = {
    "idle": lambda count: (hold, count, lambda _: b"", 1),
    "dripping": lambda count: (hold, count // 5, lambda chosen: chosen.randbytes(1).replace(b"\n", b"x"), 1),
    "half a line": lambda count: (hold, count // 5, lambda _: b"QUERY house-001 2023-0", 5),
    "never reading": lambda count: (never_reads, count // 50, False),
    "TLS to a plain port": lambda count: (hold, count // 50, lambda _: HELLO, 0.2),
    "garbage at line rate": lambda count: (garble, 4, lines),
    "resets, requests unread": lambda count: (come_and_go, reset, 0.001),
    "half-open": lambda count: (come_and_go, vanish, 0.002),
}

TLS = {
    "idle before the handshake": lambda count: (hold, count, lambda _: b"", 1),
    "half handshakes": lambda count: (hold, count // 5, lambda _: HELLO[:100], 1),
    "nonsense at line rate": lambda count: (garble, 4, lambda chosen: HELLO + chosen.randbytes(2000)),
    "lines without TLS": lambda count: (garble, 4, lines),
    "handshakes, over and over": lambda count: (come_and_go, shake_hands, 0),
    "never reading": lambda count: (never_reads, count // 50, True),
}


def wait(server, seconds):
    """The honest client: about a hundred queries a second, one after the other; the sorted times in seconds."""
    client, questions, taken = server.connect(), server.questions(), []
    end = clock.monotonic() + seconds
    while clock.monotonic() < end:
        question = next(questions)
        begun = clock.monotonic()
        reply = client.ask(f"QUERY {question} k=3")
        taken.append(clock.monotonic() - begun)
        if not reply.startswith("OK "):
            raise SystemExit(f"hostile: the honest client got {reply}")
        clock.sleep(0.01)
    return sorted(taken)


def share(taken, part):
    return taken[min(int(len(taken) * part), len(taken) - 1)] * 1000


def report(name, taken, quiet, server):
    ratio = share(taken, 0.99) / share(quiet, 0.99)
    stats = server.connect().json("STATS")
    print(
        f"hostile: {name:26} p50 {share(taken, 0.5):6.2f} ms  p99 {share(taken, 0.99):6.2f} ms  "
        f"{ratio:5.2f} times the quiet p99  {stats['connections']:6} connections  {stats['cut']:6} cut  "
        f"{server.memory:5.0f} MiB",
        flush=True,
    )
    return ratio


def settle(server):
    """Waits until the attackers' connections are closed, a minute at most."""
    for _ in range(60):
        clock.sleep(1)
        if server.connect().json("STATS")["connections"] <= 2:
            return


def attack(server, attacks, count, seconds, context):
    """Runs each attack in turn; returns the factor by which the honest client's p99 rose."""
    quiet = wait(server, seconds)
    before = server.descriptors()
    report("quiet", quiet, quiet, server)
    ratios = {}
    for name, work_of in attacks.items():
        work, *arguments = work_of(count)
        ready, stop = context.Event(), context.Event()
        attacker = context.Process(target=work, args=(server.port, *arguments, ready, stop), daemon=True)
        attacker.start()
        ready.wait(120)
        ratios[name] = report(name, wait(server, seconds), quiet, server)
        stop.set()
        attacker.join(30)
        attacker.kill()
        attacker.join()
        settle(server)
    report("quiet again", wait(server, seconds), quiet, server)
    settle(server)
    after = server.descriptors()
    print(f"hostile: descriptors {before.total()} before, {after.total()} after; more: {dict(after - before)}")
    return ratios


def main():
    parser = argparse.ArgumentParser(description=__doc__, prog="Tests/Torture/run hostile")
    parser.add_argument("connections", nargs="?", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=10, help="seconds of each attack; default 10")
    parser.add_argument("--only", help="only the attacks whose name contains this word")
    options = parser.parse_args()
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    count = min(options.connections, limit - 200)
    context = multiprocessing.get_context("fork")
    status, over = 0, []
    # Limits so short that clients are closed, and connect again, during the measurement.
    limits = ["--max-connections", str(count + 200), "--line-time", "5s", "--write-time", "5s"]
    for title, attacks, tls in [("plain TCP", PLAIN, False), ("TLS", TLS, True)]:
        attacks = {name: work for name, work in attacks.items() if not options.only or options.only in name}
        if not attacks:
            continue
        print(f"hostile: {title}, {count} connections")
        with SimulatedServer(*limits, tls=tls) as server:
            ratios = attack(server, attacks, count, options.seconds, context)
        print(f"hostile: the server ended with {server.code}")
        status |= server.code != 0
        over += [f"{name} ({title})" for name, ratio in ratios.items() if ratio > 2]
    print(f"hostile: more than twice the quiet p99: {', '.join(over) or 'none'}")
    raise SystemExit(status)


main()
