"""An outside clock of our own, on loopback: `openssl ts`, honest or not."""

from __future__ import annotations

import subprocess
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CONFIG = """
[req]
distinguished_name = dn
prompt = no
[dn]
CN = nobody
[ca]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
[tsa]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[clock]
serial = serial
signer_cert = tsa.pem
certs = ca.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
crypto_device = builtin
"""
KEY = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
MAKE = (
    f"openssl req -x509 {KEY} -keyout ca.key -out ca.pem -config c.cnf -extensions ca -days 30 -subj /CN=Root",
    f"openssl req -new {KEY} -keyout tsa.key -out tsa.csr -config c.cnf -subj /CN=Clock",
    "openssl x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -out tsa.pem -extfile c.cnf -extensions tsa -days 30",
)


class Clock:
    """A clock with a root of its own. `mood` says how it answers."""

    def __init__(self, folder):
        folder.mkdir()
        self.folder, self.chain, self.mood, self.asked = folder, folder / "ca.pem", "honest", []
        (folder / "c.cnf").write_text(CONFIG)
        (folder / "serial").write_text("01\n")
        for command in MAKE:
            subprocess.run(command.split(), cwd=folder, check=True, capture_output=True)

    def reply(self, query):
        """Return what an honest clock says."""
        (self.folder / "q.tsq").write_bytes(query)
        command = "openssl ts -reply -config c.cnf -section clock -queryfile q.tsq -out r.tsr"
        subprocess.run(command.split(), cwd=self.folder, check=True, capture_output=True)
        return (self.folder / "r.tsr").read_bytes()

    def answer(self, query):
        """Return status and body as it is in the mood to."""
        self.asked.append(query)
        if self.mood == "down":
            return 503, b""
        if self.mood == "long":
            return 200, self.reply(query) + bytes(1 << 17)
        if self.mood == "junk":
            return 200, b"<html>Sign in to this network</html>"
        if self.mood == "of another time":
            return 200, self.reply(self.asked[0])
        return 200, self.reply(query)

    def verified(self, subject, token, *, chain=None):
        """Return whether openssl, at the token's own time, finds that it stamps the subject."""
        command = ["openssl", "ts", "-verify", "-data", subject, "-in", token, "-CAfile", chain or self.chain]
        at = str(int(time.time()))
        done = subprocess.run([*command, "-attime", at], capture_output=True, text=True, check=False)
        return "Verification: OK" in done.stdout + done.stderr


@contextmanager
def serving(clock):
    """Serve a clock, and yield its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            assert self.headers["Content-Type"] == "application/timestamp-query"
            status, body = clock.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if clock.mood == "slow":
                for byte in body:
                    self.wfile.write(bytes([byte]))
                    time.sleep(0.05)
            else:
                self.wfile.write(body)

        def log_message(self, *_):
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_):
            """Who asked has gone."""

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/stamp"
    finally:
        server.shutdown()
        server.server_close()
