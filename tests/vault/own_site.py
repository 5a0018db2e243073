"""A site on a disk of its own, for what one process does after another was killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from django.conf import settings

from tests.factories import PAGE


class Site:
    """One process after the other is at work in it."""

    def __init__(self, folder):
        self.folder = folder
        self.env = {**os.environ, "TEST_SITE": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings_test"}
        self.env["PYTHONPATH"] = str(settings.BASE_DIR)

    def manage(self, *words, **env):
        with self.start("manage.py", *words, **env) as running:
            said, _ = running.communicate()
        assert running.returncode == 0
        return said

    def start(self, *words, **env):
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", *words],
            cwd=settings.BASE_DIR,
            env={**self.env, **env},
            stdout=subprocess.PIPE,
            text=True,
        )

    def found_desk(self, folder):
        page = folder / "page.json"
        page.write_text(json.dumps(PAGE))
        said = self.manage(
            "create_desk", "Northside Legal", "--lead", "lead@example.org", "--page", str(page), "--json"
        )
        return {**json.loads(said), "email": "lead@example.org"}

    def deposit(self, desk, folder, *attached):
        answers = folder / "answers.json"
        answers.write_text(json.dumps({"sections": {"story": [{"answers": {"text": {"value": "A van."}}}]}}))
        attach = [word for path in attached for word in ("--attach", str(path))]
        return json.loads(self.manage("deposit", "--desk", desk["slug"], "--answers", str(answers), *attach, "--json"))

    def objects(self):
        return {path.name for path in self.folder.rglob("*.age")}
