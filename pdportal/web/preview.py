"""What somebody is typing, as it will be shown."""

from __future__ import annotations

from flask import Blueprint, Flask, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from pdportal.content.text import render_text

bp = Blueprint("preview", __name__)


@bp.post("/preview")
def preview() -> ResponseReturnValue:
    """The HTML of the text that is sent; nothing is stored."""
    shown = render_text(request.form.get("text", ""))
    return shown or Markup("<p>{}</p>").format(_("There is no text yet."))


def register(app: Flask) -> None:
    """Answer `/preview`."""
    app.register_blueprint(bp)
