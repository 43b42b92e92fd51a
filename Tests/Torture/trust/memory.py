"""Memory and disk that grow with what clients send; clocks; the same bytes on every processor."""

import datetime
import hashlib
import os
import subprocess

from place import DAYS, Place, command, knows, push, time
from table import attack, row

NEXT = DAYS * 24


@attack
def new_minute_meters():
    """Each new meter pushes two weeks of minutes; the memory that each holds."""
    meters, minutes = 12, 20_160
    limit = ["--live-memory", "32MiB"] if knows("serve", "--live-memory") else []
    for options in ([], limit) if limit else ([],):
        with Place() as place:
            server = place.serve(options=options)
            client = server.connect()
            push(client, [f"house-001 {time(NEXT)} 1.5"])
            before, done = server.memory, None
            for meter in range(meters):
                done = push(
                    client,
                    [f"new-{meter} {time(minute / 60)} {1 + minute % 9 / 10}" for minute in range(minutes)],
                )
            grown = server.memory - before
            what = f"{meters} new meters of {minutes} minutes" + (f", {' '.join(options)}" if options else "")
            each = f"{grown / meters:.2f} MiB a meter, {grown:.0f} in all" + (
                "" if done[0] == minutes else f"; {done[1]}"
            )
            yield row(
                what,
                each,
                "≤ 64 MiB in all" if options else "bounded in all",
                grown <= 64 if options else None,
            )
    if not limit:
        yield row(
            "a bound on the memory of meters at hand", "no option of that kind", "one that holds", False
        )


@attack
def names_without_end():
    """Each reading is of a new meter."""
    count = 50_000
    with Place() as place:
        server = place.serve(options=["--max-live-meters", 100])
        client = server.connect()
        push(client, [f"first-{number:06} {time(NEXT)} 1.5" for number in range(2_000)])
        client.json("INFO")
        before = server.memory
        push(client, [f"another-meter-{number:06} {time(NEXT)} 1.5" for number in range(count)])
        client.json("INFO")
        grown = (server.memory - before) * 1024 * 1024 / count
        yield row(
            f"memory a name, {count} names of one reading each",
            f"{grown:.0f} bytes",
            "≤ 200 bytes",
            grown <= 200,
        )


def size(folder):
    return sum(
        os.path.getsize(os.path.join(where, name)) for where, _, names in os.walk(folder) for name in names
    )


@attack
def growth():
    """Bytes on the disk for each reading that is pushed."""
    count = 60_000
    with Place() as place:
        before = size(place.index())
        server = place.serve()
        client = server.connect()
        for meter in Place.meters:
            push(client, [f"{meter} {time(NEXT + hour)} {1 + hour % 7 / 10}" for hour in range(count // 4)])
        server.stop()
        journal = os.path.getsize(place.index("journal.sqlite"))
        yield row("journal bytes a pushed reading", f"{journal / count:.0f}", "flat with retention", None)
        for _ in range(1, 3 + 1):
            done = place.run("rebuild", "grid", "--quiet")
            if done.returncode:
                yield row("rebuild", done.stderr[:80], "0", False)
                return
        every = (size(place.index()) - before) / count
        yield row(
            "bytes a pushed reading in all files, three rebuilds later",
            f"{every:.0f}",
            "flat with retention",
            None,
        )


@attack
def a_clock_a_day_ahead():
    """A meter's clock is a day ahead for one reading; then its times are right again."""
    with Place() as place:
        client = place.serve().connect()
        now = datetime.datetime.now(datetime.UTC).replace(minute=0, second=0, microsecond=0)
        start = datetime.datetime(2023, 1, 1, tzinfo=datetime.UTC)
        ahead = int((now - start).total_seconds() // 3600) + 23
        client.ask(f"PUSH house-001 {time(ahead)} 1.5")
        late = [
            client.ask(f"PUSH house-001 {time(ahead - 23 + hour)} 1.5").startswith("ERR late")
            for hour in range(23)
        ]
        place.run("rebuild", "grid", "--quiet")
        client.ask("RELOAD")
        still = client.ask(f"PUSH house-001 {time(ahead - 22)} 1.5").startswith("ERR late")
        value = f"late for {sum(late)} hours{', and after a rebuild' if still else ''}"
        yield row("right times after one that is 23 hours ahead", value, "not promised", None)


def digest(folder):
    """A checksum of all files of a generation."""
    sums = hashlib.sha256()
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as file:
            sums.update(name.encode() + file.read())
    return sums.hexdigest()


@attack
def kernels_of_processors():
    """The same build with the kernels that OpenBLAS would choose on other processors."""
    flags = subprocess.run(
        ["grep", "-m1", "flags", "/proc/cpuinfo"], capture_output=True, text=True
    ).stdout.split()
    needed = {"Nehalem": "sse4_2", "Sandybridge": "avx", "Haswell": "avx2", "SkylakeX": "avx512vl"}
    kernels = [kernel for kernel, flag in needed.items() if flag in flags]
    with Place() as place:
        found = set()
        for kernel in kernels:
            folder = place.path(kernel)
            os.mkdir(folder)
            environment = {"OPENBLAS_CORETYPE": kernel, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
            build = ["build", "grid", "--from", Place.csv, "--quiet"]
            done = command(*build, folder=folder, environment=environment)
            if done.returncode:
                raise OSError(done.stderr)
            found.add(digest(os.path.join(folder, "grid", "generations", "000001")))
        yield row(
            f"different builds with the kernels of {', '.join(kernels)}", len(found), 1, len(found) == 1
        )
