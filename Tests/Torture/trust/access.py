"""What the HTTP port tells and gives, and to whom."""

import contextlib
import os
import socket
import subprocess
import threading
import time as clock

from place import NotServing, Place
from table import attack, row

READ, WRITE = "read-only-token-0123456789", "read-write-token-0123456789"


def counted(server):
    """The wrong tokens that the server has counted, by /metrics."""
    with socket.create_connection(("127.0.0.1", server.http), 10) as client:
        client.sendall(
            f"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            f"Authorization: Bearer {READ}\r\n\r\n".encode()
        )
        text = b"".join(iter(lambda: client.recv(65536), b"")).decode()
    lines = [line for line in text.splitlines() if line.startswith("gridkin_auth_failures_total")]
    return sum(float(line.split()[-1]) for line in lines) if text.startswith("HTTP/1.1 200") else None


@attack
def guessed_tokens():
    """Wrong tokens over HTTP, as fast as eight clients can, for five seconds."""
    tokens = {"read-only": READ, "read-write": WRITE}
    with Place() as place:
        server = place.serve(http=True, tokens=tokens)
        statuses, end = [], clock.monotonic() + 5

        def guess(number):
            while clock.monotonic() < end:
                statuses.append(
                    server.get("/metrics", f"Authorization: Bearer guess-{number}-{len(statuses):016}\r\n")
                )

        threads = [threading.Thread(target=guess, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        tried = statuses.count(401)
        yield row(
            "wrong tokens looked at over HTTP from one address",
            f"{tried / 5:.0f} a second",
            "≤ 250",
            tried / 5 <= 250,
        )
        clock.sleep(1)
        count = counted(server)
        for _ in range(70):
            if count is not None:
                break
            clock.sleep(1)
            count = counted(server)
        value = "the right token is refused" if count is None else f"{count:.0f} of {tried}"
        yield row(
            "of them counted in gridkin_auth_failures_total",
            value,
            "all",
            count is not None and count >= tried,
        )
    with Place() as place:
        server = place.serve(http=True, tokens=tokens)
        status = server.get("/metrics", f"Authorization: Bearer {WRITE}\r\n")
        said = "read-write" in server.written()
        value = f"{status}, {'said in the log' if said else 'nothing said'}"
        yield row("/metrics with a read-write token", value, "refused, or said", status in (401, 403) or said)


@attack
def half_open_connections():
    """One address opens connections to the HTTP port and sends half a request on each."""
    with Place() as place:
        server = place.serve(http=True)
        for count in (32, 500):
            with contextlib.ExitStack() as stack:
                for _ in range(count):
                    with contextlib.suppress(OSError):
                        client = stack.enter_context(socket.create_connection(("127.0.0.1", server.http), 5))
                        client.sendall(b"GET /healthz HTTP/1.1\r\nHo")
                clock.sleep(0.5)
                begun = clock.monotonic()
                status = server.get(patience=15)
                took = clock.monotonic() - begun
            value = f"{status} after {took * 1000:.0f} ms"
            yield row(
                f"/healthz beside {count} half-open connections",
                value,
                "200 within 1 s",
                status == 200 and took <= 1,
            )


def certify(place):
    """A certificate that is valid from 2090 on, and its key."""
    key, request, certificate = place.path("key"), place.path("request"), place.path("certificate")
    with open(place.path("ca.cnf"), "w") as file:
        file.write(
            f"[ca]\ndefault_ca=x\n[x]\ndir={place.folder}\ndatabase=$dir/db\nserial=$dir/serial\n"
            "new_certs_dir=$dir\n"
            "default_md=sha256\npolicy=p\nrand_serial=yes\n[p]\ncommonName=supplied\n"
        )
    open(place.path("db"), "w").close()
    quiet = {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    new = [
        "openssl",
        "req",
        "-new",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-subj",
        "/CN=grid",
    ]
    subprocess.run([*new, "-keyout", key, "-out", request], **quiet)
    os.chmod(key, 0o600)
    sign = [
        "openssl",
        "ca",
        "-batch",
        "-config",
        place.path("ca.cnf"),
        "-selfsign",
        "-keyfile",
        key,
        "-in",
        request,
    ]
    subprocess.run(
        [*sign, "-out", certificate, "-startdate", "20900101000000Z", "-enddate", "20910101000000Z"], **quiet
    )
    return certificate, key


@attack
def certificate_of_the_future():
    with Place() as place:
        certificate, key = certify(place)
        try:
            place.serve(options=["--tls-cert", certificate, "--tls-key", key])
            yield row("serve with a certificate valid from 2090", "serves", "refused", False)
        except NotServing as ended:
            words = ended.args[1].strip().splitlines()
            yield row(
                "serve with a certificate valid from 2090", f"refused: {words[-1][:60]}", "refused", True
            )
