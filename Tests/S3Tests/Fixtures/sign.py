"""Signs requests to S3 with botocore: one JSON object a line comes in, one Authorization header a line goes out."""

import datetime
import json
import sys

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

for line in sys.stdin:
    given = json.loads(line)
    now = datetime.datetime.fromtimestamp(given["seconds"], datetime.timezone.utc)
    botocore.auth.get_current_datetime = lambda remove_tzinfo=True, now=now: now.replace(tzinfo=None)
    query = "?" + given["query"] if given["query"] else ""
    request = AWSRequest(
        method=given["method"],
        # Over http, as botocore signs the hash of the body there always.
        url=f"http://{given['host']}{given['path']}{query}",
    )
    for name, value in given["headers"]:
        request.headers.add_header(name, value)
    keys = Credentials(given["accessKey"], given["secretKey"], given.get("token"))
    botocore.auth.S3SigV4Auth(keys, "s3", given["region"]).add_auth(request)
    print(request.headers["Authorization"])
