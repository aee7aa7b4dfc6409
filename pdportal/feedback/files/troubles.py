"""Why a file cannot be shown, in words for whoever sent it."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from pdportal.documents.kinds import Unfit

_SENTENCES: dict[str, LazyString] = {
    Unfit.EMPTY: _l("This file is empty."),
    Unfit.SVG: _l("SVG drawings are not taken. Save it as PNG or PDF."),
    Unfit.OLD_OFFICE: _l(
        "It is from an old Word or PowerPoint, or has a password. Save it as .docx, .pptx or PDF, "
        "without a password."
    ),
    Unfit.VIDEO: _l("A video belongs in a clip: Coaching > Upload a clip."),
    Unfit.UNKNOWN: _l(
        "This kind of file cannot be shown, whatever its name says. Save it as PDF, Word (.docx), "
        "PowerPoint (.pptx), OpenDocument (.odt), JPEG or PNG."
    ),
    Unfit.ENCRYPTED: _l("It needs a password. Save it without one, and add it again."),
    Unfit.DAMAGED: _l("It is damaged or incomplete. If it opens on your device, save it again."),
    Unfit.MACROS: _l("It has macros. Save it as .docx, .pptx or .odt without macros."),
    Unfit.TOO_BIG: _l("It unpacks to more than we can show. Save it smaller, or as PDF."),
    Unfit.TOO_SLOW: _l("It took too long to read. Save it as PDF, or in parts."),
}


def sentence_about(trouble: str) -> LazyString:
    """What is wrong, and what its owner can do."""
    return _SENTENCES.get(trouble, _SENTENCES[Unfit.DAMAGED])
