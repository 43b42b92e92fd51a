"""A day at speed: as many swaps of the generation as `soak` makes in 24 hours, 80 readings after each, and
queries beside them. Memory is printed for each hour; at the end a new server of the same index shows what a
restart would give back."""

import argparse
import os
import random
import threading
import time as clock

from simulated import SimulatedServer, time as time_of

SWAPS_AN_HOUR = 60
READINGS_A_SWAP = 80


class Day:
    def __init__(self, server):
        self.server, self.over = server, threading.Event()
        self.newest = {meter: 24 * server.DAYS - 1 for meter in server.meters}
        self.answered = 0
        current = os.path.join(server.home, "grid", "CURRENT")
        with open(current, encoding="utf-8") as file:
            self.generations = [file.read()]
        server.gridkin.run("rebuild", "grid", "--quiet")
        with open(current, encoding="utf-8") as file:
            self.generations.append(file.read())
        self.current = current

    def ask(self, number):
        chosen, client = random.Random(number), self.server.connect()
        questions = list(self.server.questions())
        while not self.over.is_set():
            batch = chosen.choices(questions, k=20)
            client.send([f"QUERY {question} k=3" for question in batch])
            for _ in batch:
                if not client.line().startswith("OK "):
                    raise ValueError("a query was refused")
            self.answered += len(batch)
            clock.sleep(0.02)

    def swap(self, client, number):
        """Publishes the other of two generations, as a rollback does, and waits until it is served."""
        with open(self.current + ".next", "w", encoding="utf-8") as file:
            file.write(self.generations[number % 2])
        os.replace(self.current + ".next", self.current)
        client.json("RELOAD")

    def push(self, client, meter):
        """Pushes readings of one meter."""
        hours = range(self.newest[meter] + 1, self.newest[meter] + 1 + READINGS_A_SWAP)
        client.send([f"PUSH {meter} {time_of(hour)} {1 + hour % 7 / 10} k=1" for hour in hours])
        for _ in hours:
            reply = client.line()
            if not reply.startswith("OK "):
                raise ValueError(reply)
        self.newest[meter] = hours[-1]


def restarted(server):
    """The memory of a new server of the same index, once it has been asked about every meter."""
    server.__class__.__mro__[1].__exit__(server)
    server.__class__.__mro__[1].__enter__(server)
    client = server.connect()
    for question in list(server.questions())[:4000]:
        client.ask(f"QUERY {question} k=3")
    return server.memory


def slope(points):
    """The slope, by least squares."""
    n = len(points)
    mean_x, mean_y = sum(x for x, _ in points) / n, sum(y for _, y in points) / n
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)


def main():
    parser = argparse.ArgumentParser(description=__doc__, prog="Tests/Torture/run day")
    parser.add_argument("hours", nargs="?", type=int, default=24)
    options = parser.parse_args()
    with SimulatedServer() as server:
        day, memory, begun = Day(server), [], clock.monotonic()
        threads = [threading.Thread(target=day.ask, args=(number,), daemon=True) for number in range(4)]
        for thread in threads:
            thread.start()
        client, swaps = server.connect(), 0
        for hour in range(1, options.hours + 1):
            for _ in range(SWAPS_AN_HOUR):
                day.swap(client, swaps)
                day.push(client, server.meters[swaps % len(server.meters)])
                swaps += 1
            memory.append((hour, server.memory))
            pushed = swaps * READINGS_A_SWAP
            print(
                f"day: hour {hour}: {swaps} swaps, {pushed} readings, {memory[-1][1]:.0f} MiB",
                flush=True,
            )
        day.over.set()
        for thread in threads:
            thread.join(30)
        print(f"day: {clock.monotonic() - begun:.0f} s, {day.answered} queries answered")
        if len(memory) > 2:
            print(f"day: {slope(memory[len(memory) // 3 :]):+.2f} MiB an hour over the last two thirds")
        print(f"day: a new server of the same index: {restarted(server):.1f} MiB")


main()
