"""A first look at every real paper, and at all else that is kept without one."""

from __future__ import annotations

from tests.media import sweeping

LOCKED = {
    "documents/pypdf__r3-user-password.pdf",
    "documents/pypdf__r6-user-password.pdf",
    "documents/active/tika__testPDF_no_extract_no_accessibility_owner_user.pdf",
}


def test_every_real_paper_is_shown_or_says_why_not(real_data, tmp_path):
    listed = [
        one
        for one in sweeping.indexed(real_data, "documents", "text", "structured")
        if one["kind"] != "documents/warrants_built"
    ]

    swept, faults = sweeping.faults(real_data, listed, into=tmp_path)

    assert faults == []
    assert {look.file for look in swept.looks if look.status == "LOCKED"} == LOCKED
    assert len([look for look in swept.looks if look.status == "MADE"]) > 40
    # Word files, text and tables are kept; nothing is tried over them.
    assert {str(one["file"]).rpartition(".")[2] for one in listed if not swept.statuses(str(one["file"]))} >= {"docx"}
    assert not [look for look in swept.looks if look.status == "STOPPED"]
