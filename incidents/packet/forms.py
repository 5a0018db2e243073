"""For whom a packet is and why: without both none leaves."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

LIMIT = 400
TOO_LONG = _("This is too long. Please use at most %(limit_value)d letters and spaces.")
OWN_COUNSEL = _("Counsel of this group")
LEGAL_HELP = _("Legal help for the people in it")


class PrepareForm(forms.Form):
    """Recipient and purpose, in words; both are sealed, and the custody record holds what commits to them."""

    recipient = forms.CharField(
        label=_("Who is it for?"),
        help_text=_("A name or an office, such as “Counsel of this group”."),
        initial=OWN_COUNSEL,
        max_length=LIMIT,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write who the packet is for."), "max_length": TOO_LONG},
    )
    purpose = forms.CharField(
        label=_("What is it for?"),
        initial=LEGAL_HELP,
        max_length=LIMIT,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write what the packet is for."), "max_length": TOO_LONG},
    )
