"""Files: a photo of student work, a lesson in Word, slides, a PDF."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pdportal.feedback.comments.models import AnchorKind
from pdportal.feedback.kinds import ON_TEXT, Kind, Start, add_kind, field

FILES = add_kind(
    Kind(
        "files",
        word=_l("Files"),
        fields=lambda: [
            field(
                "about",
                _("About these files"),
                _("What they are, and what readers should know first."),
                rows=3,
            )
        ],
        anchors=ON_TEXT | {AnchorKind.REGION},
        together=True,
        start=Start(
            title=_l("Files"),
            about=_l(
                "A photo of student work, a lesson in Word, slides, a PDF. "
                "Colleagues see pages and pictures, and can quote the text."
            ),
            button=_l("Begin with files"),
            title_hint=_l("For instance: Exit tickets on equivalent fractions, period 3"),
            order=15,
        ),
        has_files=True,
        names_author=_l(
            "Files can say whose they are: in their names, properties or handwriting. Their author "
            "cannot be hidden."
        ),
        reminder=_l(
            "Can a student be recognized? Look for faces and names, also in the background and in "
            "file names. You can blur a part of a picture or page where you edit the work."
        ),
    )
)
