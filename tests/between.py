"""A store that lies: it stands before the real one, passes on what it is asked, and does as a test says."""

from __future__ import annotations

import http.client
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest


class Between:
    """Where it stands, and what it does to requests of one method, how often."""

    def __init__(self, behind):
        self.behind = urlsplit(behind).netloc
        self.method, self.lie, self.times, self.seen = "", "", 0, 0
        between = self

        class Handler(_Handler):
            store = between

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    @contextmanager
    def lying(self, lie, *, to, times=1000):
        """Lie to requests of one method so many times."""
        self.method, self.lie, self.times, self.seen = to, lie, times, 0
        yield self
        self.method = ""

    def lie_to(self, method):
        if method != self.method:
            return ""
        self.seen += 1
        return self.lie if self.seen <= self.times else ""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    store: Between

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        lie = self.store.lie_to(self.command)
        if lie == "slow":
            time.sleep(3)
        if lie.isdigit() or lie in {"slow", "forgets"}:
            return self.say(200 if lie == "forgets" else int(lie) if lie.isdigit() else 503, {}, b"")
        status, headers, found = self.passed_on(body)
        if lie == "lost":
            return self.break_off()
        if lie == "short":
            found = found[: len(found) // 2]
        if lie == "other":
            found = found[:-9] + b"\0" * 9
        return self.say(status, headers, found, cut=lie == "truncated")

    do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = answer  # noqa: N815 # the names are the server's

    def passed_on(self, body):
        line = http.client.HTTPConnection(self.store.behind, timeout=30)
        try:
            line.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in {"expect", "connection"}:
                    line.putheader(name, value)
            line.endheaders(body)
            said = line.getresponse()
            return said.status, dict(said.getheaders()), said.read()
        finally:
            line.close()

    def say(self, status, headers, body, *, cut=False):
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in {"content-length", "connection", "transfer-encoding"}:
                self.send_header(name, value)
        length = headers.get("Content-Length", "0") if self.command == "HEAD" else len(body)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body[: len(body) // 2] if cut else body)
        if cut:
            self.break_off()

    def break_off(self):
        self.wfile.flush()
        self.close_connection = True

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def between(s3):
    """A store before the real one, which lies when it is told to."""
    made = Between(s3.address)
    yield made
    made.server.shutdown()
    made.server.server_close()
