"""The form of a definition."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from pdportal.web.forms import PortalForm, text_field


class DefinitionForm(PortalForm):
    """What a school or the district means by a word."""

    school = SelectField(_l("Where it holds"), default="")
    text = text_field(_l("What it means here"), 2000)
