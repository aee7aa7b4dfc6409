"""What people do with works, rounds and reviews; the one who does it comes first."""

from __future__ import annotations

from pdportal.feedback.services.answers import ask_again, confirm, decide, revise, thank
from pdportal.feedback.services.reviews import (
    add_comment,
    begin,
    decline,
    give,
    next_stage,
    practised,
    remove_comment,
    save_stage,
)
from pdportal.feedback.services.rounds import (
    ask_also,
    close,
    renew_asks,
    save_reflection,
    share,
    take_back,
)
from pdportal.feedback.services.works import (
    MovedOn,
    begin_work,
    bring_back,
    clean,
    fields_for,
    keep_revision,
    looked,
    put_away,
    retitle,
    save_draft,
)

__all__ = [
    "MovedOn",
    "add_comment",
    "ask_again",
    "ask_also",
    "begin",
    "begin_work",
    "bring_back",
    "clean",
    "close",
    "confirm",
    "decide",
    "decline",
    "fields_for",
    "give",
    "keep_revision",
    "looked",
    "next_stage",
    "practised",
    "put_away",
    "remove_comment",
    "renew_asks",
    "retitle",
    "revise",
    "save_draft",
    "save_reflection",
    "save_stage",
    "share",
    "take_back",
    "thank",
]
