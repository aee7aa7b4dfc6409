"""The library: what one can learn, and what was given to me first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pdportal.accounts import me
from pdportal.folding import snippet
from pdportal.modules.blueprint import bp
from pdportal.modules.enrollments.going_on import next_up
from pdportal.modules.enrollments.queries import next_to_learn, prerequisites
from pdportal.modules.enrollments.state import State, say_state, state_of
from pdportal.modules.library import filters, queries
from pdportal.modules.library.covers import cover_of
from pdportal.modules.library.queries import PER_PAGE, SITTINGS, Wish
from pdportal.modules.models import Facet
from pdportal.modules.parts import Line
from pdportal.modules.suggestions.queries import suggestions
from pdportal.web.locale import get_locale_code, say_day


@bp.get("/learn")
def library() -> ResponseReturnValue:
    """Cards, searched and filtered by plain links."""
    wish = filters.wished(request.args)
    rows, every_word = queries.library(me(), wish)
    counts = queries.counts(me(), wish, every=every_word)
    is_first = wish.is_open and wish.page == 1
    to_learn = next_to_learn(me()) if is_first else []
    first = [row for row in to_learn if row.due_on or row.why or row.begun_at]
    shown = {row.module_id for row in first}
    suggested = suggestions(me(), counts[Facet.SKILL], shown) if is_first else []
    slugs = {slug for row in rows if not row.begun_at for slug in row.prerequisites}
    before = prerequisites(me(), sorted(slugs))
    cards = [_card(row, wish, before) for row in rows if row.id not in shown]
    found = rows[0].all_of_them if rows else 0
    return render_template(
        "modules/library.html",
        wish=wish,
        first=[own_card(row) for row in first],
        suggested=suggested,
        cover_of=cover_of,
        now=cards.pop(0) if wish.length in SITTINGS and wish.page == 1 and cards else None,
        cards=cards,
        found=found,
        every_word=every_word,
        sittings=sittings(wish),
        groups=filters.groups(counts, wish),
        chosen=filters.chosen(wish),
        loosened={} if rows or wish.is_open else queries.loosened(me(), wish),
        before=filters.address(wish, page=wish.page - 1) if wish.page > 1 else "",
        after=filters.address(wish, page=wish.page + 1) if found > wish.page * PER_PAGE else "",
    )


def sittings(wish: Wish) -> list[tuple[str, str, bool]]:
    """The minutes somebody may have now: in words, the address, and whether they are chosen."""
    return [
        (
            filters.say_length(length),
            filters.address(wish, minutes="" if wish.length == length else length),
            wish.length == length,
        )
        for length in SITTINGS
    ]


def own_card(row: Line) -> dict[str, Any]:
    """The card of a module that somebody began or was given; a row of `next_to_learn`."""
    card = {
        "title": row.title,
        "url": url_for("modules.module_page", slug=row.slug),
        "cover": cover_of(row.slug, row.cover),
        "summary": row.summary,
        "minutes": row.minutes_left or row.minutes,
        "skills": row.skills[:3],
        "pages": row.pages,
        "done": row.pages_read,
        "state": "",
        "why": row.why,
        "cohort": row.cohort,
        "due_on": row.due_on,
        "my_date": row.my_date,
        "go_on": "",
    }
    if row.begun_at:
        card["state"] = _pages(row)
        card["go_on"] = next_up(row).url
    return card


def _card(row: Line, wish: Wish, before: Sequence[Line]) -> dict[str, Any]:
    is_other = row.language[:2] != get_locale_code()[:2]
    card = {
        "title": row.title,
        "url": url_for("modules.module_page", slug=row.slug),
        "cover": cover_of(row.slug, row.cover),
        "summary": row.summary,
        "minutes": row.minutes,
        "skills": row.skills[:3],
        "outcomes": row.outcomes[:3],
        "pages": row.pages,
        "done": row.pages_read,
        "state": _state(row),
        "language": filters.say(Facet.LANGUAGE, row.language) if is_other else "",
        "given": "" if row.finished_at else _given(row),
        "first": "" if row.begun_at else _first(row, before),
        "pieces": [],
    }
    sitting = SITTINGS.get(wish.length)
    if sitting is not None:
        card |= _sitting(row, sitting)
    if wish.words and row.hit_slug:
        card["hit_url"] = url_for("modules.page", slug=row.slug, page_slug=row.hit_slug)
        card["hit_title"] = row.hit_title
        card["pieces"] = snippet(row.hit_text, wish.words)
    return card


def _sitting(row: Line, minutes: int) -> dict[str, Any]:
    """What of a module fits into so many minutes: all that is left, or the next page."""
    url = url_for("modules.page", slug=row.slug, page_slug=row.next_slug)
    begun, page = bool(row.begun_at), row.next_title
    is_whole = row.minutes_left <= minutes
    now = {"url": url, "is_begun": begun, "headline": page if begun else row.title}
    if is_whole:
        fits = _("all that is left") if begun else _("the whole module")
        summary = _("All that is left of “%(title)s”.", title=row.title) if begun else row.summary
        return now | {"minutes": row.minutes_left, "fits": fits, "said": summary}
    fits = _("the next page: %(title)s") if begun else _("the first page: %(title)s")
    summary = _("The next page of “%(title)s”.", title=row.title)
    if not begun:
        summary = _("The first page, “%(title)s”. Stop there, or continue.", title=page)
    return now | {"minutes": row.next_minutes, "fits": fits % {"title": page}, "said": summary}


def _given(row: Line) -> str:
    if row.given:
        day = row.due_on and say_day(row.due_on)
        return _("due %(day)s", day=day) if day else _("assigned to you")
    return _("agreed: “%(title)s” in its place", title=row.instead) if row.instead else ""


def _first(row: Line, before: Iterable[Line]) -> str:
    """What comes before a module and is not finished yet."""
    left = [each for each in before if not each.is_known]
    needed = [each.title for each in left if each.slug in row.needs]
    advised = [each.title for each in left if each.slug in row.prerequisites]
    if needed:
        return _("opens after: %(titles)s", titles=", ".join(needed))
    return _("best after: %(titles)s", titles=", ".join(advised)) if advised else ""


def _state(row: Line) -> str:
    """What stands beside the bar: how many pages are read, unless another state says more."""
    state = state_of(row)
    if state is State.BEGUN:
        return _pages(row)
    return "" if state is State.NOT_BEGUN else say_state(state).capitalize()


def _pages(row: Line) -> str:
    return _("%(done)s of %(pages)s pages", done=row.pages_read, pages=row.pages)
