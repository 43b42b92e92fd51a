"""The services that give keys to a container and to a virtual machine, on loopback; the arguments are the keys.

It prints its port, and ends when its standard input does.
"""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEYS = json.dumps({
    "AccessKeyId": sys.argv[1], "SecretAccessKey": sys.argv[2], "Expiration": "2999-01-01T00:00:00Z",
    "Code": "Success",
}).encode()
ROLES = "/latest/meta-data/iam/security-credentials/"


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *arguments):
        pass

    def do_PUT(self):
        life = self.headers.get("X-aws-ec2-metadata-token-ttl-seconds")
        self.answer(b"a token" if self.path == "/latest/api/token" and life else None)

    def do_GET(self):
        is_known = self.headers.get("X-aws-ec2-metadata-token") == "a token"
        if self.path == "/container" and self.headers.get("Authorization") == "let me":
            self.answer(KEYS)
        elif is_known and self.path == ROLES:
            self.answer(b"a-role")
        elif is_known and self.path == ROLES + "a-role":
            self.answer(KEYS)
        else:
            self.answer(None)

    def answer(self, body):
        self.send_response(403 if body is None else 200)
        self.end_headers()
        self.wfile.write(body or b"{}")


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
