"""Browsers of other families, driven over their own wire: Firefox by Marionette, WebKitGTK by its WebDriver."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from urllib.request import Request, urlopen

from tests.sealing.tampering import need

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the standard's name for a reference to an element
PREFERENCES = {  # it looks nothing up by itself
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "http://127.0.0.1:9/",
    "toolkit.telemetry.enabled": False,
}


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Engine:
    """What a test asks of a browser, whichever it is."""

    def ask(self, name, **values):
        raise NotImplementedError

    def run(self, script, *arguments):
        raise NotImplementedError

    def until(self, script, *, seconds):
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            if found := self.run(script):
                return found
            time.sleep(0.2)
        raise AssertionError(f"Not within {seconds} s: {script}")


class Firefox(Engine):
    """Firefox ESR, without geckodriver: lines of JSON, each with its length before it."""

    def __init__(self, folder):
        tool = shutil.which("firefox-esr")
        need(tool, "no Firefox here: install firefox-esr")
        port = free_port()
        profile = folder / "profile"
        profile.mkdir()
        wanted = {**PREFERENCES, "marionette.port": port}
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in wanted.items()]
        (profile / "user.js").write_text("\n".join(lines))
        command = [tool, "--headless", "--marionette", "--no-remote", "--profile", profile]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen(command, **quiet, env={**os.environ, "HOME": str(folder)})
        self._line = connected(port)
        self._last = 0
        self._read()
        self.ask("WebDriver:NewSession", acceptInsecureCerts=True)

    def ask(self, name, **values):
        self._last += 1
        text = json.dumps([0, self._last, name, values])
        self._line.sendall(f"{len(text.encode())}:{text}".encode())
        _kind, _id, error, result = self._read()
        assert error is None, error
        return result

    def go(self, address):
        self.ask("WebDriver:Navigate", url=address)

    def run(self, script, *arguments):
        return self.ask("WebDriver:ExecuteScript", script=script, args=list(arguments))["value"]

    def choose(self, path):
        found = self.ask("WebDriver:FindElement", using="css selector", value="input[type=file]")["value"]
        self.ask("WebDriver:ElementSendKeys", id=found[ELEMENT], text=str(path))

    def _read(self):
        length = b""
        while not length.endswith(b":"):
            length += self._line.recv(1)
        text = b""
        while len(text) < int(length[:-1]):
            text += self._line.recv(int(length[:-1]) - len(text))
        return json.loads(text)

    def close(self):
        self._line.close()
        self._process.kill()
        self._process.wait(30)


class WebKit(Engine):
    """WebKitGTK on a screen that nobody sees."""

    def __init__(self, folder):
        driver, screen = shutil.which("WebKitWebDriver"), shutil.which("Xvfb")
        browser = next(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"), None)
        need(driver and screen and browser, "no WebKitGTK here: install webkit2gtk-driver and xvfb")
        display, port = f":{free_port() % 1000 + 100}", free_port()
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        environment = {**os.environ, "DISPLAY": display, "HOME": str(folder)}
        environment["WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS"] = "1"  # root in a container has no user namespaces
        self._processes = [
            subprocess.Popen([screen, display, "-screen", "0", "800x900x24"], **quiet),
            subprocess.Popen([driver, f"--port={port}"], **quiet, env=environment),
        ]
        connected(port).close()
        self._address = f"http://127.0.0.1:{port}"
        options = {"binary": str(browser), "args": ["--automation"]}
        wanted = {"acceptInsecureCerts": True, "webkitgtk:browserOptions": options}
        self._session = self._post("/session", capabilities={"alwaysMatch": wanted})["sessionId"]

    def _post(self, path, **values):
        body = json.dumps(values).encode()
        asked = Request(f"{self._address}{path}", body, {"Content-Type": "application/json"})  # noqa: S310 # loopback
        with urlopen(asked, timeout=120) as answer:  # noqa: S310 # the same
            return json.load(answer)["value"]

    def go(self, address):
        self._post(f"/session/{self._session}/url", url=address)

    def run(self, script, *arguments):
        return self._post(f"/session/{self._session}/execute/sync", script=script, args=list(arguments))

    def choose(self, path):
        where = f"/session/{self._session}/element"
        found = self._post(where, using="css selector", value="input[type=file]")[ELEMENT]
        self._post(f"{where}/{found}/value", text=str(path))

    def close(self):
        for process in reversed(self._processes):
            process.kill()
            process.wait(30)


def connected(port):
    """Return a line to what was just started."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        with suppress(OSError):
            return socket.create_connection(("127.0.0.1", port), timeout=120)
        time.sleep(0.1)
    raise AssertionError("It did not start.")
