"""What all pages share: the navigation, the words that people type, small helpers for templates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_login import current_user
from flask_wtf import FlaskForm

from pdportal.content.text import render_text
from pdportal.web.errors import wants_fragment
from pdportal.web.locale import get_locale_code


@dataclass(frozen=True)
class Place:
    """One entry of the navigation; `prefix` is the beginning of the addresses that belong to it."""

    label: LazyString | str
    endpoint: str
    prefix: str
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

    @app.context_processor
    def _shared() -> dict[str, Any]:
        me = current_user._get_current_object() if current_user.is_authenticated else None
        return {
            "me": me,
            "nav": _nav(me) if me and not wants_fragment() else [],
            "lang": get_locale_code(),
            "portal_name": current_app.config["PDPORTAL"]["NAME"],
            "is_demo": current_app.config["PDPORTAL"]["DEMO"],
            "sign_out_url": _address("security.logout"),
        }


def initials(name: str) -> str:
    """Two letters for a person's disc: Ada Okafor is AO."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalpha()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def _nav(me: Any) -> list[NavItem]:
    places: list[Place] = current_app.extensions.get("pdportal.places", [])
    path = request.path
    return [
        NavItem(
            label=str(place.label),
            url=_address(place.endpoint),
            current=path == place.prefix or (place.prefix != "/" and path.startswith(place.prefix)),
        )
        for place in sorted(places, key=lambda place: place.order)
        if place.shown_to(me)
    ]


def _address(endpoint: str) -> str:
    """The address of a page that every page leads to, built once."""
    known: dict[tuple[str, str], str] = current_app.extensions.setdefault("pdportal.addresses", {})
    key = (request.script_root, endpoint)
    if key not in known:
        known[key] = url_for(endpoint)
    return known[key]
