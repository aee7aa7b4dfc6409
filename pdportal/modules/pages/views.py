"""A page of a module: read it, and go on from it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from pdportal.accounts import me
from pdportal.db import reads_rows
from pdportal.modules import policy
from pdportal.modules.addresses import anchor_of, page_url
from pdportal.modules.blocks.shown import NOTHING_TYPED, Typed, shown_blocks
from pdportal.modules.blueprint import bp
from pdportal.modules.enrollments.queries import changed_pages
from pdportal.modules.enrollments.rule import counts, done_when
from pdportal.modules.models import BlockKind, Section
from pdportal.modules.notes.shown import NewNote, shown_notes
from pdportal.modules.pages import queries, services
from pdportal.modules.pages.places import PLACES
from pdportal.modules.pages.queries import Compiled, Near, Opened, compiled_page
from pdportal.web import comfort
from pdportal.web.parts import part

FEW_HEADINGS = 2
"""With fewer, a page has no table of contents."""


@bp.get("/learn/<slug>/<page_slug>")
@reads_rows
def page(slug: str, page_slug: str) -> ResponseReturnValue:
    """The page as it was compiled, with its parts filled in for the one who reads it."""
    opened = queries.opened(me(), slug, page_slug)
    if opened.page_id is None and opened.has_moved_on:
        flash(_("That page is not in the version you started. Here is what has changed since."))
        return redirect(url_for(".module_page", slug=slug))
    return render_page(_readable(opened))


@bp.post("/learn/<slug>/<page_slug>/next")
def go_on(slug: str, page_slug: str) -> ResponseReturnValue:
    """Mark this page read and go to the next one, or from the last one to the module."""
    opened = open_page(slug, page_slug)
    way = [row for row in compiled_page(opened).pages if counts(row, opened.track)]
    if opened.is_topping_up:
        way = _changed_and_unread(opened, way)
    ahead = [row for row in way if row.number > (opened.number or 0)]
    following = next(iter([*ahead, *(way if opened.is_topping_up else ())]), None)
    if opened.section != Section.PAGE:
        raise NotFound
    enrollment = services.mark_read(me(), opened, on_to=following.id if following else None)
    flash_if_finished(opened, enrollment.finished_at)
    if following is None:
        return redirect(url_for(".module_page", slug=slug))
    return redirect(url_for(".page", slug=slug, page_slug=following.slug))


def _changed_and_unread(opened: Opened, way: list[Near]) -> list[Near]:
    """The other pages that changed since this reader finished, and are not read again yet."""
    changed, _gone = changed_pages(opened.finished_in_id or 0, opened.edition_id)
    slugs = {page["slug"] for page in changed}
    read = {*(opened.pages_read or "").split(","), str(opened.page_id)}
    return [row for row in way if row.slug in slugs and str(row.id) not in read]


@bp.post("/learn/<slug>/<page_slug>/here")
def here(slug: str, page_slug: str) -> ResponseReturnValue:
    """Sent by the page when it is open and when its reader pauses, to continue here next time."""
    opened = open_page(slug, page_slug)
    place = request.form.get("place", "")
    services.look_at(me(), opened, place if place in compiled_page(opened).places else None)
    return "", 204


def open_page(slug: str, page_slug: str) -> Opened:
    """The page at an address, for whoever may read it; others find nothing there."""
    return _readable(queries.opened(me(), slug, page_slug))


def _readable(opened: Opened) -> Opened:
    if opened.section is None or not policy.may_see_page(me(), opened.section):
        raise NotFound
    return opened


def render_page(opened: Opened, typed: Typed = NOTHING_TYPED, note: NewNote | None = None) -> str:
    """The page as this person sees it, with what could not be stored still in its box."""
    compiled = compiled_page(opened)
    blocks = shown_blocks(opened, compiled, typed) if compiled.blocks else {}
    body, notes = shown_notes(opened, compiled, note)
    pieces = (piece if isinstance(piece, Markup) else blocks.get(piece, "") for piece in body)
    prose = Markup("".join(pieces))  # noqa: S704  # each of them is safe
    return render_template(
        "modules/page.html",
        opened=opened,
        prose=prose,
        notes=notes,
        list_of_pages=list_of_pages(opened, compiled),
        stopped_at=_stopped_at(opened, compiled),
        places=PLACES,
        above=_around("above", opened, compiled),
        below=_around("below", opened, compiled),
        with_own=request.args.get("print") == "own",
        back_url=_way_back(opened, compiled),
    )


def _way_back(opened: Opened, compiled: Compiled) -> str:
    """The question that led here by `?back=page/key`; empty where none did."""
    page_slug, slash, key = request.args.get("back", "").partition("/")
    if not (slash and key) or page_slug not in {row.slug for row in compiled.pages}:
        return ""
    return page_url(opened.slug, page_slug, anchor_of(BlockKind.QUESTION, quote(key)))


def _contents(compiled: Compiled) -> tuple[tuple[int, str, str], ...]:
    """The headings of a page, where there are several."""
    return compiled.headings if len(compiled.headings) >= FEW_HEADINGS else ()


def _stopped_at(opened: Opened, compiled: Compiled) -> tuple[str, str] | None:
    """The address and the name of the place on this page where its reader stopped."""
    place = opened.last_place if opened.last_page_id == opened.page_id else None
    return (f"#{place}", compiled.places[place]) if place in compiled.places else None


def list_of_pages(opened: Opened, compiled: Compiled) -> Markup:
    """All pages of the way, which are read, those beside it, and when the module is done."""

    def listed() -> tuple[Any, ...]:
        ids = {int(page_id) for page_id in (opened.pages_read or "").split(",") if page_id}
        way, beside = [], []
        counted = {row.id for row in compiled.pages if counts(row, opened.track)}
        for row in compiled.pages:
            line = {
                "title": row.title,
                "url": f"{opened.address}/{row.slug}",
                "state": "done" if row.id in ids else "",
                "minutes": row.minutes,
                "optional": row.optional,
                "now": row.id == opened.page_id,
            }
            if row.id in counted or (row.optional and row.section == Section.PAGE):
                way.append(line)
            elif row.section != Section.FACILITATORS:
                beside.append(line | {"track": compiled.tracks.get(row.track, "")})
        read = len(counted & ids)
        progress = _("%(read)s of %(pages)s read", read=read, pages=len(counted)) if read else ""
        done = _done_when(opened, compiled, counted)
        return way, progress, beside, done, _contents(compiled), opened.language

    key = (*opened.known_as, opened.edition_id, opened.pages_read, opened.choices, opened.track)
    return part(
        "modules/_pages.html",
        "list_of_pages",
        key=(*key, opened.enrollment_id is not None, opened.finished_at is not None),
        args=listed,
    )


def _done_when(opened: Opened, compiled: Compiled, counted: set[int]) -> str:
    """The rule by which the module is done, for whoever is on the way."""
    if opened.enrollment_id is None or opened.finished_at is not None:
        return ""
    chosen = opened.chosen
    blocks = [b.kind for b in compiled.asked if b.page_id in counted and b.counts(chosen)]
    return done_when(len(counted), blocks, compiled.asks)


def _around(macro: str, opened: Opened, compiled: Compiled) -> Markup:
    """The part above or below the text, with links to the pages before and after."""

    def near() -> tuple[Opened, dict[str, Any]]:
        on_the_way = opened.section == Section.PAGE
        pages = [
            row
            for row in compiled.pages
            if (counts(row, opened.track) if on_the_way else row.section == opened.section)
            or row.id == opened.page_id
        ]
        at = next(place for place, row in enumerate(pages) if row.id == opened.page_id)
        counted = [row for row in pages if counts(row, opened.track)]
        after = pages[at + 1] if at + 1 < len(pages) else None
        between = (
            row
            for row in compiled.pages
            if on_the_way and row.optional and row.track in {"", opened.track}
            and (opened.number or 0) < row.number < (after.number if after else 10**6)
        )  # fmt: skip
        here = pages[at]
        around = {
            "position": at + 1 if here in counted else 0,
            "count": len(counted),
            "before": _link(opened, pages[at - 1] if at else None),
            "after": _link(opened, after),
            "deeper": _link(opened, next(between, None)),
            "optional": here.optional,
            "track": compiled.tracks.get(here.track, ""),
            "on_the_way": on_the_way,
            "topping_up": opened.is_topping_up,
            "for_facilitators": opened.section == Section.FACILITATORS,
            "headings": _contents(compiled),
        }
        return opened, around

    enrolled = opened.enrollment_id is not None
    states = (enrolled, opened.has_moved_on, opened.is_topping_up, opened.track, comfort.chosen())
    key = (*opened.known_as, opened.edition_id, *states)
    return part("modules/_around.html", macro, key=key, args=near)


def _link(opened: Opened, row: Near | None) -> dict[str, Any] | None:
    if row is None:
        return None
    url = f"{opened.address}/{row.slug}"
    return {"title": row.title, "url": url, "minutes": row.minutes}


def flash_if_finished(before: Opened, finished_at: datetime | None) -> None:
    """Say so when an act on the page was the last that its module asked for."""
    if finished_at is not None and before.finished_at is None:
        flash(_("You have finished “%(title)s”.", title=before.title))
