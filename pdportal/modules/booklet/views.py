"""What prints: a whole module, and its pages for students."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from pdportal.accounts import me
from pdportal.modules import policy
from pdportal.modules.blocks.shown import shown_in_edition
from pdportal.modules.blueprint import bp
from pdportal.modules.booklet import queries
from pdportal.modules.enrollments.queries import module_opened
from pdportal.modules.models import BlockKind, Section
from pdportal.modules.pages.queries import Compiled, Opened, opened

_TAG = re.compile(r"<[a-zA-Z][\w-]*(?:\s+[\w:-]+(?:=\"[^\"]*\")?)*\s*/?>")
_NAMES = re.compile(r'\s(id|for|aria-labelledby|aria-describedby)="([^"]*)"')
_LINK = re.compile(r'\shref="(?:/learn/([^"/#?]+)/([^"/#?]+))?(?:#([^"]*))?"')
_BEHAVIOR = re.compile(r'\sdata-(?:controller|action)="[^"]*"')


@bp.get("/learn/<slug>/print")
def booklet(slug: str) -> ResponseReturnValue:
    """Cover, contents and all pages; what its reader wrote, and notes, only where asked for."""
    module, at = module_opened(me(), slug), opened(me(), slug, "")
    with_notes = policy.reads_notes(me()) and "notes" in request.args
    with_own = "words" in request.args and at.enrollment_id is not None
    found = [
        (row, compiled)
        for row, compiled in queries.pages_of(at.edition_id)
        if with_notes or row.section != Section.FACILITATORS
    ]
    shown = shown_in_edition(
        at if with_own else at.but(enrollment_id=None),
        {row.id: (row, compiled) for row, compiled in found},
    )
    numbers = {row.slug: number for number, (row, _compiled) in enumerate(found, 1)}
    pages = [
        {
            "number": numbers[row.slug],
            "title": row.title,
            "minutes": row.minutes,
            "html": _html(at, row.slug, compiled, shown[row.id], numbers, notes=with_notes),
        }
        for row, compiled in found
    ]
    return render_template(
        "modules/print.html",
        module=module,
        pages=pages,
        with_own=with_own,
        with_notes=with_notes,
        reads_notes=policy.reads_notes(me()),
    )


@bp.get("/learn/<slug>/students/<key>")
def mirror(slug: str, key: str) -> ResponseReturnValue:
    """What students get, on one sheet."""
    found = queries.mirror(me(), slug, key)
    if found is None or not policy.may_see_page(me(), found.section):
        raise NotFound
    return render_template("modules/mirror.html", mirror=found, key=key)


def _html(
    at: Opened,
    page_slug: str,
    compiled: Compiled,
    blocks: Mapping[str, Markup],
    numbers: Mapping[str, int],
    *,
    notes: bool,
) -> Markup:
    """One page, so that it can stand beside the others: its ids are its own, nothing in it acts."""
    pieces = []
    hidden = {key for key, (kind, _data) in compiled.blocks.items() if kind == BlockKind.NOTE}
    for piece in compiled.body:
        if isinstance(piece, Markup):
            pieces.append(piece)
        elif notes or piece not in hidden:
            pieces.append(blocks.get(piece, Markup()))
    here = numbers[page_slug]

    def names(match: re.Match[str]) -> str:
        return f' {match[1]}="{" ".join(f"p{here}-{name}" for name in match[2].split())}"'

    def link(match: re.Match[str]) -> str:
        slug, other, anchor = match.groups()
        number = here if slug is None else numbers.get(other) if slug == at.slug else None
        if number is None or (slug is None and anchor is None):
            return match[0]
        return f' href="#p{number}{f"-{anchor}" if anchor else ""}"'

    def tag(match: re.Match[str]) -> str:
        return _BEHAVIOR.sub("", _LINK.sub(link, _NAMES.sub(names, match[0])))

    return Markup(_TAG.sub(tag, "".join(pieces)))  # noqa: S704  # safe HTML, and names in it
