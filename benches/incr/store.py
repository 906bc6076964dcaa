"""Captures with one store-service, and says how fast it did.

usage: store.py BINARY DIR MYSQL_URL DATABASE prepare   makes the store of a database, and stops it
       store.py BINARY DIR MYSQL_URL DATABASE ROWS      goes on until there are so many changes more

Prints NAME=VALUE words: rows, seconds (from the call that starts the store until the last change is
durable), rate, megabytes of the source's log a second, CPU seconds and peak memory of the service.
"""

import base64
import hashlib
import hmac
import json
import os
import resource
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

SECRET = b"s" * 32
STORES = "/internal/v1/stores"
PATIENCE = 600


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def token():
    """The proof that a sibling calls."""
    claims = {"iss": "sync-service", "aud": "store-service", "exp": int(time.time()) + 30}
    parts = {"typ": "JWT", "alg": "HS256"}, claims
    text = b".".join(encoded(json.dumps(part).encode()) for part in parts)
    return (text + b"." + encoded(hmac.digest(SECRET, text, hashlib.sha256))).decode()


class Service:
    """A store-service whose files are all in one folder."""

    def __init__(self, binary, folder):
        os.makedirs(folder, exist_ok=True)
        address = free_address()
        self.url = f"http://{address}"
        settings = {
            "HTTP__LISTEN": address,
            "METADATA__URL": f"sqlite:{folder}/meta.db",
            "INTERNAL__SECRET": SECRET.decode(),
            "VAULT__KEY_FILE": f"{folder}/vault.key",
            "VAULT__CREATE_KEY_FILE": "true",
            "STORES__DATA_DIR": f"{folder}/logs",
            "STORES__BEAT_MS": "20",
        }
        environment = {f"OMS__{name}": value for name, value in settings.items()}
        environment = {**os.environ, **environment}
        self.process = subprocess.Popen([binary], env=environment, stdout=sys.stderr)
        until(self.answers)

    def answers(self):
        if self.process.poll() is not None:
            sys.exit(f"store-service ended with {self.process.returncode}")
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5):
                return True
        except (urllib.error.URLError, ConnectionError):
            return False

    def call(self, method, path="", body=None):
        request = urllib.request.Request(f"{self.url}{STORES}/bench.store{path}", method=method)
        request.add_header("x-oms-internal", token())
        if body is not None:
            request.add_header("content-type", "application/json")
            request.data = json.dumps(body).encode()
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or b"null")

    def live(self):
        return self.call("GET")["live"]

    def end(self):
        """Ends the process, and answers what it took."""
        with open(f"/proc/{self.process.pid}/status") as file:
            peak = next(line for line in file if line.startswith("VmHWM")).split()[1]
        self.process.terminate()
        self.process.wait()
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime, int(peak) / 1024


def free_address():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"127.0.0.1:{taken.getsockname()[1]}"


def until(condition):
    late = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > late:
            sys.exit(f"not within {PATIENCE} s")
        time.sleep(0.01)


def spec(url, database):
    address = urllib.parse.urlsplit(url)
    source = {
        "kind": "MYSQL",
        "host": address.hostname,
        "port": address.port,
        "user": urllib.parse.unquote(address.username),
        "password": urllib.parse.unquote(address.password or ""),
    }
    objects = {"mode": "WILDCARD", "tableAndViewWhiteList": [f"{database}.*"]}
    return {"source": source, "method": "BINLOG", "objects": objects}


def main():
    binary, folder, url, database, what = sys.argv[1:]
    service = Service(binary, folder)
    try:
        if what == "prepare":
            service.call("PUT", body=spec(url, database))
            service.call("POST", "/start")
            until(lambda: service.live()["hasBegun"])
            stop(service)
        else:
            capture(service, int(what))
    finally:
        if service.process.returncode is None:
            service.process.terminate()


def stop(service):
    service.call("POST", "/stop")
    until(lambda: service.call("GET")["state"] not in ("RUNNING", "STOPPING"))


def capture(service, rows):
    last = service.live()["lastSeq"] + rows
    began = time.monotonic()
    service.call("POST", "/start")
    until(lambda: service.live()["lastSeq"] >= last)
    seconds = time.monotonic() - began
    live = service.live()
    stop(service)
    if live["lastSeq"] != last:
        sys.exit(f"there are {live['lastSeq'] - last} changes too many")
    cpu, peak = service.end()
    print(
        f"rows={rows} seconds={seconds:.2f} rate={rows / seconds:.0f}"
        f" mbPerSecond={live['sourceBytes'] / seconds / 1e6:.1f} cpuSeconds={cpu:.2f} peakMb={peak:.1f}"
    )


main()
