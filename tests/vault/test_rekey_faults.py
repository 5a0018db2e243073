"""What can come between while an incident gets another key: other people, late files, other hands."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, FakePayload, encode_multipart
from django.utils.timezone import now

from accounts import rotation
from accounts.models import Desk
from accounts.policy import Denied
from accounts.queries import receiving
from incidents.checklist.answers import Answers
from incidents.models import Exhibit, Incident, Part, Rekey, RekeyedPart, Report
from incidents.vault import deposits, exhibits
from incidents.vault.exhibits import Sealer
from sealing import wraps
from sealing.keys import Secret, Tampered
from tests.accounts.members import sign_in
from tests.factories import Unlocked
from tests.vault.neighbours import acts_of_desk
from tests.vault.rekeying import bytes_of, go_on, named, objects, step, with_files

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def held(site):
    return with_files(site)


@pytest.fixture
def filing(held):
    """A phone that filed just now and may add, with its incident's desk."""
    witness = Client()
    witness.get(f"/to/{held.desk.slug}/{receiving(held.desk.slug).fingerprint}/")
    assert witness.post("/report/", {"place-town": "Cicero"}).status_code == 302
    return witness


def reference_of(witness):
    return Incident.objects.get(pk=witness.session["filing"]).reference


def words_of(witness):
    return " ".join(re.findall(r"<span>([^<]+)</span> ", witness.get("/report/receipt/").content.decode()))


def test_what_a_phone_adds_waits_and_is_read_before_and_after(held, filing):
    held.made = {"reference": reference_of(filing)}
    assert filing.post("/report/more/story/", {"text": "canary-before"}).status_code == 302
    words = words_of(filing)
    step(held)
    assert filing.post("/report/more/story/", {"text": "canary-after"}).status_code == 422
    assert filing.post("/report/more/story/", {"text": "canary-after", "words": words}).status_code == 302

    opened = held.opened()

    told = b"".join(report.document for report in opened.reports)
    assert b"canary-before" in told
    assert b"canary-after" in told
    assert all(event.said["act"] for event in opened.custody())  # bodies that a phone sealed to the former key too
    step(held)
    assert all(event.said["act"] for event in held.opened().custody())
    call_command("verify_ledger")


def test_words_that_come_after_it_was_opened_for_another_key_are_not_lost(held, filing):
    held.made = {"reference": reference_of(filing)}
    opened = held.opened()
    assert filing.post("/report/more/story/", {"text": "canary-between"}).status_code == 302

    assert go_on(opened).finished

    assert b"canary-between" in held.opened().reports[-1].document
    call_command("verify_ledger")


def test_a_file_that_was_sealed_to_the_former_key_is_refused_and_asked_again(held):
    incident, secret = Incident.objects.get(), held.opened().secret
    sealer = Sealer(to=secret.recipient)
    sealer.write(b"canary-late")
    stored = sealer.close(name="late.txt", media_type="text/plain")
    step(held)
    present = held.opened().secret.recipient

    with pytest.raises(deposits.Rekeyed):
        deposits.add(incident.pk, None, files=[stored], at=now(), key=present)
    with pytest.raises(deposits.Rekeyed):
        deposits.add(incident.pk, Answers.from_json({"sections": {}}), files=[stored], at=now(), key=secret)

    assert Exhibit.objects.count() == 2
    again = Sealer(to=present)
    again.write(b"canary-late")
    files = [again.close(name="late.txt", media_type="text/plain")]
    deposits.add(incident.pk, None, files=files, at=now(), key=present)
    assert bytes_of(held.opened())[-1] == b"canary-late"


class SlowLine(FakePayload):
    """A post under way: before its last bytes come, something happens here."""

    def __init__(self, body, meanwhile):
        super().__init__(body)
        self._meanwhile = meanwhile

    def read(self, *args, **kwargs):
        if self._meanwhile:
            self._meanwhile()
            self._meanwhile = None
        return super().read(*args, **kwargs)


def test_a_phone_whose_file_comes_too_late_reads_that_it_should_send_again(held, filing):
    held.made, words = {"reference": reference_of(filing)}, words_of(filing)
    body = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile("a.jpg", b"\xff\xd8\xff late")})
    post = partial(filing.generic, "POST", "/report/files/", body, content_type=MULTIPART_CONTENT)

    refused = post(**{"wsgi.input": SlowLine(body, lambda: step(held))})

    assert refused.status_code == 503
    assert "sends the same words again" in refused.content.decode()
    assert objects() == named()
    asked = post()
    assert (asked.status_code, objects()) == (422, named())
    assert "This report has another key now" in asked.content.decode()
    late = SimpleUploadedFile("a.jpg", b"\xff\xd8\xff late")
    page = filing.post("/report/files/", {"words": words, "file": late}).content.decode()
    assert "choose your files again" in page
    assert post().status_code == 302
    assert b"\xff\xd8\xff late" in bytes_of(held.opened())


