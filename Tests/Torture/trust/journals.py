"""The journal and the locks: copied, brought back, replaced, taken away; a reader beside a writer."""

import contextlib
import os
import shutil
import sqlite3
import time as clock

from durability import Pushing
from place import DAYS, NotServing, Place, knows, push, time, wait_until
from table import attack, row

NEXT = DAYS * 24


@attack
def a_reader_beside_a_writer():
    """A read-only server was asked about a meter; then a writer takes 200 readings of it."""
    with Place() as place:
        writer = place.serve()
        push(writer.connect(), [f"house-001 {time(NEXT)} 1.5"])
        wait_until(lambda: writer.connect().json("STATS")["pending"] == 0, 5)
        reader = place.serve(options=["--read-only"])
        reader.connect().ask(f"QUERY house-001 {time(NEXT + 1)} 1.5")
        push(writer.connect(), [f"house-001 {time(NEXT + 1 + hour)} {90 + hour}" for hour in range(200)])
        begun, question = clock.monotonic(), f"QUERY house-001 {time(NEXT + 201)} 1.5 k=3"
        answers = [writer.connect(), reader.connect()]
        same = wait_until(lambda: answers[0].ask(question) == answers[1].ask(question), 8, 0.1)
        took = clock.monotonic() - begun
        value = (
            f"equal after {took:.1f} s"
            if same
            else f"differs after {took:.0f} s, degraded: {reader.degraded() or 'nothing'}"
        )
        yield row(
            "answers of a read-only server beside a writer", value, "equal within 2 s", same and took <= 2
        )


@attack
def backup_under_load():
    """A copy is made while a server stores a reading every few milliseconds, each synced."""
    with Place() as place:
        server = place.serve()
        # A journal of some size, since a small one is copied between two writes.
        push(server.connect(), [f"{Place.meters[1]} {time(NEXT + hour)} 1.5" for hour in range(30_000)])
        push(server.connect(), [f"minutes {time(hour / 60)} 1.5" for hour in range(120_000)])
        server.stop()
        server = place.serve(options=["--durability", "always"])
        pusher = Pushing(server, pause=0)
        pusher.start()
        clock.sleep(1)
        begun, count = clock.monotonic(), len(pusher.acknowledged)
        if knows("backup"):
            done = place.run("backup", "grid", place.path("copy"), seconds=30)
            took = clock.monotonic() - begun
            value = f"ends with {done.returncode} after {took:.1f} s"
            yield row(
                "`gridkin backup` under load", value, "0 within 10 s", done.returncode == 0 and took <= 10
            )
            pusher.over.set()
            restored = place.path("restored")
            os.mkdir(restored)
            back = place.run("restore", place.path("copy"), "--indexes", restored)
            checked = place.run("verify", "grid", "--indexes", restored).returncode
            yield row(
                "`gridkin restore`, then `verify`",
                f"{back.returncode}, {checked}",
                "0, 0",
                back.returncode == checked == 0,
            )
            there = rows(os.path.join(restored, "grid", "journal.sqlite"))
            yield row(
                f"of {count} readings acknowledged before, in the copy", there, f"≥ {count}", there >= count
            )
            return
        ended = copy_by_sqlite(place.index("journal.sqlite"), place.path("copy.sqlite"), 15)
        took = clock.monotonic() - begun
        pusher.over.set()
        value = f"ended after {took:.1f} s" if ended else f"not ended after {took:.0f} s"
        yield row("the documented `.backup` under load", value, "within 10 s", ended and took <= 10)


def rows(journal):
    with contextlib.closing(sqlite3.connect(journal)) as connection:
        return connection.execute("SELECT count(*) FROM reading").fetchone()[0]


def copy_by_sqlite(source, target, seconds):
    """As the shell of SQLite does it: a hundred pages at a time, and anew after every foreign write."""
    end = clock.monotonic() + seconds

    class Late(Exception):
        pass

    def look(*_):
        if clock.monotonic() > end:
            raise Late

    with (
        contextlib.closing(sqlite3.connect(source)) as old,
        contextlib.closing(sqlite3.connect(target)) as new,
    ):
        try:
            old.backup(new, pages=1, progress=look, sleep=0.01)
            return True
        except Late:
            return False


