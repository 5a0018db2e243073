"""What may be logged: class, place, counts; never a person or an answer."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import ItemsView
from pathlib import Path
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

OURS = ("accounts", "incidents", "config", "sealing")
COUNTS = ("count", "size_bytes", "seconds", "status")


class QuietFormatter(logging.Formatter):
    """One JSON line a record. An error's text is left out: it may quote what a person wrote."""

    def format(self, record: logging.LogRecord) -> str:
        """Return level, logger, our own fixed sentence, counts, and an error's class and place."""
        line: dict[str, object] = {"at": self.formatTime(record), "level": record.levelname, "from": record.name}
        if record.name.split(".")[0] in OURS and isinstance(record.msg, str) and not record.args:
            line["what"] = record.msg
        line |= {name: getattr(record, name) for name in COUNTS if isinstance(getattr(record, name, None), int | float)}
        if record.exc_info and record.exc_info[0]:
            kind, _, trace = record.exc_info
            line["error"] = f"{kind.__module__}.{kind.__qualname__}"
            line["place"] = [f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in traceback.extract_tb(trace)[-8:]]
        return json.dumps(line, ensure_ascii=True)


class SilentReporter(SafeExceptionReporterFilter):
    """Even where somebody turns error reports on, they hold nothing of a request."""

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        """Return nothing."""
        del request
        return {}

    def get_traceback_frame_variables(self, request: HttpRequest | None, tb_frame: object) -> ItemsView[str, Any]:
        """Return nothing."""
        del request, tb_frame
        return {}.items()

    def get_safe_request_meta(self, request: HttpRequest) -> dict[str, Any]:
        """Return the method alone."""
        return {"REQUEST_METHOD": request.method}

    def get_safe_cookies(self, request: HttpRequest) -> dict[str, Any]:
        """Return nothing."""
        del request
        return {}
