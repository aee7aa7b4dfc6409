"""How a reader wants text to look on this device: larger, with more room, light or dark.

It is in a cookie, since it belongs to the screen rather than to the person.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from pdportal.web.pages import add_to_account
from pdportal.web.parts import part

bp = Blueprint("comfort", __name__)

COOKIE = "comfort"
KEPT = timedelta(days=400)
CHOICES: dict[str, tuple[str, ...]] = {
    "text": ("plain", "large", "larger"),
    "lines": ("plain", "wide"),
    "theme": ("plain", "light", "dark"),
}
"""What can be chosen, as attributes of the page; the first of each says nothing."""

_KNOWN = {
    ".".join(chosen): Markup().join(
        Markup(' data-{}="{}"').format(name, value)
        for name, value in zip(CHOICES, chosen, strict=True)
        if value != "plain"
    )
    for chosen in product(*CHOICES.values())
}
_NOTHING = ".".join(values[0] for values in CHOICES.values())


@bp.get("/comfort")
def page() -> ResponseReturnValue:
    """The settings on a page of their own."""
    return render_template("shared/comfort.html")


@bp.post("/comfort")
def change() -> ResponseReturnValue:
    """Store what was chosen on this device, and go back to the page it was chosen on."""
    given = [request.form.get(name, "") for name in CHOICES]
    stored = ".".join(
        value if value in values else values[0]
        for value, values in zip(given, CHOICES.values(), strict=True)
    )
    came_from = urlsplit(request.referrer or "")
    here = came_from.netloc == request.host and came_from.path.startswith("/learn/")
    answer = redirect(came_from.path if here else url_for(".page"))
    answer.set_cookie(
        COOKIE, stored, max_age=KEPT, samesite="Lax", secure=request.is_secure, httponly=True
    )
    return answer


def chosen() -> str:
    """What was chosen on this device, as the key of parts that show it."""
    cookie = request.cookies.get(COOKIE, "")
    return cookie if cookie in _KNOWN else _NOTHING


def _settings(*, small: bool = False) -> Markup:
    """The form, behind a button where `small`."""
    key = chosen()
    values = dict(zip(CHOICES, key.split("."), strict=True))
    return part("shared/_comfort.html", "button" if small else "form", values, key=(key, small))


def register(app: Flask) -> None:
    """Give every page the attributes for what was chosen, and everybody's menu a link."""
    app.register_blueprint(bp)
    add_to_account(app, _l("Text and colors"), "comfort.page")
    app.jinja_env.globals["comfort_settings"] = _settings

    @app.context_processor
    def _attributes() -> dict[str, Any]:
        return {"comfort": _KNOWN[chosen()]}
