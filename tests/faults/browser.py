"""A browser made of bare sockets, that can be cut off at any byte."""

from __future__ import annotations

import http.client
import re
from urllib.parse import urlencode, urlsplit

BOUNDARY = "a-boundary-of-ours"


class Browser:
    """Keeps cookies whatever the scheme; http.client would send them, and requests would not."""

    def __init__(self, site):
        self.host, self.port = urlsplit(site).hostname, urlsplit(site).port
        self.cookies = {}

    def connection(self):
        return http.client.HTTPConnection(self.host, self.port, timeout=60)

    def headers(self, **more):
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **more}

    def ask(self, method, path, body=None, **headers):
        """Return status and page."""
        connection = self.connection()
        connection.request(method, path, body, self.headers(**headers))
        response = connection.getresponse()
        for cookie in response.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        page = response.read().decode()
        connection.close()
        return response.status, page

    def token(self, path):
        _status, page = self.ask("GET", path)
        return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]

    def post(self, path, **fields):
        body = urlencode({"csrfmiddlewaretoken": self.token(path), **fields})
        return self.ask("POST", path, body, **{"Content-Type": "application/x-www-form-urlencoded"})

    def upload(self, path, data, *, name="clip.mp4", **fields):
        form, kind = self.form(path, data, name=name, **fields)
        return self.ask("POST", path, form, **{"Content-Type": kind})

    def form(self, path, data, *, name, **fields):
        """Return a form with one file as its bytes go out, and its type."""
        parts = [
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in {"csrfmiddlewaretoken": self.token(path), **fields}.items()
        ]
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = "".join(parts).encode() + head.encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()
        return body, f"multipart/form-data; boundary={BOUNDARY}"

    def begin(self, path, body, kind, *, sent):
        """Send a form's first bytes and hold the line open."""
        connection = self.connection()
        connection.putrequest("POST", path)
        for name, value in self.headers(**{"Content-Type": kind, "Content-Length": str(len(body))}).items():
            connection.putheader(name, value)
        connection.endheaders()
        connection.send(body[:sent])
        return connection
