"""The pages of help, which anybody may read."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound

from pdportal.accounts import me
from pdportal.accounts.forms.people import place_choices
from pdportal.accounts.models import RoleName
from pdportal.accounts.policy import leads_district
from pdportal.accounts.queries import schools_led_by
from pdportal.help import queries, services
from pdportal.help.forms import DefinitionForm
from pdportal.help.reading import LABELS, Reader, read_page
from pdportal.web.doors import public
from pdportal.web.errors import forbidden, or_404
from pdportal.web.pages import render_form

bp = Blueprint("help", __name__, url_prefix="/help")


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
    if reader == Reader.WORDS:
        return _words()
    return render_template(
        "help/page.html", page=read_page(Reader(reader)), reader=reader, labels=LABELS
    )


def _words() -> str:
    """The glossary, with what the reader's own school and district mean by its words."""
    is_somebody = current_user.is_authenticated
    return render_template(
        "help/words.html",
        page=read_page(Reader.WORDS),
        reader=Reader.WORDS,
        labels=LABELS,
        own=queries.definitions_for(me()) if is_somebody else {},
        may_define=is_somebody and me().leads,
    )


@bp.route("/words/<term>", methods=["GET", "POST"])
def word(term: str) -> ResponseReturnValue:
    """What a word means here, with every wording; those who lead write the next."""
    found = or_404(queries.term_at(term))
    places = place_choices(schools_led_by(me()), everywhere=leads_district(me()))
    form = DefinitionForm()
    form.school.choices = places
    if form.is_submitted() and not places:
        raise forbidden()
    if form.validate_on_submit():
        school_id = int(form.school.data) if form.school.data else None
        services.define(me(), found.slug, school_id, form.text.data or "")
        flash(_("Saved. The people it holds for read it beside the definition of the portal."))
        return redirect(url_for(".page", reader=Reader.WORDS, _anchor=found.slug))
    sections = {section.address: section for section in read_page(Reader.WORDS).sections}
    return render_form(
        "help/word.html",
        form,
        term=found,
        section=sections[found.slug],
        wordings=queries.wordings(me(), found),
        places=places,
    )


def _reader_here() -> Reader:
    if not current_user.is_authenticated:
        return Reader.TEACHERS
    if current_user.leads:
        return Reader.LEADS
    return Reader.COACHES if current_user.holds(RoleName.COACH) else Reader.TEACHERS
