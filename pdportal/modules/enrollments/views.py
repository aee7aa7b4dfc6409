"""A module's own page, and the acts that concern it as a whole."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from pdportal.accounts import me
from pdportal.modules import policy
from pdportal.modules.assignments.queries import assigned_here
from pdportal.modules.blocks.queries import results
from pdportal.modules.blocks.shown import suggested_day
from pdportal.modules.blueprint import bp
from pdportal.modules.enrollments import queries, services
from pdportal.modules.library import filters
from pdportal.modules.library.covers import cover_of
from pdportal.modules.library.levers import levers
from pdportal.modules.models import BlockKind, Section


@bp.get("/learn/<slug>")
def module_page(slug: str) -> ResponseReturnValue:
    """What the module is about, how long it takes, where I am in it and what is left."""
    module = queries.module_opened(me(), slug)
    if module is None:
        raise NotFound
    pages = queries.pages_of(module.edition_id, module.enrollment_id)
    on_the_way = [page for page in pages if page.section == Section.PAGE]
    left = _left_by_page(module)
    done, to_class = _results(module)
    changed, gone = _changed(module)
    return render_template(
        "modules/module.html",
        module=module,
        about=Markup(module.about),  # noqa: S704 — cleaned when it was published
        pages=[_line(slug, page, left.get(page.id, [])) for page in on_the_way],
        extra=[_line(slug, page, []) for page in pages if page.section == Section.EXTRA],
        notes=[_line(slug, page, []) for page in pages if page.section == Section.FACILITATORS]
        if policy.reads_notes(me())
        else [],
        read=sum(1 for page in on_the_way if page.is_read),
        minutes_left=sum(page.minutes for page in on_the_way if not page.is_read),
        breaks=sum(page.break_minutes for page in on_the_way),
        assigned=assigned_here(me(), module.id),
        prerequisites=queries.prerequisites(me(), module.prerequisites),
        changed=changed,
        gone=gone,
        results=done,
        to_class=to_class,
        suggested=suggested_day(),
        top_up=_top_up(module, on_the_way),
        cover=cover_of(slug, module.cover),
        say_facet=filters.say,
        levers=levers(module.levers, module.facets, [page.minutes for page in on_the_way]),
    )


def _changed(module: Any) -> tuple[list[dict[str, Any]], list[str]]:
    """The pages that changed since one began, and the titles of those that are gone."""
    if module.current_id in {None, module.edition_id}:
        return [], []
    return queries.changed_pages(module.edition_id, module.current_id)


def _top_up(module: Any, pages: list[Any]) -> list[Any]:
    """Once finished and moved on: the pages that changed since and are not read again yet."""
    if module.finished_in_id in {None, module.edition_id}:
        return []
    changed, _gone = queries.changed_pages(module.finished_in_id, module.edition_id)
    slugs = {page["slug"] for page in changed}
    return [page for page in pages if page.slug in slugs and not page.is_read]


def _left_by_page(module: Any) -> dict[int, list[Any]]:
    """The questions and tasks that are left, by the id of their page."""
    left: dict[int, list[Any]] = {}
    if module.enrollment_id and not module.finished_at:
        for block in queries.still_to_do(module.edition_id, module.enrollment_id):
            left.setdefault(block.page_id, []).append(block)
    return left


def _results(module: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What became of the tasks of a module that is finished, and what of it goes to class."""
    if not (module.enrollment_id and module.finished_at):
        return [], []
    found = [
        _result(module.slug, block)
        for block in results(module.edition_id, module.enrollment_id)
        if policy.may_see_page(me(), block.section)
    ]
    tasks = [each for each in found if each["kind"] == BlockKind.TASK and each["work_id"]]
    return tasks, [each for each in found if each["kind"] != BlockKind.TASK]


@bp.post("/learn/<slug>/begin")
def begin(slug: str) -> ResponseReturnValue:
    """Begin a module, or continue on the page where one stopped."""
    module = queries.module_opened(me(), slug)
    if module is None:
        raise NotFound
    services.begin(me(), module.id)
    if module.go_on_slug is None:
        return redirect(url_for(".module_page", slug=slug))
    return redirect(url_for(".page", slug=slug, page_slug=module.go_on_slug))


def _line(slug: str, page: Any, left: list[Any]) -> dict[str, Any]:
    questions = sum(1 for block in left if block.kind == BlockKind.QUESTION)
    tasks = len(left) - questions
    return {
        "title": page.title,
        "url": url_for(".page", slug=slug, page_slug=page.slug),
        "minutes": page.minutes,
        "break_minutes": page.break_minutes,
        "is_read": page.is_read,
        "questions_left": questions if page.is_read else 0,
        "tasks_left": tasks if page.is_read else 0,
    }


def _result(slug: str, block: Any) -> dict[str, Any]:
    has_step = block.step_id is not None and block.removed_at is None
    return {
        "kind": block.kind,
        "title": block.data["title"],
        "grades": block.data.get("grades"),
        "handout": url_for(".mirror", slug=slug, key=block.key),
        "plan_url": url_for(".tryout", slug=slug, page_slug=block.slug, key=block.key),
        "url": url_for(".page", slug=slug, page_slug=block.slug, _anchor=f"block-{block.key}"),
        "work_id": block.work_id if block.handed_in_at else None,
        "rounds": block.rounds,
        "reviews": block.reviews,
        "step_id": block.step_id if has_step else None,
        "due_on": block.due_on,
        "is_done": block.done_at is not None,
        "protocol": block.data.get("protocol") or None,
    }
