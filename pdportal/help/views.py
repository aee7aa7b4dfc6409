"""The pages of help, which anybody may read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from pdportal.accounts.models import RoleName
from pdportal.content.boxes import safe_html
from pdportal.content.outline import make_outline
from pdportal.content.problems import Problems
from pdportal.content.read import read_markdown
from pdportal.content.source import read_source
from pdportal.shipped import shipped
from pdportal.web.doors import public

bp = Blueprint("help", __name__, url_prefix="/help")

FOLDER = shipped("docs/help", "shipped_help")


class Reader(StrEnum):
    """Whom a page of help is for; the name of its file."""

    TEACHERS = "teachers"
    COACHES = "coaches"
    LEADS = "leads"


LABELS = {
    Reader.TEACHERS: _l("Teachers"),
    Reader.COACHES: _l("Coaches"),
    Reader.LEADS: _l("PD leads"),
}


@dataclass(frozen=True)
class HelpPage:
    """A page as it is shown: `sections` are the address and the words of each heading."""

    title: str
    summary: str
    sections: tuple[tuple[str, str], ...]
    html: Markup


@bp.get("")
@public
def index() -> ResponseReturnValue:
    """To the page for what somebody is here."""
    return redirect(url_for(".page", reader=_reader_here()))


@bp.get("/<reader>")
@public
def page(reader: str) -> ResponseReturnValue:
    """One reader's page."""
    if reader not in LABELS:
        raise NotFound
    return render_template(
        "help/page.html", page=read_page(Reader(reader)), reader=reader, labels=LABELS
    )


@cache
def read_page(reader: Reader) -> HelpPage:
    """The text of `docs/help`, read once."""
    source, _faults = read_source(FOLDER / f"{reader}.md")
    document = read_markdown(source.body)
    outline = make_outline(document, Problems(source.path))
    sections = tuple((id, words) for level, id, words in outline.headings if level == 2)
    html = Markup(safe_html(document, document.root))  # noqa: S704 -- our own, and sanitised
    return HelpPage(str(source.meta["title"]), str(source.meta["summary"]), sections, html)


def _reader_here() -> Reader:
    person = current_user
    if not person.is_authenticated:
        return Reader.TEACHERS
    if person.leads:
        return Reader.LEADS
    return Reader.COACHES if person.holds(RoleName.COACH) else Reader.TEACHERS
