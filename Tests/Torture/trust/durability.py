"""What is acknowledged, and lost."""

import itertools
import os
import threading
import time as clock

from place import DAYS, Place, push, time, wait_until
from table import attack, row

NEXT = DAYS * 24


class Pushing(threading.Thread):
    """Pushes a reading of one meter every few milliseconds; remembers when each was acknowledged."""

    def __init__(self, server, meter="house-001", name=None, pause=0.01):
        super().__init__(daemon=True)
        self.client, self.meter, self.pause = server.connect(), meter, pause
        self.acknowledged, self.over, self.end = [], threading.Event(), None
        if name:
            self.client.ask(f"USE {name}")

    def run(self):
        try:
            for hour in itertools.count(NEXT):
                if self.over.is_set():
                    return
                if self.client.ask(f"PUSH {self.meter} {time(hour)} 1.5 k=1").startswith("OK "):
                    self.acknowledged.append((hour, clock.monotonic()))
                clock.sleep(self.pause)
        except OSError:
            pass  # The server was killed.

    def lost(self, place, killed, name="grid"):
        """How many acknowledged readings a new server lacks, and how old the oldest was at the kill."""
        self.join(30)
        client = place.serve(name).connect()
        for hour, moment in self.acknowledged:
            reply = client.ask(f"PUSH {self.meter} {time(hour)} 1.5 k=1")
            if not reply.startswith("ERR repeated"):
                return sum(each[0] >= hour for each in self.acknowledged), max(0, killed - moment)
        return 0, 0.0


def kill(server):
    killed = clock.monotonic()
    server.crash()
    return killed


def aged(what, lost, age, lagging=False):
    said = ", and `lagging` was said" if lagging else ""
    return row(
        f"{what}: age of the oldest reading lost",
        f"{age:.1f} s ({lost} readings{said})",
        "≤ 1 s, or said",
        age <= 1 or lagging,
    )


def is_lagging(server):
    return any("second" in said or "lag" in said for said in server.degraded())


@attack
def another_index_locked():
    """Two indexes; another program holds the journal of one; the other must not wait."""
    with Place("grid", "other") as place:
        server = place.serve()
        with place.locked("other"):
            pushers = [Pushing(server, name=name) for name in place.names]
            for pusher in pushers:
                pusher.start()
            clock.sleep(9)
            killed = kill(server)
        yield aged("kill -9, the other index locked for 9 s", *pushers[0].lost(place, killed))


@attack
def a_slow_disk():
    """Every sync takes 0.5 to 1.5 seconds, and then the power fails: what was not synced is gone."""
    slow = "slow 500 1500 journal\n"
    with Place() as place:
        server = place.serve(plan=f"1 w 1000000000 cut 1\n{slow}")
        pusher = Pushing(server)
        pusher.start()
        lagging, end = False, clock.monotonic() + 8
        while clock.monotonic() < end:
            lagging = is_lagging(server)
            clock.sleep(0.1)
        server.plan(f"1 w 1 cut 1\n{slow}")
        server.process.wait(30)
        yield aged("power cut, each sync takes 0.5 to 1.5 s", *pusher.lost(place, clock.monotonic()), lagging)


@attack
def labels_of_another_process():
    """A server takes in a label that `gridkin label` gave among thousands; no reading must wait for it."""
    count = 3_000
    with Place() as place:
        server = place.serve()
        client = server.connect()
        taken = 0
        targets = [(meter, hour) for hour in range(24 * 20, NEXT) for meter in Place.meters][:count]
        for start in range(0, count, 100):
            part = targets[start : start + 100]
            client.send([f"LABEL {meter} {time(hour)} normal" for meter, hour in part])
            taken += sum(client.line().startswith("OK ") for _ in part)  # A few hours have no reading.
        server.stop()
        server = place.serve()
        pusher = Pushing(server)
        pusher.start()
        clock.sleep(1)
        place.run("label", "grid", Place.meters[1], time(NEXT - 3), "normal", "--offline")
        clock.sleep(1.2)
        yield aged(f"kill -9 after `gridkin label` among {taken} labels", *pusher.lost(place, kill(server)))


def kept(place, count):
    """How many of the readings that house-001 pushed a new server has."""
    client, there = place.serve().connect(), 0
    for start in range(0, count, 200):
        lines = [f"house-001 {time(NEXT + hour)} 1.5" for hour in range(start, min(start + 200, count))]
        client.send([f"PUSH {line} k=1" for line in lines])
        there += sum(client.line().startswith("ERR repeated") for _ in lines)
    return there


def told(what, place, server, taken, end):
    """After an orderly end nothing may be lost, or it must be said and the exit code not be 0."""
    code, took = end
    is_said = any("lost" in line or "not written" in line for line in server.written().splitlines())
    lost = taken - kept(place, taken)
    value = (
        f"{lost} lost, ends with {code} after {took:.1f} s, says {'what is lost' if is_said else 'nothing'}"
    )
    return row(f"{taken} acknowledged, {what}", value, "0 lost, or said", not lost or (code and is_said))


@attack
def an_end_with_a_full_disk():
    with Place(disk="12m") as place:
        server = place.serve()
        push(server.connect(), [f"{Place.meters[1]} {time(NEXT)} 1.5"])
        wait_until(lambda: server.connect().json("STATS")["pending"] == 0, 5)
        filler = place.fill(0)
        taken, _ = push(server.connect(), [f"house-001 {time(NEXT + hour)} 1.5" for hour in range(5_000)])
        end = server.end()
        os.remove(filler)
        yield told("SIGTERM on a full disk", place, server, taken, end)


@attack
def an_end_with_a_locked_journal():
    for seconds in (3, 40):
        with Place() as place:
            server = place.serve()
            with place.locked():
                lines = [f"house-001 {time(NEXT + hour)} 1.5" for hour in range(499)]
                taken, _ = push(server.connect(), lines)
                code, took = server.end(seconds)
            end = (server.process.wait(60) if code is None else code, took)
            yield told(f"SIGTERM, the journal locked for {seconds} s", place, server, taken, end)


@attack
def little_room():
    """Many readings wait for a full disk; room for a part of them comes back."""
    count, room = 30_000, 1_500_000
    with Place(disk="16m") as place:
        server = place.serve()
        push(server.connect(), [f"{Place.meters[1]} {time(NEXT)} 1.5"])
        wait_until(lambda: server.connect().json("STATS")["pending"] == 0, 5)
        filler = place.fill(0)
        client = server.connect()
        # A minute's cadence of many meters, since a meter's time must go on and not lie ahead.
        lines = [
            f"new-{meter:02} {time(NEXT + hour)} 1.5" for hour in range(count // 30) for meter in range(30)
        ]
        push(client, lines)
        before = client.json("STATS")["pending"]
        size = os.path.getsize(filler)
        os.truncate(filler, max(0, size - room))
        wait_until(lambda: client.json("STATS")["pending"] < before, 15, 0.2)
        after = client.json("STATS")["pending"]
        what = f"{before} readings wait for the disk; {room // 1000} kB of room come back"
        yield row(what, f"{before - after} written after 15 s at most", "> 0", after < before)
