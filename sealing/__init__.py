"""The crypto boundary: bytes in, bytes out; no Django, no people, no tables."""

from __future__ import annotations
