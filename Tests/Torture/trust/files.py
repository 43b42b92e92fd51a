"""Files that are not ours: written over, deleted, read or locked by others."""

import fcntl
import os
import stat
import threading

from place import DAYS, Place, push, time
from table import attack, row

NEXT = DAYS * 24
NOBODY = 65534


def score(place, output, source=None):
    return place.run("score", "grid", "--from", source or Place.csv, "--output", output, "--quiet")


@attack
def outputs_over_anything():
    """`--output` names a device, a FIFO, a link, or the input."""
    with Place() as place:
        path = place.path("null")
        if os.geteuid() == 0:
            os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
            code = score(place, path).returncode
            kept = stat.S_ISCHR(os.lstat(path).st_mode)
            yield row(
                "--output to a null device",
                f"ends with {code}, the device is {'kept' if kept else 'gone'}",
                "kept",
                kept,
            )
        pipe = place.path("pipe")
        os.mkfifo(pipe)
        read = []

        def drain():
            with open(pipe, "rb") as file:
                read.append(len(file.read()))

        threading.Thread(target=drain, daemon=True).start()
        code = score(place, pipe).returncode
        kept = stat.S_ISFIFO(os.lstat(pipe).st_mode)
        value = f"ends with {code}, the FIFO is {'kept' if kept else 'gone'}, {sum(read)} bytes read"
        yield row("--output to a FIFO", value, "kept, all read", kept and sum(read) > 0)
        if not kept:
            os.mkfifo(pipe + "-2")
        target, link = place.path("target.csv"), place.path("link.csv")
        open(target, "w").close()
        os.symlink(target, link)
        code = score(place, link).returncode
        kept = os.path.islink(link) and os.path.getsize(target) > 0
        yield row(
            "--output to a link",
            f"ends with {code}, the link is {'kept' if kept else 'gone'}",
            "kept, its target written",
            kept,
        )
        own = place.path("own.csv")
        with open(Place.csv, "rb") as source, open(own, "wb") as copy:
            copy.write(source.read())
        before = os.path.getsize(own)
        code = score(place, own, own).returncode
        with open(own, "rb") as file:
            same = os.path.getsize(own) == before and file.readline().startswith(b"time") or code != 0
        yield row("--output to the input", f"ends with {code}", "refused", code != 0 and same)


def lock_as_nobody(path):
    """Whether the user `nobody` can open a file and hold its lock."""
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            fcntl.flock(os.open(path, os.O_RDONLY), fcntl.LOCK_EX | fcntl.LOCK_NB)
            os._exit(1)
        except BlockingIOError:
            os._exit(1)  # It could be opened; somebody holds it now.
        except OSError:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1


@attack
def other_users():
    """With the usual umask, what others may read and lock in an index."""
    old = os.umask(0o022)
    try:
        with Place() as place:
            os.chmod(place.folder, 0o755)
            os.chmod(place.indexes, 0o755)
            place.run("build", "fresh", "--from", Place.csv, "--quiet")
            server = place.serve("fresh")
            push(server.connect(), [f"house-001 {time(NEXT)} 1.5"])
            server.connect().ask(f"LABEL house-001 {time(NEXT - 9)} normal")
            place.run("rebuild", "fresh", "--quiet")
            found = [
                os.path.join(where, name)
                for where, folders, names in os.walk(place.index(name="fresh"))
                for name in folders + names
            ]
            wide = [path for path in found if os.lstat(path).st_mode & 0o077 and not os.path.islink(path)]
            yield row(
                "files and folders of a new index that others may read",
                f"{len(wide)} of {len(found)}",
                0,
                not wide,
            )
            if os.geteuid() == 0:
                ours = ("serving.lock", "writing.lock", "journal.sqlite", "journal.sqlite-shm")
                paths = [place.index(name, name="fresh") for name in ours]
                free = [
                    os.path.basename(path) for path in paths if os.path.exists(path) and lock_as_nobody(path)
                ]
                yield row("files that `nobody` can lock", ", ".join(free) or "none", "none", not free)
    finally:
        os.umask(old)


@attack
def temporary_files_of_others():
    """Somebody keeps files and folders whose names end with .tmp in an index."""
    with Place() as place:
        ours = [
            place.index("notes.tmp"),
            place.index("generations", "mine.tmp"),
            place.index("generations", "list.tmp"),
        ]
        os.makedirs(os.path.join(ours[1], "below"))
        for path in (ours[0], ours[2], os.path.join(ours[1], "below", "file")):
            with open(path, "w") as file:
                file.write("mine")
        place.serve().stop()
        place.run("rebuild", "grid", "--quiet")
        gone = [os.path.basename(path) for path in ours if not os.path.exists(path)]
        yield row(
            "somebody's *.tmp gone after a start and a rebuild", ", ".join(gone) or "none", "none", not gone
        )
