"""How long a CSV file of simulated readings takes to be read, and from it to an index that is served.

Two programs are measured in turn, round by round, so that whatever else the machine does befalls both. Of each, the
median of the rounds is printed, and the ratio of the medians.

Reading alone is what `score` does before it refuses a file that does not fit: the index has two channels and the file
one. All rows are read and sorted, and nothing is computed from them; the program's start and the opening of a small
index are in it. Earlier programs have no command that only reads.
"""

import os
import shutil
import statistics
import tempfile
import time

import gridkin
import options


class Subject:
    """A program with a folder of its own."""

    def __init__(self, title, program, folder):
        self.title, self.program = title, program
        self.folder = os.path.join(folder, title)
        os.makedirs(self.folder)
        self.taken = {}

    def command(self, *words, accepted=(0,)):
        gridkin.PROGRAM = self.program
        return gridkin.Gridkin(self.folder).run(*words, accepted=accepted)

    def measure(self, name, action):
        """Keeps the processor time and the time by the clock of an action."""
        start, used = time.monotonic(), gridkin.used()
        action()
        self.taken.setdefault(name, []).append((gridkin.used() - used, time.monotonic() - start))

    def read(self, source):
        words = ["score", "two", "--from", source, "--value", "power_kw"]
        self.command(*words, "--output", os.path.join(self.folder, "scores.csv"), accepted=(2,))

    def serve(self, source):
        """From the file to the first answer of a server."""
        self.command("build", "big", "--from", source, "--quiet")
        with gridkin.Server(self.folder, "big") as server:
            client = server.connect()
            client.json("QUERY house-001 2024-01-02T00:00:00Z 1.2")
            client.socket.close()
        shutil.rmtree(os.path.join(self.folder, "big"))

    def medians(self, name):
        return [statistics.median(column) for column in zip(*self.taken[name])]


def small_index(subject):
    """An index of two channels."""
    path = os.path.join(subject.folder, "two.csv")
    with open(path, "w", encoding="utf-8") as file:
        file.write("meter,time,a,b\n")
        for hour in range(28 * 24):
            day = f"2023-01-{hour // 24 + 1:02}T{hour % 24:02}:00:00Z"
            file.write(f"m,{day},{hour * 7919 % 100},{hour * 104729 % 50}\n")
    subject.command("build", "two", "--from", path, "--quiet", "--encoder", "pca")


def report(subjects, name, what):
    print(f"{what}:")
    for subject in subjects:
        processor, clock = subject.medians(name)
        every = " ".join(f"{taken[0]:.2f}" for taken in subject.taken[name])
        print(f"  {subject.title:7} {processor:7.2f} s processor {clock:7.2f} s by the clock   ({every})")
    if len(subjects) == 2:
        ratios = [now / before for before, now in zip(*(each.medians(name) for each in subjects))]
        print(f"  ratio   {ratios[0]:7.3f}             {ratios[1]:7.3f}", flush=True)


def main():
    given = options.parse()
    now = gridkin.PROGRAM
    with tempfile.TemporaryDirectory() as folder:
        programs = ([("before", os.path.abspath(given.before))] if given.before else []) + [("now", now)]
        subjects = [Subject(title, program, folder) for title, program in programs]
        source = os.path.join(folder, "big.csv")
        simulate = ["simulate", "--meters", given.meters, "--days", 365, "--quiet", "--output", source]
        print(subjects[-1].command(*simulate).replace(folder + "/", "").strip(), flush=True)
        for subject in subjects:
            small_index(subject)
        for name, action, what in [
            ("reading", Subject.read, "reading alone"),
            ("served", Subject.serve, "from CSV to a served index"),
        ]:
            if given.only not in (None, name):
                continue
            for _ in range(given.rounds):
                for subject in subjects:
                    subject.measure(name, lambda: action(subject, source))
            report(subjects, name, what)


if __name__ == "__main__":
    main()
