"""The library: what one can learn, and what was given to me first."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pdportal.accounts import me
from pdportal.folding import snippet
from pdportal.modules.blueprint import bp
from pdportal.modules.enrollments.queries import next_to_learn
from pdportal.modules.library import queries
from pdportal.modules.library.queries import LENGTHS, PER_PAGE, SITTINGS, Wish
from pdportal.modules.parts import Line
from pdportal.web.locale import get_locale_code, say_day


@bp.get("/learn")
def library() -> ResponseReturnValue:
    """Cards, searched and filtered by plain links."""
    args = request.args
    wish = Wish(
        words=args.get("q", "")[:200].strip(),
        length=args.get("minutes", "") if args.get("minutes") in LENGTHS else "",
        skill=args.get("skill", "")[:60],
        page=queries.library_page(args.get("page", "1")[:6]),
    )
    rows, every_word = queries.library(me(), wish)
    to_learn = next_to_learn(me()) if wish.is_open and wish.page == 1 else []
    first = [row for row in to_learn if row.due_on or row.why or row.begun_at]
    return render_template(
        "modules/library.html",
        wish=wish,
        first=[_own_card(row) for row in first],
        cards=[_card(row, wish) for row in rows if row.id not in {r.module_id for r in first}],
        found=rows[0].all_of_them if rows else 0,
        every_word=every_word,
        skills=queries.skills(),
        address=_address(wish),
        before=wish.page - 1 if wish.page > 1 else None,
        after=wish.page + 1 if rows and rows[0].all_of_them > wish.page * PER_PAGE else None,
    )


def _address(wish: Wish) -> Any:
    """The address of the library with one wish changed, and back on its first page."""

    def address(**changed: Any) -> str:
        wished = {"q": wish.words, "minutes": wish.length, "skill": wish.skill} | changed
        return url_for("modules.library", **{key: value for key, value in wished.items() if value})

    return address


def _card(row: Line, wish: Wish) -> dict[str, Any]:
    card = {
        "title": row.title,
        "url": url_for("modules.module_page", slug=row.slug),
        "summary": row.summary,
        "minutes": row.minutes,
        "skills": row.skills[:3],
        "outcomes": row.outcomes[:3],
        "pages": row.pages,
        "done": row.pages_read,
        "state": _state(row),
        "language": row.language if row.language[:2] != get_locale_code()[:2] else "",
        "given": _given(row.due_on) if row.given and not row.finished_at else "",
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
    if row.minutes_left <= minutes:
        left = _("all that is left") if row.begun_at else _("the whole module")
        return {"minutes": row.minutes_left, "url": url, "fits": left}
    page = _("the next page: %(title)s") if row.begun_at else _("the first page: %(title)s")
    return {"minutes": row.next_minutes, "url": url, "fits": page % {"title": row.next_title}}


def _own_card(row: Line) -> dict[str, Any]:
    card = {
        "title": row.title,
        "url": url_for("modules.module_page", slug=row.slug),
        "summary": row.summary,
        "minutes": row.minutes_left or row.minutes,
        "skills": row.skills[:3],
        "pages": row.pages,
        "done": row.pages_read,
        "state": "",
        "why": row.why,
        "cohort": row.cohort,
        "due_on": row.due_on,
        "go_on": "",
    }
    if row.begun_at:
        card["state"] = _state(row)
        if row.page_slug:
            card["go_on"] = url_for("modules.page", slug=row.slug, page_slug=row.page_slug)
            card["page_title"] = row.page_title
    return card


def _given(due_on: Any) -> str:
    return _("due %(day)s", day=say_day(due_on)) if due_on else _("assigned to you")


def _state(row: Line) -> str:
    if not row.begun_at:
        return ""
    if getattr(row, "finished_at", None):
        return _("Done")
    return _("%(done)s of %(pages)s pages", done=row.pages_read, pages=row.pages)
