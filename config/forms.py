"""The one way a form field looks."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Draw fields with our own component, so that no template knows a widget."""

    field_template_name = "components/field.html"
