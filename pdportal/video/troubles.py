"""Why a film may not play, in words for whoever watches it and whoever made it."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from pdportal.video.film import Trouble

_SENTENCES: dict[str, LazyString] = {
    Trouble.HEVC: _l(
        "This video is recorded as HEVC (H.265), which many browsers cannot play: the picture may "
        "stay black."
    ),
    Trouble.CODEC: _l("This video is recorded in a format that browsers do not play."),
    Trouble.CONTAINER: _l("This is an MKV file, which not every browser can play."),
    Trouble.SOUND: _l("Browsers may not play the sound of this video."),
    Trouble.DAMAGED: _l(
        "Parts of this file are damaged: it may stop, or not all of it is seen and heard."
    ),
    Trouble.FAILED: _l(
        "We could not convert this video: three tries failed. It may not play in every browser."
    ),
}

_CURES: dict[str, LazyString] = {
    Trouble.DAMAGED: _l(
        "If it plays well on your device, copy it again from there and upload it again."
    ),
}
_USUAL_CURE = _l(
    "Save it as MP4 (H.264) and upload it again. On an iPhone, choose Settings > Camera > Formats "
    "> Most Compatible before you record."
)


def sentence_about(trouble: str) -> LazyString:
    """What is so."""
    return _SENTENCES.get(trouble, _SENTENCES[Trouble.CODEC])


def cure_of(trouble: str) -> LazyString:
    """What its owner can do."""
    return _CURES.get(trouble, _USUAL_CURE)
