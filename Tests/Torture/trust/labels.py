"""Labels by the ten thousand since the build."""

import time as clock

from place import Place, command, meters_of, time
from table import attack, row

COUNT = 20_000
DAYS = 60
WARM = 24 * 15


def build(place):
    """An index with enough windows for so many labels, each of another window."""
    count = COUNT // 1_000 + 1
    csv = place.path("many.csv")
    command("simulate", "--meters", count, "--days", DAYS, "--quiet", "--output", csv, folder=place.indexes)
    done = place.run("build", "many", "--from", csv, "--quiet", seconds=400)
    if done.returncode:
        raise OSError(done.stderr)
    return meters_of(csv)


def query(server, meters):
    """The mean time of a query, in milliseconds."""
    client = server.connect()
    questions = [
        f"QUERY {meters[n % len(meters)]} {time(DAYS * 24 - 24 + n % 20)} 1.5 k=5" for n in range(300)
    ]
    for question in questions:
        client.ask(question)
    begun = clock.monotonic()
    for question in questions:
        client.ask(question)
    return (clock.monotonic() - begun) / len(questions) * 1000


@attack
def many_labels():
    with Place() as place:
        meters = build(place)
        server = place.serve("many")
        before, client = query(server, meters), server.connect()
        targets = [(meter, hour) for hour in range(WARM, DAYS * 24) for meter in meters][:COUNT]
        taken, begun = 0, clock.monotonic()
        for start in range(0, len(targets), 100):
            part = targets[start : start + 100]
            client.send(
                [f"LABEL {m} {time(h)} {'anomalous odd' if h % 9 == 0 else 'normal'}" for m, h in part]
            )
            taken += sum(client.line().startswith("OK ") for _ in part)  # A few hours have no reading.
        took = clock.monotonic() - begun
        yield row(f"labels a second, {taken} of them", f"{taken / took:.0f}", "none", None)
        server.stop(300)
        server = place.serve("many")
        started = server.started_in
        yield row(f"a start with {taken} labels since the build", f"{started:.1f} s", "≤ 1 s", started <= 1)
        clock.sleep(1)
        after = query(server, meters)
        ratio = after / before
        value = f"{after:.2f} ms, {before:.2f} without: {ratio:.1f} times"
        yield row(f"QUERY with {taken} labels since the build", value, "≤ 1.2 times", ratio <= 1.2)
