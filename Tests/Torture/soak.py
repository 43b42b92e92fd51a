"""Queries a server for a long time; its index is rebuilt every minute and gets a label every second."""

import argparse
import itertools
import random
import threading
import time as clock

from simulated import SimulatedServer, time as time_of

CONNECTIONS = 8
BATCH = 25


class Soak:
    def __init__(self, server, seconds, rate):
        self.server, self.rate = server, rate
        self.end = clock.monotonic() + seconds
        self.lock = threading.Lock()
        self.asked = self.answered = self.pushed = self.labelled = self.rebuilt = 0
        self.compared = self.differing = 0
        self.problems = []
        # The hour of each meter's latest reading.
        self.newest = {meter: 24 * server.DAYS - 1 for meter in server.meters}

    def count(self, **counts):
        with self.lock:
            for name, count in counts.items():
                setattr(self, name, getattr(self, name) + count)

    def guarded(self, work, *arguments):
        try:
            work(*arguments)
        except Exception as error:  # An error in one thread ends the soak.
            with self.lock:
                self.problems.append(f"{work.__name__}: {error!r}")
            self.end = 0

    def questions(self, chosen):
        """The requests of the meters: mostly about their next reading, and one time in ten about an old one, for which
        the server must read its history."""
        known = list(self.server.questions())
        while True:
            question = chosen.choice(known)
            meter, _, value = question.split()
            is_old = chosen.random() < 0.1
            yield question if is_old else f"{meter} {time_of(self.newest[meter] + 1)} {value}"

    def ask(self, number):
        """Sends queries in batches at an even rate; every reply must answer its query, in order."""
        questions = self.questions(random.Random(number))
        client, pace = self.server.connect(), BATCH * CONNECTIONS / self.rate
        due = clock.monotonic() + pace * number / CONNECTIONS
        while clock.monotonic() < self.end:
            clock.sleep(max(0, due - clock.monotonic()))
            due = max(due + pace, clock.monotonic() - 1)  # After a pause it catches up for one second only.
            batch = list(itertools.islice(questions, BATCH))
            client.send([f"QUERY {question} k=3" for question in batch])
            self.count(asked=BATCH)
            for question in batch:
                meter, time, _ = question.split()
                reply = client.line()
                if not reply.startswith(f'OK {{"meter":"{meter}","time":"{time}",'):
                    raise ValueError(f"{question}: {reply}")
            self.count(answered=BATCH)

    def compare(self):
        """Compares the answers of QUERY and of TRUTH, which compares with every window. Both are sent at once; if a
        label or a generation comes between them, they are sent again."""
        questions = list(self.server.questions())
        chosen, client = random.Random(99), self.server.connect()
        while clock.monotonic() < self.end:
            question = chosen.choice(questions)
            for _ in range(3):
                client.send([f"QUERY {question} k=10", f"TRUTH {question} k=10"])
                quick, naive = client.line(), client.line()
                if quick == naive and quick.startswith("OK "):
                    break
            else:
                self.count(differing=1)
                self.problems.append(f"{question}: {quick} and {naive}")
            self.count(compared=1)
            clock.sleep(0.02)

    def tell(self):
        """Five readings and a label a second."""
        client = self.server.connect()
        for meter in itertools.cycle(self.server.meters):
            if clock.monotonic() >= self.end:
                return
            for _ in range(5):
                hour = self.newest[meter] + 1
                at = time_of(hour)
                client.json(f"PUSH {meter} {at} {1 + hour % 7 / 10} k=1")
                self.newest[meter] = hour
                self.count(pushed=1)
            client.json(f"LABEL {meter} {at} anomalous soaked")
            self.count(labelled=1)
            clock.sleep(1)

    def rebuild(self, every):
        due = clock.monotonic() + every
        while clock.monotonic() < self.end:
            if clock.monotonic() >= due:
                self.server.gridkin.run("rebuild", "grid", "--quiet")
                self.count(rebuilt=1)
                due += every
            clock.sleep(0.2)


def slope(points):
    """The slope per second, by least squares."""
    n = len(points)
    mean_x, mean_y = sum(x for x, _ in points) / n, sum(y for _, y in points) / n
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)


def main():
    parser = argparse.ArgumentParser(description=__doc__, prog="Tests/Torture/run soak")
    parser.add_argument("seconds", nargs="?", type=int, default=1800)
    parser.add_argument("--rate", type=int, default=5000, help="requests a second; default 5000")
    parser.add_argument("--rebuild-every", type=int, default=60, help="seconds between two rebuilds; default 60")
    parser.add_argument(
        "--no-news", action="store_true",
        help="push no readings and give no labels; memory that still grows is not theirs",
    )  # fmt: skip
    options = parser.parse_args()
    with SimulatedServer() as server:
        soak = Soak(server, options.seconds, options.rate)
        jobs = [(soak.ask, number) for number in range(CONNECTIONS)]
        jobs += [(soak.compare,), (soak.rebuild, options.rebuild_every)]
        jobs += [] if options.no_news else [(soak.tell,)]
        threads = [threading.Thread(target=soak.guarded, args=job) for job in jobs]
        begun, before = clock.monotonic(), server.descriptors()
        for thread in threads:
            thread.start()
        memory = []
        while clock.monotonic() < soak.end:
            clock.sleep(2)
            memory.append((clock.monotonic() - begun, server.memory))
        for thread in threads:
            thread.join()
        seconds = clock.monotonic() - begun
        clock.sleep(1)
        after = server.descriptors()
        settled = memory[len(memory) // 3 :]
        print(f"soak: {seconds:.0f} s, {soak.asked} requests sent, {soak.answered} answered in order")
        print(f"soak: {soak.answered / seconds:.0f} requests a second, {options.rate} wanted")
        print(f"soak: {soak.rebuilt} rebuilds, {soak.labelled} labels, {soak.pushed} readings pushed")
        print(f"soak: {soak.compared} answers compared with those of TRUTH, {soak.differing} differ")
        print(f"soak: memory {memory[0][1]:.0f} MiB at first, {memory[-1][1]:.0f} MiB at last, ", end="")
        print(f"{slope(settled) * 60:+.2f} MiB a minute over the last two thirds")
        print(f"soak: descriptors {before.total()} before, {after.total()} after; more: {dict(after - before)}")
        for problem in soak.problems[:10]:
            print(f"soak: {problem}")
    failed = soak.problems or soak.asked != soak.answered or server.code != 0
    raise SystemExit(1 if failed else 0)


main()
