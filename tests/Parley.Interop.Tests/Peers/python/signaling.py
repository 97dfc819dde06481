# What every Python peer has in common: WHIP and WHEP, lines of JSON out, and an end that comes with the end of the input.
import json
import sys
import threading
import urllib.parse
import urllib.request

_output = threading.Lock()


def tell(event, **more):
    with _output:
        sys.stdout.write(json.dumps({"event": event, **more}) + "\n")
        sys.stdout.flush()


def post(url, offer):
    """Posts an offer; the answer, and the resource to delete at the end."""
    request = urllib.request.Request(url, offer.encode(), {"Content-Type": "application/sdp"})
    with urllib.request.urlopen(request, timeout=20) as response:
        return response.read().decode(), urllib.parse.urljoin(url, response.headers["Location"])


def delete(resource):
    urllib.request.urlopen(urllib.request.Request(resource, method="DELETE"), timeout=20).close()


def wait_for_end():
    """Returns when the input has ended."""
    for _ in sys.stdin:
        pass
