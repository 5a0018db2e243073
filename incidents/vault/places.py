"""Read where sealed objects rest from one address: a folder of this machine, or a bucket that speaks S3."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

NAME = "TESTIGO_STORAGE"
SHAPE = "file:///folder, or s3://host/bucket?region=name"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
KNOWN = frozenset({"region", "style", "ca", "wait"})
WAIT_SECONDS = 20  # for a connection, and for the next bytes on it


def place(address: str, *, key: Path | None, default: Path) -> dict[str, object]:
    """Return a place as Django's STORAGES wants it.

    Args:
        address: `file:///folder`; `s3://host[:port]/bucket[/prefix]?region=…&style=path|virtual&ca=FILE&wait=SECONDS`,
            or the same with `s3+http://` on loopback; empty: the default folder.
        key: a file with the bucket's key and, on the next line, its secret.

    Raises:
        ImproperlyConfigured: it is none of these.
    """
    parts = urlsplit(address)
    if parts.scheme in {"s3", "s3+http"}:
        return {"BACKEND": "incidents.vault.bucket.Bucket", "OPTIONS": _bucket(parts) | _key(key)}
    if address and (parts.scheme != "file" or parts.netloc or not parts.path.strip("/")):
        raise ImproperlyConfigured(f"{NAME} names no place for objects. Write {SHAPE}.")
    return {
        "BACKEND": "incidents.vault.storage.Folder",
        "OPTIONS": {
            "location": Path(unquote(parts.path)) if address else default,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    }


def _bucket(parts: SplitResult) -> dict[str, object]:
    bucket, _, prefix = unquote(parts.path).strip("/").partition("/")
    said = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    wait = said.get("wait", str(WAIT_SECONDS))
    if parts.username is not None or parts.password is not None:
        raise ImproperlyConfigured(f"{NAME} holds a key. Put it into a file, and name that in {NAME}_KEY_FILE.")
    if not (parts.hostname and bucket and said.keys() <= KNOWN and wait.isascii() and wait.isdigit() and int(wait)):
        raise ImproperlyConfigured(f"{NAME} names no bucket. Write {SHAPE}.")
    if parts.scheme == "s3+http" and parts.hostname not in LOOPBACK:
        raise ImproperlyConfigured(f"{NAME} would send the bucket's key over plain HTTP. Write s3://.")
    return {
        "endpoint_url": f"{'http' if parts.scheme == 's3+http' else 'https'}://{parts.netloc}",
        "bucket_name": bucket,
        "location": prefix,
        "region_name": said.get("region", "us-east-1"),
        "addressing_style": said.get("style", "path"),
        "verify": said.get("ca", True),
        "wait_seconds": int(wait),
    }


def _key(file: Path | None) -> dict[str, object]:
    words = file.read_text(encoding="utf-8").split() if file else []
    if len(words) != 2:
        raise ImproperlyConfigured(f"{NAME}_KEY_FILE must name a file of two lines: the bucket's key, and its secret.")
    return {"access_key": words[0], "secret_key": words[1]}
