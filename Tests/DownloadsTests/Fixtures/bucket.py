"""A server of S3 on loopback: moto's, which checks signatures with botocore, behind a proxy that drops connections.

It prints the port, an access key, its secret, and a second key that may do nothing; it ends when its standard input does.
A connection is dropped after 100,000 bytes of a response for an object whose key has `drops` in it, however often. Some
keys are answered with an error: `fails` three times, `forbidden` always. GET /count/KEY says how often a key was asked for.
"""

import collections
import http.client
import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Pages of a few keys, so that a list has several.
os.environ["MOTO_S3_DEFAULT_MAX_KEYS"] = "7"

import botocore.session
import moto.settings
from moto.server import ThreadedMotoServer

ROWS = b"time,kw\n" + b"".join(b"%d,%d\n" % (1700000000 + 60 * i, i) for i in range(20000))
KEYS = [
    "one.csv", "drops.csv", "fails.csv", "forbidden.csv", "a/b c+d%2F&=?ä#.csv", "a/~!@$'(){}[]^`|.csv", "a//empty.csv",
    "a/./x/../dots.csv", "a/.hidden.csv", "a/plan.pdf", "a/folder/", "out.csv/part-0.csv", "out.csv/part-1.csv",
    *[f"many/{number:04}.csv" for number in range(40)],
]
PIECE = 100000
counts = collections.Counter()

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()


def client(name, keys=("any", "any")):
    return botocore.session.get_session().create_client(
        name, region_name="us-east-1", endpoint_url=f"http://{host}:{port}", aws_access_key_id=keys[0],
        aws_secret_access_key=keys[1],
    )


class Proxy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        path = self.path.split("?")[0]
        if path.startswith("/count/"):
            body = b"time,count\n2024-01-01,%d\n" % counts["/grid/" + path[len("/count/"):]]
            return self.answer(200, [], body)
        counts[path] += 1
        if "fails" in path and counts[path] < 4:
            return self.answer(503, [], b"<Error><Code>SlowDown</Code></Error>")
        if "forbidden" in path:
            return self.answer(403, [], b"<Error><Code>AccessDenied</Code></Error>")
        upstream = http.client.HTTPConnection(host, port)
        upstream.request(self.command, self.path, headers=dict(self.headers))
        response = upstream.getresponse()
        body = response.read()
        self.answer(response.status, response.getheaders(), body, PIECE if "drops" in path else len(body))

    do_HEAD = do_GET

    def answer(self, status, headers, body, most=None):
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in ("connection", "transfer-encoding", "content-length", "date", "server"):
                self.send_header(name, value)
        size = dict((name.lower(), value) for name, value in headers).get("content-length", len(body))
        self.send_header("Content-Length", str(size))
        self.end_headers()
        self.wfile.write(body[:most])
        self.close_connection = most is not None and len(body) > most


s3, iam = client("s3"), client("iam")
s3.create_bucket(Bucket="grid")
for key in KEYS:
    body = b"" if key.endswith("/") else ROWS if "/" not in key else b"time,kw\n1700000000,1\n"
    s3.put_object(Bucket="grid", Key=key, Body=body)
allowed = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
words = []
for name in ["reader", "stranger"]:
    iam.create_user(UserName=name)
    keys = iam.create_access_key(UserName=name)["AccessKey"]
    words += [keys["AccessKeyId"], keys["SecretAccessKey"]]
iam.put_user_policy(UserName="reader", PolicyName="read", PolicyDocument=json.dumps(allowed))

proxy = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
proxy.daemon_threads = True
threading.Thread(target=proxy.serve_forever, daemon=True).start()
# From here on moto checks who asks.
moto.settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
print(proxy.server_port, *words, flush=True)
sys.stdin.read()
server.stop()
