"""What all pages share: the navigation, the words that people type, small helpers for templates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, get_locale
from flask_login import current_user
from flask_wtf import FlaskForm
from markupsafe import Markup

from pdportal.content.text import render_text
from pdportal.web.errors import wants_fragment
from pdportal.web.locale import get_locale_code


@dataclass(frozen=True)
class Place:
    """One entry of the navigation; its addresses begin with `prefix`, or with one of several."""

    label: LazyString | str
    endpoint: str
    prefix: str | tuple[str, ...]
    order: int
    shown_to: Callable[[Any], bool] = lambda _person: True


@dataclass(frozen=True)
class NavItem:
    """A `Place` as this person sees it on this page."""

    label: str
    url: str
    current: bool


def add_place(app: Flask, place: Place) -> None:
    """Let a feature stand in the navigation."""
    app.extensions.setdefault("pdportal.places", []).append(place)


def render_form(template: str, form: FlaskForm, **context: Any) -> ResponseReturnValue:
    """A page with its form: 200 when first shown, 422 when it came back with mistakes."""
    status = 422 if form.is_submitted() else 200
    return render_template(template, form=form, **context), status


def register(app: Flask) -> None:
    """Give every template its navigation and the one filter for what people type."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    app.add_template_filter(render_text, "text")
    app.add_template_filter(initials)
    app.jinja_env.globals.update(icon=_drawn(app, "icon"), mark=_drawn(app, "mark"))
    settings = app.config["PDPORTAL"]

    @app.context_processor
    def _shared() -> dict[str, Any]:
        person = current_user._get_current_object()
        me = person if person.is_authenticated else None
        return {
            "me": me,
            "nav": _nav(me) if me and not wants_fragment() else [],
            "lang": get_locale_code(),
            "portal_name": settings["NAME"],
            "is_demo": settings["DEMO"],
            "sign_out_url": address("security.logout"),
        }


def initials(name: str) -> str:
    """Two letters for a person's disc: Ada Okafor is AO."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalpha()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def _drawn(app: Flask, macro: str) -> Callable[..., Markup]:
    """A drawing of `shared/_icons.html`, drawn once: a page has dozens."""

    @lru_cache(maxsize=500)
    def draw(*args: str, **named: str) -> Markup:
        drawings = app.jinja_env.get_template("shared/_icons.html").module
        drawn: Markup = getattr(drawings, macro)(*args, **named)
        return drawn

    return draw


def _nav(me: Any) -> list[NavItem]:
    """Where this person can go; the labels are said once a language."""
    places: list[Place] = current_app.extensions.get("pdportal.places", [])
    labels: dict[tuple[str, str], str] = current_app.extensions.setdefault("pdportal.labels", {})
    path, spoken = request.path, str(get_locale())
    items = []
    for place in sorted(places, key=lambda place: place.order):
        if not place.shown_to(me):
            continue
        key = (spoken, place.endpoint)
        if key not in labels:
            labels[key] = str(place.label)
        here = path.startswith(place.prefix) if place.prefix != "/" else path == "/"
        items.append(NavItem(label=labels[key], url=address(place.endpoint), current=here))
    return items


def address(endpoint: str) -> str:
    """The address of a page that every page leads to, built once."""
    known: dict[tuple[str, str], str] = current_app.extensions.setdefault("pdportal.addresses", {})
    key = (request.script_root, endpoint)
    if key not in known:
        known[key] = url_for(endpoint)
    return known[key]
