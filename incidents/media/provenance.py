"""Say what a file carries of its own history: a C2PA signature, or the sidecar of an app that writes proofs.

Nothing is ever fetched. By default the reader would follow an address written inside the upload, which is request
forgery, and would tell a stranger who holds the file. A signature says who signed which bytes; it never says "genuine",
and a file without one says nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import BinaryIO, Literal

import c2pa

from incidents.media.facts import plain

State = Literal["c2pa_valid", "c2pa_untrusted", "c2pa_invalid", "proofmode", "tella", "none", "not_looked"]

_NEVER_FETCH = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}
_UNTRUSTED = "signingCredential.untrusted"
_HEAD_BYTES = 8192
_FAILURE_LIMIT = 20
# The first line of the tables that these apps write beside a photo; and the names in an archive of ProofMode's.
_PROOFMODE = (b"File Hash SHA256", b"Proof Generated")
_PROOFMODE_NAMES = (b".proof.csv", b".proof.json")
_TELLA = (b"File hash", b"WiFi MAC", b"Device ID")


def warm_up() -> None:
    """Let the reader load what it loads, while files can still be opened."""
    _context()
    c2pa.Reader.get_supported_mime_types()


def look(source: BinaryIO, media_type: str) -> dict[str, object]:
    """Return `state`, and for a signed file its `signer` and `failures`, the codes of what did not hold.

    `not_looked` stands wherever the reader could not say: a type it does not know, a file too damaged, or a history
    that lies elsewhere and would have to be fetched.
    """
    sidecar = _sidecar(source)
    if sidecar:
        return {"state": sidecar}
    if media_type not in c2pa.Reader.get_supported_mime_types():
        return {"state": "not_looked"}
    source.seek(0)
    try:
        reader = c2pa.Reader(media_type, source, context=_context())
        told = json.loads(reader.json())
    except c2pa.C2paError as error:
        return {"state": "none" if "ManifestNotFound" in str(error) else "not_looked"}
    except (ValueError, RecursionError):
        return {"state": "not_looked"}
    return _signed(told)


@cache
def _context() -> c2pa.Context:
    return c2pa.Context(c2pa.Settings.from_dict(_NEVER_FETCH))


def _signed(told: Mapping[str, object]) -> dict[str, object]:
    failures = sorted({plain(code) for code in _failures(told)})[:_FAILURE_LIMIT]
    state: State = "c2pa_invalid"
    if told.get("validation_state") == "Trusted":
        state = "c2pa_valid"
    elif told.get("validation_state") == "Valid":
        state = "c2pa_untrusted" if _UNTRUSTED in failures else "c2pa_valid"
    return {"state": state, "signer": _signer(told), "failures": failures}


def _failures(told: Mapping[str, object]) -> Iterator[str]:
    listed = told.get("validation_status")
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, dict):
            yield str(one.get("code", ""))


def _signer(told: Mapping[str, object]) -> str:
    """Return the name on the certificate and who issued it, as the file says."""
    manifests = told.get("manifests")
    active = manifests.get(told.get("active_manifest")) if isinstance(manifests, dict) else None
    info = active.get("signature_info") if isinstance(active, dict) else None
    if not isinstance(info, dict):
        return ""
    named = [str(info[name]) for name in ("common_name", "issuer") if info.get(name)]
    return plain(", ".join(dict.fromkeys(named)))


def _sidecar(source: BinaryIO) -> State | None:
    source.seek(0)
    head = source.read(_HEAD_BYTES)
    line = head.partition(b"\n")[0]
    if all(column in line for column in _PROOFMODE):
        return "proofmode"
    if head.startswith(b"PK\3\4") and any(name in head for name in _PROOFMODE_NAMES):
        return "proofmode"
    return "tella" if all(column in line for column in _TELLA) else None
