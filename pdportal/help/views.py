"""The pages of help, which anybody may read."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import NotFound

from pdportal.accounts.models import RoleName
from pdportal.help.reading import LABELS, Reader, read_page
from pdportal.web.doors import public

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
    return render_template(
        "help/page.html", page=read_page(Reader(reader)), reader=reader, labels=LABELS
    )


def _reader_here() -> Reader:
    if not current_user.is_authenticated:
        return Reader.TEACHERS
    if current_user.leads:
        return Reader.LEADS
    return Reader.COACHES if current_user.holds(RoleName.COACH) else Reader.TEACHERS
