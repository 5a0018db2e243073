"""Try whether the place that was set keeps each name once, gives back what it got, and lets go of what is removed."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.storage import Storage

from incidents.vault import storage
from incidents.vault.bucket import Bucket

FOLDER = "trial"  # nothing else lies there
ANYBODY = ("/AllUsers", "/AuthenticatedUsers")


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a place, and what to do about it; `must`: evidence is not safe there."""

    what: str
    cure: str
    must: bool = True


def of(place: Storage) -> Iterator[Trouble]:
    """Store, store again, read and remove an object; ask a bucket what else it keeps, and for whom."""
    try:
        yield from _of_one_object(place)
    except storage.Full:
        yield Trouble("There is no room left in storage.", "Make room: until then no file is taken.")
        return
    except storage.Unavailable as why:
        yield Trouble(str(why), "Look at TESTIGO_STORAGE, the key beside it, and the network.")
        return
    if isinstance(place, Bucket):
        yield from _of_bucket(place)


def _of_one_object(place: Storage) -> Iterator[Trouble]:
    for left in list(storage.names(FOLDER, at=place)):  # a look that was killed left it
        storage.remove(left, at=place)
    name, sealed = f"{FOLDER}/{uuid.uuid4()}/1.age", secrets.token_bytes(1000)
    storage.put(name, sealed, at=place)
    try:
        storage.put(name, secrets.token_bytes(1000), at=place)
    except FileExistsError:
        pass
    else:
        yield Trouble(
            "Storage overwrites an object whose name is taken: it does not honour If-None-Match.",
            "Use a store that does: in this one evidence can be replaced.",
        )
    if storage.get(name, at=place) != sealed:
        yield Trouble("Storage does not give back what it was given.", "Use another store.")
    storage.remove(name, at=place)
    try:
        storage.size(name, at=place)
    except FileNotFoundError:
        return
    yield Trouble("Storage still holds an object that was removed.", "Use a store that removes at once.")


def _of_bucket(bucket: Bucket) -> Iterator[Trouble]:
    versioning = _said(bucket, "get_bucket_versioning")
    if versioning.get("Status"):
        yield Trouble(
            "The bucket keeps versions: what was removed can be brought back.",
            "Use a bucket in which versioning was never turned on.",
        )
    if _said(bucket, "get_object_lock_configuration").get("ObjectLockConfiguration"):
        yield Trouble("The bucket locks objects: they cannot be removed.", "Use a bucket without object lock.")
    grants = _said(bucket, "get_bucket_acl").get("Grants", ())
    policy = _said(bucket, "get_bucket_policy_status").get("PolicyStatus", {})
    if policy.get("IsPublic") or any(one["Grantee"].get("URI", "").endswith(ANYBODY) for one in grants):
        yield Trouble("The bucket is open to strangers.", "Close it: nobody but this site's key may list or read it.")


def _said(bucket: Bucket, what: str) -> Mapping[str, Any]:  # Any: each answer has a shape of its own
    """Return what a bucket says of itself; nothing where it has no such thing, or does not let this key ask."""
    try:
        answer: Mapping[str, Any] = getattr(bucket.client, what)(Bucket=bucket.bucket_name)
    except (ClientError, BotoCoreError):
        return {}
    return answer
