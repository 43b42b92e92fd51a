"""How long PING and /healthz wait while something else waits for the disk."""

import threading
import time as clock

from place import DAYS, Knocking, Place, push, time
from table import attack, row

NEXT = DAYS * 24


def waits(what, knocking, http=True):
    yield row(
        f"longest wait of PING, {what}", f"{knocking.ping * 1000:.0f} ms", "≤ 250 ms", knocking.ping <= 0.25
    )
    if http:
        value = f"{knocking.health * 1000:.0f} ms"
        yield row(f"longest wait of /healthz, {what}", value, "≤ 250 ms", knocking.health <= 0.25)


def ask_everything(server, seconds):
    """Pushes, labels, queries and asks for everything, on connections of their own, all at once."""
    requests = [
        *[f"PUSH {meter} {time(NEXT + 5)} 1.5" for meter in Place.meters],
        f"LABEL house-001 {time(NEXT - 5)} normal", f"QUERY {Place.meters[1]} {time(NEXT - 400)} 1.5",
        "INFO", "STATS", "RELOAD",
    ]  # fmt: skip
    clients = [server.connect(patience=60) for _ in requests]
    for client, request in zip(clients, requests, strict=True):
        client.send([request])
    clock.sleep(seconds)
    return clients


@attack
def journal_locked():
    """Another program holds the journal's write lock for five seconds."""
    with Place() as place:
        server = place.serve(http=True, options=["--durability", "always"])
        with Knocking(server) as knocking, place.locked():
            ask_everything(server, 5)
        yield from waits("the journal locked for 5 s", knocking)


@attack
def slow_syncs():
    with Place() as place:
        server = place.serve(http=True, plan="slow 2000 2000 journal\n", options=["--durability", "always"])
        with Knocking(server) as knocking:
            ask_everything(server, 6)
        yield from waits("each sync takes 2 s", knocking)


@attack
def a_cold_meter():
    """A meter of 80,000 readings is asked for that is not in memory."""
    with Place() as place:
        server = place.serve()
        push(
            server.connect(), [f"long {time(minute / 60)} {1 + minute % 7 / 10}" for minute in range(80_000)]
        )
        server.stop()
        server = place.serve(http=True)
        with Knocking(server) as knocking:
            client, begun = server.connect(), clock.monotonic()
            client.ask(f"PUSH long {time(80_000 / 60)} 1.5")
            took = clock.monotonic() - begun
        yield from waits(f"a meter of 80,000 readings is read in {took:.1f} s", knocking)


@attack
def first_information():
    """The first INFO of a server over a journal of many rows."""
    rows, meters = 300_000, 30
    with Place() as place:
        server = place.serve()

        def fill(meter):
            push(server.connect(), [f"new-{meter} {time(hour / 60)} 1.5" for hour in range(rows // meters)])

        threads = [threading.Thread(target=fill, args=(meter,)) for meter in range(meters)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        server.stop()
        server = place.serve(http=True)
        with Knocking(server) as knocking:
            client, begun = server.connect(), clock.monotonic()
            client.json("INFO")
            took = clock.monotonic() - begun
        what = f"the first INFO over {rows} rows takes {took * 1000:.0f} ms"
        yield from waits(what, knocking)
        yield row(f"the first INFO over {rows} rows", f"{took * 1000:.0f} ms", "none", None)
