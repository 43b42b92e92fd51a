"""What clients may do to a server, and how long an honest one waits meanwhile. The attackers are a process of their own,
so that what is measured is the server and not the measuring."""

import argparse
import multiprocessing
import random
import resource
import selectors
import socket
import time as clock

import served

HELLO = bytes.fromhex("16030100c8010000c40303") + bytes(range(189))


def connect(port):
    client = socket.socket()
    client.setblocking(False)
    client.connect_ex(("127.0.0.1", port))
    return client


def hold(port, count, send, pace, ready, stop):
    """Keeps connections open, and now and then gives each what `send` says. Nothing is ever read."""
    clients, chosen = [], random.Random(7)
    for number in range(count):
        clients.append(connect(port))
        if number % 200 == 199:
            clock.sleep(0.05)  # Not all at once: the system's queue of connections is short.
    clock.sleep(1)
    ready.set()
    at = 0
    while not stop.is_set():
        begun = clock.monotonic()
        for client in clients[at : at + 500]:
            try:
                client.send(send(chosen))
            except BlockingIOError:
                pass  # It does not take more: that is the server's answer to one who does not read.
            except OSError:
                clients.remove(client)
                client.close()
                clients.append(connect(port))
        at = at + 500 if at + 500 < len(clients) else 0
        clock.sleep(max(0.001, pace - (clock.monotonic() - begun)))


def garble(port, count, ready, stop):
    """Sends lines of rubbish as fast as they are taken, and reads what comes."""
    chosen, picker = random.Random(8), selectors.DefaultSelector()
    clients = [socket.create_connection(("127.0.0.1", port)) for _ in range(count)]
    for client in clients:
        client.setblocking(False)
        picker.register(client, selectors.EVENT_READ | selectors.EVENT_WRITE)
    rubbish = [chosen.randbytes(chosen.randrange(200)).replace(b"\n", b"") + b"\n" for _ in range(500)]
    ready.set()
    while not stop.is_set():
        for key, events in picker.select(0.1):
            try:
                if events & selectors.EVENT_READ:
                    key.fileobj.recv(1 << 16)
                if events & selectors.EVENT_WRITE:
                    key.fileobj.send(b"".join(chosen.choices(rubbish, k=20)))
            except BlockingIOError:
                pass


ATTACKS = {
    "idle": lambda count: (hold, count, lambda _: b"", 1),
    "dripping": lambda count: (hold, count // 5, lambda chosen: chosen.randbytes(1).replace(b"\n", b"x"), 1),
    "half a line": lambda count: (hold, count // 5, lambda _: b"QUERY house-001 2023-0", 5),
    "never reading": lambda count: (hold, count // 50, lambda _: b"INFO\n" * 200, 0.2),
    "TLS to a plain port": lambda count: (hold, count // 50, lambda _: HELLO, 0.2),
    "garbage at line rate": lambda count: (garble, 4),
}


def wait(server, seconds):
    """The honest client: a hundred questions a second, one after the other; seconds each took, sorted."""
    client, questions, taken = server.connect(), server.questions(), []
    end = clock.monotonic() + seconds
    while clock.monotonic() < end:
        question = next(questions)
        begun = clock.monotonic()
        reply = client.ask(f"QUERY {question} k=3")
        taken.append(clock.monotonic() - begun)
        if not reply.startswith("OK "):
            raise SystemExit(f"hostile: the honest client was told {reply}")
        clock.sleep(0.01)
    return sorted(taken)


def share(taken, part):
    return taken[min(int(len(taken) * part), len(taken) - 1)] * 1000


def report(name, taken, quiet, server, note=""):
    ratio = share(taken, 0.99) / share(quiet, 0.99)
    stats = server.connect().json("STATS")
    print(
        f"hostile: {name:24} p50 {share(taken, 0.5):6.2f} ms  p99 {share(taken, 0.99):6.2f} ms  "
        f"{ratio:5.2f} times the quiet p99  {stats['connections']:6} connections  {server.memory():5.0f} MiB{note}",
        flush=True,
    )
    return ratio


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("connections", nargs="?", type=int, default=10_000)
    parser.add_argument("--seconds", type=int, default=10, help="for each attack")
    options = parser.parse_args()
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    count = min(options.connections, limit - 200)
    context = multiprocessing.get_context("fork")
    with served.Served(options.program, "--quiet", "--max-connections", str(count + 100)) as server:
        quiet = wait(server, options.seconds)
        before = server.descriptors()
        report("quiet", quiet, quiet, server)
        ratios = {}
        for name, attack in ATTACKS.items():
            work, *arguments = attack(count)
            ready, stop = context.Event(), context.Event()
            attacker = context.Process(target=work, args=(server.port, *arguments, ready, stop))
            attacker.start()
            ready.wait(60)
            taken = wait(server, options.seconds)
            ratios[name] = report(name, taken, quiet, server)
            stop.set()
            attacker.join(30)
            attacker.kill()
            clock.sleep(2)
        report("quiet again", wait(server, options.seconds), quiet, server)
        clock.sleep(2)
        print(f"hostile: descriptors {before} before, {server.descriptors()} after; ", end="")
    print(f"the server ended with {server.code}")
    over = [name for name, ratio in ratios.items() if ratio > 2]
    print(f"hostile: more than twice the quiet p99: {', '.join(over) or 'none'}")
    raise SystemExit(0 if server.code == 0 else 1)


main()
