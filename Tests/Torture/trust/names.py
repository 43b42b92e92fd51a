"""Names, times and kinds that a server and a command must take apart, or refuse."""

import json
import os

from place import DAYS, Place, push, time
from table import attack, row

COMPOSED, DECOMPOSED = "caf\u00e9", "cafe\u0301"
NEXT = DAYS * 24


@attack
def two_spellings():
    """Two meters whose names look alike and differ in bytes are two meters, in memory and on the disk."""
    with Place() as place:
        server = place.serve()
        client = server.connect()
        meters = client.json("INFO")["meters"]
        for name in (COMPOSED, DECOMPOSED):
            push(client, [f"{name} {time(NEXT + hour)} 1.5" for hour in range(3)])
        before = client.json("INFO")["meters"] - meters
        server.stop()
        client = place.serve().connect()
        after = client.json("INFO")["meters"] - meters
        yield row(
            "meters of two spellings, before and after a restart",
            f"{before}, {after}",
            "2, 2",
            before == after == 2,
        )
    with Place() as place:
        server = place.serve()
        push(server.connect(), [f"{COMPOSED} {time(NEXT + hour)} 1.5" for hour in range(3)])
        server.stop()
        client = place.serve().connect()
        client.ask(f"QUERY {DECOMPOSED} {time(NEXT + 3)} 1.5")
        client.ask(f"PUSH {DECOMPOSED} {time(NEXT)} 1.5")
        pushed = client.ask(f"PUSH {COMPOSED} {time(NEXT + 2)} 1.5")
        word = pushed.split()[1] if pushed.startswith("ERR") else "OK"
        what = "a held time pushed again, after a push of the other spelling"
        yield row(what, word, "repeated", word == "repeated")
    with Place() as place:
        path = place.path("two.csv")
        with open(path, "w", encoding="utf-8") as file:
            file.write("meter,time,value\n")
            for hour in range(24 * 30):
                file.writelines(
                    f"{name},{time(hour)},{1 + hour % 24 / 10}\n" for name in (COMPOSED, DECOMPOSED)
                )
        built = place.run("build", "two", "--from", path, "--json")
        count = json.loads(built.stdout)["manifest"]["meters"]
        yield row("meters of a CSV file with both", count, 2, count == 2)


@attack
def month_first_dates():
    with Place() as place:
        client = place.serve().connect()
        reply = client.ask('QUERY house-001 "02/03/2023 00:00" 1.5')
        yield row(
            "the time 02/03/2023 over the protocol",
            " ".join(reply.split()[:2])[:20],
            "ERR bad_time",
            "bad_time" in reply,
        )


@attack
def kinds_without_limit():
    """The limits of the socket hold for the command that opens the index itself."""
    with Place() as place:
        for what, kind in (("100,000 bytes", "x" * 100_000), ("a line feed", "a\nb")):
            done = place.run("label", "grid", "house-001", time(NEXT - 5), "anomalous", kind)
            yield row(
                f"`gridkin label` with a kind of {what} ends with",
                done.returncode,
                "not 0",
                done.returncode != 0,
            )


@attack
def formulas():
    """No field of scores.csv begins a spreadsheet's formula."""
    with Place() as place:
        path, scores = place.path("in.csv"), place.path("scores.csv")
        with open(path, "w", encoding="utf-8") as file:
            file.write("meter,time,power_kw\n")
            for name in ("=1+1", "+1+1", "-2+3", "@sum"):
                file.writelines(f"{name},{time(hour)},1.5\n" for hour in range(3))
        done = place.run("score", "grid", "--from", path, "--output", scores)
        if not os.path.exists(scores):
            yield row("fields that a spreadsheet runs", f"no file: {done.stderr[:80]}", 0, None)
            return
        with open(scores, encoding="utf-8") as file:
            fields = [line.split(",")[0].strip('"') for line in file.readlines()[1:]]
        count = sum(field[:1] in "=+-@" for field in fields)
        yield row("fields that a spreadsheet runs", f"{count} of {len(fields)}", 0, count == 0)