@attack
def an_old_journal_beside_a_new_log():
    """The journal is brought back from a copy, and the `-wal` of the later one is still there."""
    with Place() as place:
        server = place.serve()
        client = server.connect()
        push(client, [f"house-001 {time(NEXT + hour)} 1.5" for hour in range(50)])
        server.stop()
        shutil.copy(place.index("journal.sqlite"), place.path("old"))
        server = place.serve()
        push(server.connect(), [f"house-001 {time(NEXT + 50 + hour)} 1.5" for hour in range(30_000)])
        wait_until(lambda: server.connect().json("STATS")["pending"] == 0, 5)
        server.crash()
        shutil.copy(place.path("old"), place.index("journal.sqlite"))
        try:
            server = place.serve()
        except NotServing as ended:
            yield row(
                "serve over an old journal and a newer log",
                f"refused: {ended.args[1][-80:]}",
                "refused, or said",
                True,
            )
            return
        client = server.connect()
        answered = client.ask(f"LABEL house-001 {time(NEXT - 9)} normal")
        clock.sleep(1.5)
        said = server.degraded()
        whole = place.run("verify", "grid")
        fine = whole.returncode == 0
        value = f"serves, verify ends with {whole.returncode}, a label is {answered[:16]}"
        value += f", degraded: {said or 'nothing'}"
        yield row("serve over an old journal and a newer log", value, "refused, or said", bool(said) or fine)


def after_the_loss(server, client):
    begun = clock.monotonic()
    noticed = wait_until(server.degraded, 5, 0.05)
    took = clock.monotonic() - begun
    label = client.ask(f"LABEL house-001 {time(NEXT - 8)} normal")
    value = f"said after {took:.1f} s" if noticed else "nothing said"
    value += f", a label is {' '.join(label.split()[:2])[:16]}"
    return row(
        "", value, "said in 1 s, unavailable", noticed and took <= 1.2 and label.startswith("ERR unavailable")
    )


@attack
def a_journal_taken_away():
    """The journal is unlinked, or replaced, or scribbled over, under a running server."""
    for what in ("unlinked", "replaced", "overwritten"):
        with Place() as place:
            server = place.serve()
            client = server.connect()
            push(client, [f"house-001 {time(NEXT + hour)} 1.5" for hour in range(2_000)])
            client.ask(f"LABEL house-001 {time(NEXT - 9)} normal")
            path = place.index("journal.sqlite")
            shutil.copy(path, place.path("old"))
            if what == "unlinked":
                for end in ("", "-wal", "-shm"):
                    os.remove(path + end)
            elif what == "replaced":
                os.replace(place.path("old"), path)
            else:
                with open(path, "r+b") as file:
                    file.write(os.urandom(os.path.getsize(path)))
            push(client, [f"house-001 {time(NEXT + 2_000)} 1.5"])
            yield row(f"a journal {what} under a server", *after_the_loss(server, client)[1:])


@attack
def a_lock_taken_away():
    """`serving.lock` is unlinked under a server, and a second one is started."""
    with Place() as place:
        first = place.serve()
        os.remove(place.index("serving.lock"))
        clock.sleep(1.5)
        try:
            second = place.serve()
        except NotServing as ended:
            said = ended.args[1].strip().splitlines()[-1][:70]
            yield row(
                "a second server after serving.lock was unlinked", f"refused: {said}", "one writer", True
            )
            return
        answers = [
            server.connect().ask(f"PUSH house-001 {time(NEXT + n)} 1.5 k=1")[:16]
            for n, server in enumerate((first, second))
        ]
        writers = sum(answer.startswith("OK") for answer in answers)
        yield row(
            "a second server after serving.lock was unlinked",
            f"{writers} take readings",
            "one writer",
            writers <= 1,
        )
