"""A module's own page, and the acts that concern it as a whole."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from pdportal.accounts import me
from pdportal.modules import policy
from pdportal.modules.assignments.queries import assigned_here
from pdportal.modules.blocks.queries import results
from pdportal.modules.blocks.shown import suggested_day
from pdportal.modules.blueprint import bp
from pdportal.modules.checks.queries import checks_of
from pdportal.modules.enrollments import queries, services
from pdportal.modules.enrollments.pace_views import is_behind, plan_of
from pdportal.modules.enrollments.rule import counts, done_when
from pdportal.modules.enrollments.state import state_of
from pdportal.modules.library import filters
from pdportal.modules.library.covers import cover_of
from pdportal.modules.library.levers import levers
from pdportal.modules.models import BlockKind, Section
from pdportal.modules.suggestions.queries import recommended_here, what_follows


@bp.get("/learn/<slug>")
def module_page(slug: str) -> ResponseReturnValue:
    """What the module is about, how long it takes, where I am in it and what is left."""
    module = queries.module_opened(me(), slug)
    pages = queries.pages_of(module)
    on_the_way = _in(Section.PAGE, pages)
    on_path = [page for page in on_the_way if page.counts or page.row.optional]
    done, to_class = _results(module)
    before = [] if module.finished_at else queries.prerequisites(me(), module.prerequisites)
    locked = [row for row in before if row.slug in module.needs and not row.is_known]
    changed, gone = _changed(module)
    return render_template(
        "modules/module.html",
        module=module,
        about=Markup(module.about),  # noqa: S704  # cleaned when it was published
        pages=_lines(module, on_path),
        others=_lines(module, [page for page in on_the_way if page not in on_path]),
        extra=_lines(module, _in(Section.EXTRA, pages)),
        notes=_lines(module, _in(Section.FACILITATORS, pages)) if policy.reads_notes(me()) else [],
        **_figures(module, [page for page in pages if page.counts]),
        state=state_of(module),
        follows=what_follows(me(), module) if module.finished_at else [],
        tracks=_tracks(module, on_the_way),
        sittings=plan_of(module, pages),
        paused=module.is_paused,
        behind=is_behind(module),
        assigned=assigned_here(me(), module.id),
        prerequisites=before,
        locked=locked,
        changed=changed,
        gone=gone,
        results=done,
        to_class=to_class,
        suggested=suggested_day(),
        top_up=_top_up(module, on_the_way),
        recommended=recommended_here(me(), module.id) if module.recommended else [],
        cover=cover_of(slug, module.cover),
        say_facet=filters.say,
        levers=_levers(module, on_the_way),
        checks=checks_of(module.edition_id, module.enrollment_id) if module.has_checks else [],
    )


def _in(section: Section, pages: list[queries.PageOnWay]) -> list[queries.PageOnWay]:
    return [page for page in pages if page.row.section == section]


def _figures(module: Any, pages: list[queries.PageOnWay]) -> dict[str, Any]:
    """How far it is, of the pages that count."""
    asked = [kind for page in pages for kind in page.asked]
    return {
        "read": sum(page.row.is_read for page in pages),
        "count": len(pages),
        "minutes_left": module.minutes_left,
        "breaks": sum(page.row.break_minutes for page in pages),
        "done_when": done_when(len(pages), asked, module.asks),
    }


def _levers(module: Any, pages: list[queries.PageOnWay]) -> Any:
    return levers(
        module.levers,
        module.facets,
        [page.row.minutes for page in pages],
        tracks=module.tracks,
        choices=sum(page.asked.count(BlockKind.CHOICE) for page in pages),
    )


def _changed(module: Any) -> tuple[list[dict[str, Any]], list[str]]:
    """The pages that changed since one began, and the titles of those that are gone."""
    if module.current_id in {None, module.edition_id}:
        return [], []
    return queries.changed_pages(module.edition_id, module.current_id)


def _top_up(module: Any, pages: list[queries.PageOnWay]) -> list[Any]:
    """Once finished and moved on: the pages that changed since and are not read again yet."""
    if module.finished_in_id in {None, module.edition_id}:
        return []
    changed, _gone = queries.changed_pages(module.finished_in_id, module.edition_id)
    slugs = {page["slug"] for page in changed}
    return [page.row for page in pages if page.row.slug in slugs and not page.row.is_read]


def _tracks(module: Any, pages: list[queries.PageOnWay]) -> list[dict[str, Any]]:
    """The tracks of a module, each with its pages and minutes, and which one this person is on."""
    tracks = []
    for track in module.tracks:
        own = [page.row for page in pages if counts(page.row, track["key"])]
        minutes = sum(row.minutes for row in own)
        is_mine = track["key"] == module.track
        tracks.append({**track, "pages": len(own), "minutes": minutes, "is_mine": is_mine})
    return tracks


def _results(module: Any) -> tuple[list[Any], list[Any]]:
    """What became of the tasks of a module that is finished, and what of it goes to class."""
    if not (module.enrollment_id and module.finished_at):
        return [], []
    found = results(module.edition_id, module.enrollment_id)
    seen = [block for block in found if policy.may_see_page(me(), block.section)]
    tasks = [block for block in seen if block.kind == BlockKind.TASK and block.handed_in_at]
    return tasks, [block for block in seen if block.kind != BlockKind.TASK]


@bp.post("/learn/<slug>/begin")
def begin(slug: str) -> ResponseReturnValue:
    """Begin a module, or continue on the page where one stopped."""
    module = queries.module_opened(me(), slug)
    services.begin(me(), module.id)
    if module.go_on_slug is None:
        return redirect(url_for(".module_page", slug=slug))
    return redirect(url_for(".page", slug=slug, page_slug=module.go_on_slug))


@bp.post("/learn/<slug>/track")
def choose_track(slug: str) -> ResponseReturnValue:
    """Begin on a track, or go on by another."""
    module = queries.module_opened(me(), slug)
    services.choose_track(me(), module.id, request.form.get("track", "")[:60])
    if module.enrollment_id is None:
        return begin(slug)
    flash(_("You are on this track now. What you did on the other one stays."))
    return redirect(url_for(".module_page", slug=slug))


def _lines(module: Any, pages: list[queries.PageOnWay]) -> list[dict[str, Any]]:
    return [_line(module, page) for page in pages]


def _line(module: Any, page: queries.PageOnWay) -> dict[str, Any]:
    row = page.row
    open_now = row.is_read and module.enrollment_id and not module.finished_at
    return {
        "title": row.title,
        "url": url_for(".page", slug=module.slug, page_slug=row.slug),
        "minutes": row.minutes,
        "break_minutes": row.break_minutes,
        "is_read": row.is_read,
        "optional": row.optional,
        "track": next((t["title"] for t in module.tracks if t["key"] == row.track), ""),
        "left": Counter(page.left) if open_now and page.counts else {},
    }
