"""The forms about clips."""

from __future__ import annotations

from typing import Any, cast

from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import BooleanField, Field, HiddenField
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput

from pdportal.accounts.models import Person
from pdportal.video.models import Clip
from pdportal.video.queries import own_clip
from pdportal.video.services import LONGEST_QUESTION, LONGEST_TEXT, Words
from pdportal.web.forms import DayField, PortalForm, VersionedForm, line_field, required, text_field
from pdportal.web.requests import typed_id


class ClipForm(VersionedForm):
    """What a clip shows, who is on it, and how long it is kept."""

    title = line_field(_l("What is it called?"), 160, _l("Give the clip a title."))
    about = text_field(_l("What does it show?"), LONGEST_TEXT)
    consent = text_field(
        _l("Who is on it, and what did you agree with them?"),
        LONGEST_TEXT,
        _l("Say who can be seen or heard, and that they or their families agree."),
    )
    delete_by = DayField(
        _l("Delete it on"),
        validators=[required(_l("Choose the day on which it is deleted."))],
    )
    form_key = HiddenField()
    earlier_id = HiddenField()
    """Which earlier clip it answers; drawn as a box to uncheck."""

    def of(self, clip: Clip) -> ClipForm:
        """The same for one clip: of a deleted one nothing is asked that went with it."""
        if clip.deleted_at is not None:
            self.consent.validators = self.delete_by.validators = ()
        return self

    def unfinished(self) -> ClipForm:
        """The same while it is typed: what is missing may come later."""
        for box in self:
            box.validators = [each for each in box.validators if not isinstance(each, required)]
        return self

    def answers(self) -> Words:
        """What was typed, as the services take it."""
        return cast(Words, {name: self[name].data for name in Words.__annotations__})

    def earlier(self, owner: Person) -> Clip | None:
        """The clip of one's own that this one answers, if any."""
        clip_id = typed_id(str(self.earlier_id.data or ""))
        return own_clip(owner, clip_id) if clip_id else None


class ConsentForm(VersionedForm):
    """What a school's permission slip asks, for a clip that is there."""

    consent = text_field(
        _l("Who can be seen or heard?"),
        LONGEST_TEXT,
        _l("Say who can be seen or heard, and that they or their families agree."),
    )
    agreed = text_field(_l("What was agreed?"), LONGEST_TEXT)
    agreed_by = text_field(_l("Who agreed, and where is that written down?"), LONGEST_TEXT)
    agreed_on = DayField(_l("On which day?"), validators=[Optional()])

    def answers(self) -> dict[str, Any]:
        """What was typed, by column."""
        texts = {name: self[name].data or "" for name in ("consent", "agreed", "agreed_by")}
        return texts | {"agreed_on": self.agreed_on.data}


class _TickShown(CheckboxInput):
    """A box to tick, beside which the form says whether it was ticked when it was opened."""

    def __call__(self, field: Field, **options: Any) -> Markup:
        tick: Markup = super().__call__(field, **options)
        was_ticked = LookFirstField.SHOWN in field.raw_data if field.raw_data else field.data
        shown = Markup('<input type="hidden" name="%s" value="%s">')
        return (shown % (field.name, LookFirstField.SHOWN) if was_ticked else Markup("")) + tick


class LookFirstField(BooleanField):
    """Whether the owner of a clip reads what others say only once they have looked themselves.

    The form is sent with what it showed: opened before another window said so, it changes nothing.
    """

    SHOWN = "shown"
    widget = _TickShown()
    chosen: bool | None = None
    """What whoever sent it chose; None: it is left as it is."""

    def __init__(self, **options: Any) -> None:
        says = _l("I look first: their comments stay closed until I have written what I saw myself")
        super().__init__(says, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = any(value != self.SHOWN for value in valuelist)
        self.chosen = self.data if self.data or valuelist else None


class ShareForm(PortalForm):
    """With whom, and what they should look for."""

    question = text_field(_l("What should they look for?"), LONGEST_QUESTION)
    looks_first = LookFirstField()