def test_a_file_that_comes_while_parts_are_sealed_is_sealed_with_them(held):
    step(held, seconds=0)
    incident, to = Incident.objects.get(), held.opened().secret.recipient
    sealer = Sealer(to=to)
    sealer.write(b"canary-meanwhile")
    deposits.add(incident.pk, None, files=[sealer.close(name="m.txt", media_type="text/plain")], at=now(), key=to)

    assert step(held).finished

    assert bytes_of(held.opened())[-1] == b"canary-meanwhile"
    assert objects() == named()


def test_a_swapped_desk_key_stops_it_before_anything_changes(held):
    held.share()
    Desk.objects.filter(slug=held.other.slug).update(recipient=Secret.new().recipient)

    answer = sign_in(held.desk).post(held.address("sharing", "key"))

    assert answer.status_code == 403
    assert "Tell your operator" in answer.content.decode()
    assert Incident.objects.get().generation == 1
    assert "key_not_pinned" in [said["act"] for said in acts_of_desk(held.desk)]


def test_a_next_key_that_a_stranger_put_there_is_refused(held):
    step(held, seconds=0)
    row = Rekey.objects.get()
    desk = Unlocked(held.desk).desk(held.desk.slug)
    stranger = wraps.wrap(Secret.new(), desk.secret.recipient)
    Rekey.objects.update(sealed=stranger)

    with pytest.raises(Tampered):
        step(held)

    Rekey.objects.update(sealed=row.sealed)
    assert step(held).finished


def test_of_two_who_seal_the_same_part_at_once_one_part_stays(held):
    first, second = held.opened(), held.opened()
    go_on(first, seconds=0)
    go_on(second)

    with pytest.raises(Denied, match="changed while you were looking"):
        go_on(first)

    assert objects() == named()
    assert bytes_of(held.opened()) == [path.read_bytes() for path in held.files]


def test_a_part_that_is_not_what_was_stored_stops_it_and_all_stays(held):
    part = Part.objects.select_related("exhibit").order_by("pk").first()
    path = Path(default_storage.path(exhibits.name_of(part)))
    whole = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(whole[:-1] + b"x")

    with pytest.raises(Tampered):
        step(held)

    path.write_bytes(whole)
    assert Incident.objects.get().generation == 1
    assert bytes_of(held.opened()) == [path.read_bytes() for path in held.files]


@pytest.mark.parametrize(
    "change",
    [
        {"sealed": b"\x01 other"},
        {"sealed": b"\x01 other", "version": 3},
        {"sealed": b"a other", "version": 2},
        {"sealed": b"\x01 other", "version": 2, "number": 7},
        {"version": 2, "sealed": b""},
    ],
)
def test_the_database_itself_refuses_any_other_change_of_a_report(held, change):  # noqa: ARG001 # its report
    with pytest.raises(DatabaseError), transaction.atomic():
        Report.objects.update(**change)


def test_what_a_desk_began_goes_with_its_key_and_nobody_goes_on_with_it(held):
    held.share()
    step(held, seconds=0, by=held.other)
    assert Rekey.objects.get().desk.slug == held.other.slug

    held.withdraw()

    assert Rekey.objects.count() == 0
    assert step(held).finished


def test_what_another_desk_began_yesterday_is_theirs_and_the_page_names_them(held):
    held.share()
    begun = step(held, seconds=0)
    yesterday = now().date() - timedelta(days=1)
    Rekey.objects.update(started_on=yesterday)
    theirs = sign_in(held.other)

    refused = theirs.post(held.address("sharing", "key", held=held.other))

    sentence = f"Northside Legal is giving it another key since {yesterday.isoformat()}."
    assert refused.status_code == 403
    assert sentence in refused.content.decode()
    page = theirs.get(held.address("sharing", held=held.other)).content.decode()
    assert sentence in page
    assert "Give it a new key" not in page
    assert step(held, seconds=0).done_bytes > begun.done_bytes
    assert step(held).finished


def test_what_another_desk_began_long_ago_is_dropped(held):
    held.share()
    step(held, seconds=0)
    Rekey.objects.update(started_on=now().date() - timedelta(days=2))

    assert step(held, by=held.other).finished

    assert Incident.objects.get().generation == 2
    assert bytes_of(held.opened()) == [path.read_bytes() for path in held.files]


def test_a_desk_that_was_rotated_meanwhile_begins_anew(held):
    step(held, seconds=0)
    begun = Rekey.objects.get().pk
    rotation.rotate(Unlocked(held.desk).desk(held.desk.slug), at=now())

    step(held, seconds=0)

    assert Rekey.objects.get().pk != begun
    assert RekeyedPart.objects.count() == 1
    assert step(held).finished
    assert bytes_of(held.opened()) == [path.read_bytes() for path in held.files]
