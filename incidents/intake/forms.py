"""A checklist section as a form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils import timezone as clock
from django.utils.translation import gettext_lazy as _

from incidents.checklist.catalogue import CATALOGUE
from incidents.checklist.items import Answer, Form, Item, Page, Section
from incidents.checklist.kinds import File, Place
from incidents.checklist.reference import zone_of
from incidents.intake import choice
from incidents.vault import deposits, grants
from incidents.vault.exhibits import StoredFile
from incidents.vault.uploads import SealedUpload
from sealing.keys import Secret

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile
    from django.forms import BoundField
    from django.http import QueryDict
    from django.utils.datastructures import MultiValueDict
    from django_stubs_ext import StrOrPromise

    from accounts.queries import PublicDesk

NOWHERE = timezone(timedelta(hours=-6))  # no place, no zone: the middle of the country says best what "today" was
OPEN_AT_MOST = 6  # questions on a page before the rest is folded
NOT_A_RECEIPT: Mapping[grants.Reason, StrOrPromise] = {
    grants.Reason.COUNT: _("Please enter all six words, or all 24 numbers."),
    grants.Reason.WORD: _("We do not know the word “%(word)s”. Check how you wrote it."),
    grants.Reason.CHECK_DIGIT: _("One of the numbers is not right. Check them and try again."),
    grants.Reason.KEY: _("These are not the words of a report. Check them and try again."),
}
NOT_FOUND = _("We found no report for these words. Check them and try again.")
AWAY = _("Please enter your words. You were away for a while.")
OTHER_KEY = _("This report has another key now. Please enter your words again. Nothing was sent yet.")
TOO_LARGE = _("This file is too large. Please send a shorter or smaller one: %(name)s")
EMPTY = _("This file is empty. Please choose it again: %(name)s")
ABOUT = Section("about", _("How you know this"))
FIRST_PERSON = frozenset({"reporter", "permission", "exhibit"})  # nobody asks how sure someone is of themselves


@dataclass(frozen=True, slots=True)
class Question:
    """One item with its bound fields, as components/question.html draws it."""

    key: str
    label: StrOrPromise
    help: StrOrPromise
    fields: Sequence[BoundField]
    missing: BoundField | None


@dataclass(frozen=True, slots=True)
class Fold:
    """Questions under one topic; open where something in it was answered or must be looked at."""

    title: StrOrPromise
    questions: Sequence[Question]
    open: bool


class WordsField(forms.CharField):
    """A receipt as someone types it: in the open, so that a slip can be seen and put right."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Your words or numbers"),
            max_length=400,
            widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
            error_messages={"required": AWAY},
        )


class Unchecked(forms.Form):
    """A form that can come back as it was typed, before anybody looks for mistakes."""

    def leave_unchecked(self) -> None:
        """Draw what was typed without a word about it."""
        self._errors = ErrorDict()


class Receipt(Unchecked):
    """Six words or 24 digits, and the incident they open."""

    words = WordsField()

    def opened(self) -> tuple[UUID, Secret] | None:
        """Return the incident that the words open, or None with the reason on the form.

        Raises:
            Busy: all receipts are being tried at the moment.
        """
        if not self.is_valid():
            return None
        try:
            found = grants.by_receipt(self.cleaned_data["words"])
        except grants.Misspelt as wrong:
            said = ValidationError(NOT_A_RECEIPT[wrong.reason], params={"word": wrong.word})
            self.add_error("words", said)
            return None
        if found is None:
            self.add_error("words", NOT_FOUND)
        return found


class GroupsForm(forms.Form):
    """One group or several, from the directory."""

    def __init__(
        self, groups: Sequence[PublicDesk], *, data: QueryDict | None = None, chosen: Sequence[str] = ()
    ) -> None:
        super().__init__(data, initial={"group": chosen})
        self.fields["group"] = forms.MultipleChoiceField(
            label=_("Send it to these groups"),
            choices=[(choice.named(group), group.name) for group in groups],
            widget=forms.CheckboxSelectMultiple(attrs={"autocomplete": "off"}),
            error_messages={
                "required": _("Choose one group at least. Nothing can be sent without one."),
                "invalid_choice": _("One of these groups cannot take reports now. Choose again."),
            },
        )


