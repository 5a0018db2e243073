"""A head and its proofs, checked by our functions, with OpenSSL, and by hand as RFC 9162 tells it.

The functions here are 2.1.3.2 and 2.1.4.2 of the RFC, with nothing of ours.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import subprocess

import pytest

from incidents.models import Event
from incidents.review.ledger_heads import WITH_OPENSSL
from sealing import merkle, notes
from tests.custody.pages import head_in, node, root_by_inclusion, unpacked

pytestmark = pytest.mark.django_db(databases="__all__")


def roots_by_consistency(old_size, new_size, old_root, path):
    steps = [old_root, *path] if old_size & (old_size - 1) == 0 else list(path)
    number, last = old_size - 1, new_size - 1
    while number % 2:
        number, last = number >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        assert last > 0
        if number % 2 or number == last:
            old, new = node(step, old), node(step, new)
            while number % 2 == 0 and number:
                number, last = number >> 1, last >> 1
        else:
            new = node(new, step)
        number, last = number >> 1, last >> 1
    assert last == 0
    return old, new


@pytest.fixture
def proved(lead, desk, made):
    """A proof of the incident's first event, by a member who kept a head before more was written."""
    lead.post("/ledger/head/keep/")
    lead.get(f"/desk/{desk.slug}/{made['reference']}/")
    index = Event.objects.filter(incident_id__isnull=False).first().index
    sent = lead.get(f"/desk/{desk.slug}/ledger/{index}/proof/")
    assert sent["Content-Disposition"] == f'attachment; filename="ledger-proof-{index}.json"'
    return json.loads(sent.content)


def test_a_proof_leads_by_hand_from_its_line_to_the_signed_head(proved):
    size, root = head_in(proved["checkpoint"])
    entry, stored = bytes.fromhex(proved["entry"]), base64.b64decode(proved["stored"])

    assert entry[:1] == b"\x01"
    assert entry[33:] == hashlib.sha256(stored).digest()
    assert stored.startswith(proved["line"].encode())
    assert json.loads(proved["line"])["class"] == "received"
    leaf = hashlib.sha256(b"\x00" + entry).digest()
    assert root_by_inclusion(leaf, proved["index"], size, unpacked(proved["inclusion"])) == root


def test_a_proof_shows_by_hand_that_the_log_only_grew_since_the_head_that_was_kept(proved):
    size, root = head_in(proved["checkpoint"])
    old_size, old_root = head_in(proved["consistency"]["from"])

    assert 0 < old_size < size
    assert roots_by_consistency(old_size, size, old_root, unpacked(proved["consistency"]["path"])) == (old_root, root)


def test_a_proof_holds_by_our_own_functions_and_no_longer_once_one_bit_differs(proved):
    head = notes.read_checkpoint(proved["checkpoint"], proved["verifier_key"])
    old = notes.read_checkpoint(proved["consistency"]["from"], proved["verifier_key"])
    path, growth = unpacked(proved["inclusion"]), unpacked(proved["consistency"]["path"])
    leaf = merkle.leaf(bytes.fromhex(proved["entry"]))
    where = {"index": proved["index"], "size": head.size, "root": head.root}
    sizes = {"old_size": old.size, "new_size": head.size}

    assert merkle.included(leaf, proof=path, **where)
    assert merkle.consistent(old_root=old.root, new_root=head.root, proof=growth, **sizes)
    wrong = bytes([leaf[0] ^ 1]) + leaf[1:]
    assert not merkle.included(wrong, proof=path, **where)
    assert not merkle.consistent(old_root=wrong, new_root=head.root, proof=growth, **sizes)


def test_a_proof_says_that_something_happened_and_not_what(proved, made):
    said = json.dumps(proved)

    assert "report_received" not in said
    assert made["reference"] not in said
    assert b"report_received" not in base64.b64decode(proved["stored"])


def test_a_kept_head_of_another_key_gives_no_proof_that_the_log_grew(lead, desk, settings):
    lead.post("/ledger/head/keep/")
    settings.LEDGER_KEY = bytes(32)

    assert json.loads(lead.get(f"/desk/{desk.slug}/ledger/0/proof/").content)["consistency"] is None


def test_the_head_is_checked_with_openssl_by_the_very_lines_that_the_page_shows(lead, tmp_path):
    page = lead.get("/ledger/head/").content.decode()
    sent = lead.get("/ledger/head/checkpoint/")
    assert sent["Content-Disposition"].startswith('attachment; filename="ledger-head-')
    (tmp_path / "head.txt").write_bytes(sent.content)
    (tmp_path / "key.txt").write_text(re.search(r"<code dir=\"ltr\">([^<]+)</code>", page)[1] + "\n")
    commands = html.unescape(re.search(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)[1])
    assert commands.splitlines() == list(WITH_OPENSSL)

    done = subprocess.run(["bash", "-ec", commands], cwd=tmp_path, capture_output=True, text=True, check=False)
    (tmp_path / "head.txt").write_bytes(sent.content.replace(b"\n", b"\n1", 1))
    forged = subprocess.run(["bash", "-ec", commands], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout.strip()) == (0, "Signature Verified Successfully")
    assert forged.returncode == 1
