"""What a file carries of its history: a signature is told, a broken one is told, and nothing is ever fetched."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import c2pa
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from PIL import Image

from incidents.media import provenance
from incidents.media.recipes import Recipe, gathered

TAKEN = {
    "action": "c2pa.created",
    "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture",
}
MANIFEST = {
    "claim_generator_info": [{"name": "Camera", "version": "1"}],
    "format": "image/jpeg",
    "assertions": [{"label": "c2pa.actions", "data": {"actions": [TAKEN]}}],
}


def make_certificate(
    name: str, key: ec.EllipticCurvePrivateKey, *, issuer: str, signing: ec.EllipticCurvePrivateKey
) -> bytes:
    """Return a certificate as C2PA wants it; a root where it issues itself."""
    root = key is signing
    usage = dict.fromkeys(("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False)
    usage |= dict.fromkeys(("encipher_only", "decipher_only"), False) | {"digital_signature": True}
    began = datetime.now(UTC) - timedelta(days=1)
    built = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(began)
        .not_valid_after(began + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=root, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage, key_cert_sign=root, crl_sign=root), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
    )
    if not root:
        mail = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        built = built.add_extension(mail, critical=False)
    return built.sign(signing, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def named(name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, name),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"{name}, maker"),
        ]
    )


def make_photo() -> bytes:
    out = io.BytesIO()
    Image.radial_gradient("L").convert("RGB").save(out, "JPEG")
    return out.getvalue()


@pytest.fixture(scope="module")
def signed() -> Iterator[object]:
    """Return what signs a photo, and leaves its history at an address where one is given."""
    root, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    chain = make_certificate("Camera", key, issuer="Root", signing=root)
    chain += make_certificate("Root", root, issuer="Root", signing=root)
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)

    def sign(*, at: str | None = None) -> bytes:
        builder, out = c2pa.Builder(MANIFEST), io.BytesIO()
        if at:
            builder.set_remote_url(at)
            builder.set_no_embed()
        with c2pa.Signer.from_info(c2pa.C2paSignerInfo(b"es256", chain, private, None)) as signer:
            builder.sign(signer, "image/jpeg", io.BytesIO(make_photo()), out)
        return out.getvalue()

    return sign


@pytest.fixture
def heard() -> Iterator[tuple[str, list[str]]]:
    """A server on this machine, and what was asked of it."""
    asked: list[str] = []

    class Listening(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_words: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Listening) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/history.c2pa", asked
        server.shutdown()


def look(data: bytes, media_type: str = "image/jpeg") -> dict[str, object]:
    return provenance.look(io.BytesIO(data), media_type)


def test_a_signature_is_told_with_who_signed_and_never_called_trusted(signed):
    made, _ = gathered(Recipe.PARTICULARS, signed())

    assert made.particulars["provenance"] == {
        "state": "c2pa_untrusted",
        "signer": "Camera, Camera, maker",
        "failures": ["signingCredential.untrusted"],
    }
    assert "thumbnail_inside" in made.particulars["warnings"]


def test_a_photo_that_was_changed_after_it_was_signed_says_so(signed):
    changed = bytearray(signed())
    changed[-40] ^= 1

    said = look(bytes(changed))

    assert said["state"] == "c2pa_invalid"
    assert "assertion.dataHash.mismatch" in said["failures"]


def test_nothing_is_fetched_from_an_address_that_the_file_names(signed, heard):
    address, asked = heard
    photo = signed(at=address)

    said = look(photo)

    assert (said, asked) == ({"state": "not_looked"}, [])
    with pytest.raises(c2pa.C2paError):  # as the reader does when nobody tells it not to
        c2pa.Reader("image/jpeg", io.BytesIO(photo))
    assert asked == ["/history.c2pa"]


def test_no_signature_is_none_and_what_was_not_read_is_not_none():
    assert look(make_photo()) == {"state": "none"}
    assert look(b"OggS", "audio/ogg") == {"state": "not_looked"}
    assert look(b"\x89PNG\r\n\x1a\n broken", "image/png") == {"state": "not_looked"}


@pytest.mark.parametrize(
    ("sidecar", "state"),
    [
        (b"Wifi MAC,File Path,File Hash SHA256,Proof Generated\r\n,/a.jpg,ab12,2025-11-12\r\n", "proofmode"),
        (b"PK\3\4" + bytes(26) + b"ab12.proof.csv", "proofmode"),
        (b"File hash,File path,File name,WiFi MAC,Device ID\nab12,/,a.jpg,,\n", "tella"),
    ],
    ids=["ProofMode's table", "ProofMode's archive", "Tella's table"],
)
def test_the_sidecars_of_apps_that_write_proofs_are_known(sidecar, state):
    assert look(sidecar, "application/octet-stream") == {"state": state}


def test_real_files_are_told_as_their_makers_signed_them(real_data):
    names = {
        "public-testfiles__adobe-20220124-A.jpg": "none",
        "public-testfiles__adobe-20220124-CA.jpg": "c2pa_untrusted",
        "public-testfiles__adobe-20220124-E-sig-CA.jpg": "c2pa_invalid",
        "public-testfiles__adobe-20220124-XCA.jpg": "c2pa_invalid",
    }

    said = {name: look((real_data / "provenance" / name).read_bytes())["state"] for name in names}
    clip = look((real_data / "provenance/c2pa-rs__video1.mp4").read_bytes(), "video/mp4")

    assert said == names
    assert clip["state"] == "c2pa_untrusted"
