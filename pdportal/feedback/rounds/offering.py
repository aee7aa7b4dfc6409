"""The protocols that a form offers for one work: the suggested one first, the others by family."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

from flask import request
from flask_babel import LazyString
from wtforms import RadioField

from pdportal.accounts import me
from pdportal.feedback.protocols import models
from pdportal.feedback.protocols.choosing import Wish, by_family, fitting
from pdportal.feedback.protocols.queries import protocols
from pdportal.feedback.protocols.stages import Way, meeting_minutes, rubric_stage
from pdportal.feedback.protocols.suggesting import Asked, suggest
from pdportal.feedback.works.models import Work
from pdportal.feedback.works.queries import latest_revision


class Asking(Protocol):
    """A form with a box for the protocol."""

    protocol: RadioField


class Offered(NamedTuple):
    """One protocol, how long it takes, and the reason if it is suggested."""

    protocol: models.Protocol
    minutes: int
    because: str = ""

    @property
    def takes_criteria(self) -> bool:
        """Whether its author may say by which criteria the work is looked at."""
        return rubric_stage(self.protocol.data) is not None


@dataclass(frozen=True)
class Offer:
    """What a page shows of them (`feedback/_protocols.html`)."""

    first: Sequence[Offered]
    """What is suggested or chosen."""
    families: Sequence[tuple[LazyString, Sequence[Offered]]]
    """The others that fit, by what they are for; all, where none fits."""
    wish: Wish
    found: int
    """How many fit."""

    @property
    def all(self) -> list[Offered]:
        """Each that is shown."""
        return [*self.first, *(each for _label, some in self.families for each in some)]


def offer_protocols(form: Asking, work: Work, used: frozenset[str], way: Way) -> Offer:
    """Fill in what can be chosen, and choose what the address names or the work suggests.

    `used` are the slugs of the protocols that it had before.
    """
    offered = [each for each in protocols(me()) if way in each.data.get("ways", [Way.WRITING])]
    form.protocol.choices = [(each.slug, each.name) for each in offered]
    suggestion = suggest(offered, Asked(work.kind, list(texts_of(work).values()), used))
    wanted = request.args.get("protocol")
    known = {each.slug for each in offered}
    if request.method == "GET":
        suggested = suggestion.protocol.slug if suggestion else None
        form.protocol.data = wanted if wanted in known else suggested
    first = {suggestion.protocol.slug: suggestion.because} if suggestion else {}
    if form.protocol.data in known:
        first.setdefault(form.protocol.data, "")
    wish = Wish.read(request.values)
    fit = fitting(offered, replace(wish, way=way))
    others = [each for each in fit or offered if each.slug not in first]
    families = [
        (label, [Offered(each, _minutes(each, way)) for each in members])
        for label, members in by_family(others)
    ]
    top = [
        Offered(each, _minutes(each, way), first[each.slug])
        for each in offered
        if each.slug in first
    ]
    return Offer(top, families, wish, len(fit))


def texts_of(work: Work) -> dict[str, str]:
    """What would be shared: what is being written, or else the newest revision."""
    if work.draft and work.draft.text:
        return work.draft.text
    revision = latest_revision(work)
    return revision.content if revision else {}


def _minutes(protocol: models.Protocol, way: Way) -> int:
    return meeting_minutes(protocol.data)[1] if way is Way.LIVE else protocol.minutes
