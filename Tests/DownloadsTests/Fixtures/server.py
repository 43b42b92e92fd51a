"""A web server on loopback that treats its clients badly, each path in its own way.

It prints its port, and ends when its standard input does. With two arguments, the files of a certificate and its key, it
speaks TLS. GET /count/PATH says as CSV how often PATH was asked for.
"""

import collections
import ssl
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ROWS = b"time,kw\n" + b"".join(b"%d,%d\n" % (1700000000 + 60 * i, i) for i in range(20000))
PIECE = 70000
counts = collections.Counter()
lock = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        path = self.path.split("?")[0]
        with lock:
            counts[path] += 1
            self.count = counts[path]
        name = path.split("/")[1]
        if name == "count":
            return self.answer(b"time,count\n2024-01-01,%d\n" % counts[path[len("/count"):]])
        getattr(self, name.replace("-", "_"), self.missing)()

    # Answers

    def answer(self, body, headers={}, status=200, length=None):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for key, value in headers.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)

    def ranged(self, most, tag='"one"', shift=0):
        """Gives at most so many bytes of what was asked for, and closes the connection if there are more."""
        start = 0
        asked = self.headers.get("Range")
        if asked and (self.headers.get("If-Range") == tag or shift):
            start = int(asked[len("bytes="):-1])
        body = ROWS[start:]
        headers = {"ETag": tag, "Content-Type": "text/csv"}
        if start:
            headers["Content-Range"] = f"bytes {start + shift}-{len(ROWS) - 1}/{len(ROWS)}"
        self.answer(body[:most], headers, 206 if start else 200, len(body))
        self.close_connection = len(body) > most

    def whole(self):
        self.ranged(len(ROWS))

    def drops(self):
        self.ranged(PIECE)

    def untagged(self):
        """Has no tag, so it cannot be resumed; the third time it is complete."""
        body = ROWS if self.count > 2 else ROWS[:PIECE]
        self.answer(body, {}, 200, len(ROWS))
        self.close_connection = len(body) < len(ROWS)

    def changes(self):
        """Is another file at every request but the last two."""
        self.ranged(PIECE if self.count < 4 else len(ROWS), f'"{min(self.count, 4)}"')

    def wrong_part(self):
        self.ranged(PIECE if self.count == 1 else len(ROWS), shift=1 if self.count == 2 else 0)

    def liar(self):
        """Promises more than it has."""
        self.answer(ROWS, {}, 200, len(ROWS) + 1)
        self.close_connection = True

    def fails(self):
        if self.count < 4:
            return self.answer(b"busy", {"Retry-After": "0"}, [500, 503, 429][self.count - 1])
        self.whole()

    def broken(self):
        self.answer(b"broken", {}, 500)

    def silent(self):
        self.answer(ROWS[:PIECE], {}, 200, len(ROWS))
        self.wfile.flush()
        time.sleep(3600)

    def endless(self):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while True:
            self.wfile.write(b"10000\r\n" + bytes(65536) + b"\r\n")

    def chunked(self):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for start in range(0, len(ROWS), 1000):
            part = ROWS[start:start + 1000]
            self.wfile.write(b"%x\r\n" % len(part) + part + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")

    def unsized(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(ROWS)
        self.close_connection = True

    def page(self):
        self.answer(b"<html>Please log in</html>", {"Content-Type": "text/html; charset=utf-8"})

    def moved(self):
        self.answer(b"", {"Location": "../whole/rows.csv"}, 302)

    def around(self):
        self.answer(b"", {"Location": self.path}, 307)

    def downgraded(self):
        self.answer(b"", {"Location": "http://127.0.0.1:1/rows.csv"}, 301)

    def private(self):
        # `user:pass word` in base64.
        if self.headers.get("Authorization") != "Basic dXNlcjpwYXNzIHdvcmQ=":
            return self.answer(b"no", {}, 401)
        self.whole()

    def elsewhere(self):
        """Sends a client with a password to another server, which must not see it."""
        port = self.server.server_port
        self.answer(b"", {"Location": f"http://localhost:{port}/open/rows.csv"}, 302)

    def open(self):
        if self.headers.get("Authorization"):
            return self.answer(b"a password came here", {}, 418)
        self.whole()

    def missing(self):
        self.answer(b"nothing here", {}, 404)


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
if len(sys.argv) > 2:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    server.socket = context.wrap_socket(server.socket, server_side=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
