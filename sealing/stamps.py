"""RFC 3161: make a request, check a reply.

A reply says that a digest was there at a moment. It is worth what its clock is worth: who trusts it names its
certificates.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerifierBuilder,
    decode_timestamp_response,
)

LIMIT_BYTES = 64 << 10
"""A reply is 1 to 8 kB; what is longer is none."""

_CERTIFICATES = 0xA0  # `[0]` in SignedData


class NotStamped(Exception):
    """A reply is none, or not one to this request, or not by a clock that is trusted."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a clock about a SHA-256: with a nonce, and its certificates wanted."""

    digest: bytes
    nonce: int | None
    der: bytes = field(repr=False)  # what is sent


def request(digest: bytes) -> Request:
    """Return a request about a SHA-256.

    The library only takes what was hashed, which a later try does not hold any more: so it hashes something drawn, and
    that digest is replaced.
    """
    drawn = secrets.token_bytes(32)
    built = TimestampRequestBuilder(data=drawn, hash_algorithm=HashAlgorithm.SHA256, nonce=True, cert_req=True).build()
    return Request(digest, built.nonce, built.as_bytes().replace(built.message_imprint.message, digest))


def chain_of(pem: bytes) -> list[x509.Certificate]:
    """Return the certificates of a chain file.

    Raises:
        ValueError: there is none in it.
    """
    return x509.load_pem_x509_certificates(pem)


def check(reply: bytes, to: Request, *, chain: bytes) -> datetime:
    """Return the moment of a reply, once it is the one to this request and its signer leads to the chain.

    Args:
        chain: PEM of the certificates that are trusted.

    Raises:
        NotStamped: it is not that.
    """
    if len(reply) > LIMIT_BYTES:
        raise NotStamped("it is longer than a reply")
    try:
        builder = VerifierBuilder(roots=chain_of(chain), nonce=to.nonce)
        held = decode_timestamp_response(_with_certificates_in_order(reply))
        builder.build().verify(held, to.digest)
    except Exception as why:  # noqa: BLE001 # a foreign reply can make the libraries raise many things
        raise NotStamped(f"{type(why).__name__}: {why}") from None
    return held.tst_info.gen_time


def _with_certificates_in_order(reply: bytes) -> bytes:
    """Return a reply with its set of certificates in the order of DER, which the library asks for.

    OpenSSL and some public clocks write the set in another order. No signature covers it, and its length stays.
    """
    at = 0
    try:
        for step in (1, 1, 0):  # the token, its content, and the signed data in that
            at = list(_elements(reply, at))[step]
        certificates = next(place for place in _elements(reply, at) if reply[place] == _CERTIFICATES)
        places = list(_elements(reply, certificates))
    except (IndexError, StopIteration):
        return reply
    ends = [*places[1:], _span(reply, certificates)[1]]
    inside = b"".join(sorted(reply[begin:end] for begin, end in zip(places, ends, strict=True)))
    return reply[: places[0]] + inside + reply[ends[-1] :] if places else reply


def _elements(der: bytes, at: int) -> Iterator[int]:
    """Yield where each element inside of the one at a place begins."""
    begin, end = _span(der, at)
    while begin < end:
        yield begin
        begin = _span(der, begin)[1]


def _span(der: bytes, at: int) -> tuple[int, int]:
    """Return where the content of an element begins and where it ends.

    Raises:
        IndexError: it does not end within these bytes.
    """
    length, begin = der[at + 1], at + 2
    if length & 0x80:
        begin += length & 0x7F
        length = int.from_bytes(der[at + 2 : begin], "big")
    if begin + length > len(der):
        raise IndexError
    return begin, begin + length