class UseForm(Unchecked):
    """Whether each group may use a report for one thing.

    Args:
        now: by the group's address: its name, and whether it may as things stand.
    """

    def __init__(self, now: Mapping[str, tuple[str, bool]], *, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self._now = now
        for slug, (name, may) in now.items():
            self.fields[f"at-{slug}"] = forms.ChoiceField(
                label=name,
                choices=[("yes", _("Yes, this group may")), ("no", _("No, this group may not"))],
                initial="yes" if may else "no",
                widget=forms.RadioSelect(attrs={"autocomplete": "off"}),
                error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose yes or no for this group.")),
            )

    @property
    def said(self) -> dict[str, str]:
        """Yes or no by the group's address."""
        return {slug: self.cleaned_data[f"at-{slug}"] for slug in self._now}

    @property
    def changed(self) -> dict[str, str]:
        """Only what is not so already."""
        return {slug: answer for slug, answer in self.said.items() if (answer == "yes") != self._now[slug][1]}


class Asked(Receipt):
    """Items of the checklist on one page, and what was answered to them.

    Args:
        asked: each item with its section.
        words: why the receipt is asked too, or an empty text where it is not.
    """

    def __init__(
        self,
        asked: Iterable[tuple[Section, Item]],
        *,
        page: Form,
        data: QueryDict | None = None,
        files: MultiValueDict[str, UploadedFile[Any]] | None = None,
        words: StrOrPromise = "",
    ) -> None:
        super().__init__(data, files)
        if words:
            self.fields["words"].error_messages["required"] = words
        else:
            del self.fields["words"]
        self.asked = tuple(asked)
        self.answers: dict[tuple[str, str], Answer] = {}
        self._names: dict[str, list[str]] = {}
        for _section, item in self.asked:
            fields = item.fields(Page(page))
            self._names[item.key] = list(fields)
            self.fields.update(fields)

    def clean(self) -> dict[str, object]:
        """Read the answers; what contradicts itself is said beside its question."""
        cleaned: dict[str, object] = super().clean() or self.cleaned_data
        now = self._now(cleaned)
        for section, item in self.asked:
            try:
                answer = item.answer(cleaned, now=now)
            except ValidationError as wrong:
                self.add_error(item.key, wrong)
            else:
                if answer is not None:
                    self.answers[section.key, item.key] = answer
        self._check_files()
        return cleaned

    def of(self, section: str) -> dict[str, Answer]:
        """Return the answers of one section by item key."""
        return {key: answer for (within, key), answer in self.answers.items() if within == section}

    @property
    def stored(self) -> list[StoredFile]:
        """The files that came, sealed."""
        return [upload.stored for upload in self._uploads() if upload.stored]

    def questions(self, items: Iterable[Item] | None = None) -> list[Question]:
        """Return these items, or all, as the page draws them."""
        asked = (item for _section, item in self.asked) if items is None else items
        return [self._question(item) for item in asked]

    def drop_words(self) -> None:
        """Ask for the receipt no more: it opened the report."""
        self.fields.pop("words", None)

    def check_room(self, incident_id: UUID) -> None:
        """Refuse what does not fit into the incident any more; the limits stand on the page."""
        count, size = deposits.held(incident_id)
        over_count = count + len(self.stored) > settings.INCIDENT_LIMIT_FILES
        if over_count or size + deposits.sealed_bytes_of(self.stored) > settings.INCIDENT_LIMIT_BYTES:
            self.add_error("file", _("This report is full. Your answers can still be saved without these files."))

    def _question(self, item: Item) -> Question:
        why = f"{item.key}-missing"
        names = self._names[item.key]
        fields = [self[name] for name in names if name != why]
        said = any(str(field.help_text) == str(item.help) for field in fields)  # then the field says it, once
        return Question(item.key, item.label, "" if said else item.help, fields, self[why] if why in names else None)

    def _now(self, cleaned: Mapping[str, object]) -> datetime:
        """Return this moment on the clock where it happened."""
        for _section, item in self.asked:
            if isinstance(item.kind, Place):
                answer = self._quietly(item, cleaned)
                zone = zone_of(answer.value)[0] if answer and isinstance(answer.value, dict) else ""
                if zone:
                    return clock.now().astimezone(ZoneInfo(zone))
        return clock.now().astimezone(NOWHERE)

    @staticmethod
    def _quietly(item: Item, cleaned: Mapping[str, object]) -> Answer | None:
        """Return an answer where it agrees with itself; where it does not, `clean` says so."""
        try:
            return item.answer(cleaned)
        except ValidationError:
            return None

    def _uploads(self) -> Iterator[SealedUpload]:
        for _section, item in self.asked:
            if isinstance(item.kind, File):
                uploads = self.cleaned_data.get(item.key) or ()
                yield from (upload for upload in uploads if isinstance(upload, SealedUpload))

    def _check_files(self) -> None:
        uploads = list(self._uploads())
        for upload in uploads:
            if upload.stored is None:
                said = TOO_LARGE if upload.size else EMPTY
                self.add_error("file", ValidationError(said, params={"name": upload.name}))
        if sum(upload.size or 0 for upload in uploads) > settings.POST_LIMIT_BYTES:
            self.add_error("file", _("These files are too large to send at one time. Please send fewer."))


class QuickForm(Asked):
    """The short form: eleven questions, and whether to come back with words or numbers."""

    def __init__(
        self, *, data: QueryDict | None = None, files: MultiValueDict[str, UploadedFile[Any]] | None = None
    ) -> None:
        super().__init__(CATALOGUE.quick(), page=Form.QUICK, data=data, files=files)
        self.fields["how_back"] = forms.ChoiceField(
            label=_("How do you want to come back?"),
            choices=[("words", _("With six words")), ("digits", _("With 24 numbers"))],
            required=False,
            widget=forms.RadioSelect,
        )


class SectionForm(Asked):
    """One section, and how its teller knows it."""

    def __init__(
        self,
        section: Section,
        *,
        data: QueryDict | None = None,
        files: MultiValueDict[str, UploadedFile[Any]] | None = None,
        words: StrOrPromise = "",
    ) -> None:
        """Ask all of a section but its files: those have a page of their own, see `FilesForm`."""
        self.section = section
        self._items = [item for item in section.asked_on(Form.FULL) if self.takes(item)]
        self.about = CATALOGUE.about_entry if section.key not in FIRST_PERSON else ()
        asked = [(section, item) for item in self._items]
        super().__init__(
            [*asked, *((ABOUT, item) for item in self.about)], page=Form.FULL, data=data, files=files, words=words
        )

    def takes(self, item: Item) -> bool:
        """Tell whether this page asks an item."""
        return not isinstance(item.kind, File)

    @property
    def entry(self) -> dict[str, Answer]:
        """The answers of the entry."""
        return self.of(self.section.key)

    def known(self, key: str) -> str:
        """Return the code of the entry's basis or certainty, or an empty text."""
        answer = self.of(ABOUT.key).get(key)
        return str(answer.value) if answer and answer.value else ""

    def standing(self) -> list[Question]:
        """Return the questions that stand open, the receipt's first where it is asked."""
        open_ = self.questions(self._without_topic()[:OPEN_AT_MOST])
        if "words" not in self.fields:
            return open_
        return [Question("words", self.fields["words"].label or "", "", [self["words"]], None), *open_]

    def folds(self) -> list[Fold]:
        """Return the rest, folded under its topics."""
        folded: dict[str, list[Item]] = {}
        if rest := self._without_topic()[OPEN_AT_MOST:]:
            folded[str(_("A few more things"))] = rest
        for item in self._items:
            if item.topic:
                folded.setdefault(str(item.topic), []).append(item)
        if self.about:
            folded[str(ABOUT.title)] = list(self.about)
        return [self._fold(title, self.questions(items)) for title, items in folded.items()]

    def _without_topic(self) -> list[Item]:
        return [item for item in self._items if not item.topic]

    @staticmethod
    def _fold(title: str, questions: Sequence[Question]) -> Fold:
        fields = [bound for q in questions for bound in (*q.fields, *([q.missing] if q.missing else []))]
        return Fold(title, questions, any(bound.errors or bound.value() for bound in fields))


class FilesForm(SectionForm):
    """Files to send, and the few things that are asked of them at once."""

    def takes(self, item: Item) -> bool:
        """Take the files and what stands open beside them."""
        return not item.topic
