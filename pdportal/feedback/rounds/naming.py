"""Colleagues who are named in a form: offered, searched, ticked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from pdportal.accounts.models import Person
from pdportal.feedback.rounds import queries
from pdportal.feedback.works.models import Work
from pdportal.web.errors import Refused
from pdportal.web.forms import PortalForm, line_field

MOST_NAMED = 50


class NamingForm(PortalForm):
    """A form in which colleagues are named (`feedback/_people.html` shows its boxes)."""

    named = SelectMultipleField(
        _l("Colleagues"),
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
        validate_choice=False,
        validators=[Optional()],
    )
    search = line_field(_l("Find somebody else by name"), 120)

    def is_submitted(self) -> bool:
        """Whether it was sent; not by the button that only looks for more people."""
        return super().is_submitted() and "find" not in request.form

    @property
    def named_ids(self) -> list[int]:
        """The ids that were ticked, once each."""
        ticked = dict.fromkeys(self.named.data or [])
        return [ident for ident in ticked if 0 < ident < 2**31][:MOST_NAMED]

    def offer(self, person: Person, work: Work | None = None) -> dict[str, Any]:
        """Whom the page offers, and who is ticked; `work` is what they are asked about."""
        chosen, search = self.named_ids, (self.search.data or "")[:120]
        people = queries.people_to_name(person, search, chosen, work=work)
        return {"people": people, "chosen": chosen}

    def people(self, person: Person, work: Work | None = None) -> Sequence[Person]:
        """Those who were ticked; raises `Refused` (422) where one of them may not be asked."""
        ticked = self.named_ids
        people = queries.named_people(person, sorted(ticked), work)
        if len(people) < len(ticked):
            raise Refused(_("That is nobody you can ask."), status=422, field="named")
        return people
