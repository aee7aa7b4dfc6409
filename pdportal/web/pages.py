"""What all pages share: the navigation, the words that people type, small helpers for templates."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from operator import attrgetter
from typing import Any

from flask import Flask, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_login import current_user
from flask_wtf import FlaskForm
from jinja2.ext import Extension
from jinja2.runtime import Macro
from markupsafe import Markup

from pdportal.web.locale import get_locale_code
from pdportal.web.parts import part
from pdportal.web.texts import render_text

SHARED = ("_forms", "_parts", "_lists", "_dialogs", "_boxes", "_autosave")
"""Templates of `shared/` whose macros need no import; each may call those before it."""

_AFTER_BLOCK = re.compile(r"(?<=[%#]}\n)[ \t]+")
_INDENTATION = re.compile(r"(?<![%#]}\n)^[ \t]+", re.MULTILINE)
_BLOCK = re.compile(r"<(p|ul|ol|li|blockquote|h[1-6])\b")


class Flush(Extension):
    """Pages without the indentation of their templates, which is a seventh of them.

    After a block, whose line ends without a trace, it is what parts words, and one space stays.
    No template says anything within `<pre>` or `<textarea>` but what stands in a value.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        if not name or not name.endswith(".html"):
            return source
        return _INDENTATION.sub("", _AFTER_BLOCK.sub(" ", source))


@dataclass(frozen=True)
class Place:
    """One entry of the navigation; its addresses begin with `prefix`, or with one of several.

    Of several entries to which an address belongs, the one with the longest prefix is marked.
    """

    label: LazyString | str
    endpoint: str
    prefix: str | tuple[str, ...]
    order: int
    shown_to: Callable[[Any], bool] = lambda _person: True


@dataclass(frozen=True)
class Frame:
    """What features put around every page."""

    places: list[Place] = field(default_factory=list)
    account: list[tuple[LazyString | str, str]] = field(default_factory=list)
    """The entries of one's own menu: label and endpoint."""
    inbox_endpoint: str = ""
    """The endpoint of the inbox, whose `unread` count comes with the person."""
    search_endpoint: str = ""


def add_place(app: Flask, place: Place) -> None:
    """Let a feature stand in the navigation."""
    places = _frame(app).places
    places.append(place)
    places.sort(key=lambda place: place.order)


def add_to_account(app: Flask, label: LazyString | str, endpoint: str) -> None:
    """Let a page stand in everybody's own menu."""
    _frame(app).account.append((label, endpoint))


def set_inbox_endpoint(app: Flask, endpoint: str) -> None:
    """The page that the bell in the bar leads to."""
    app.extensions["pdportal.frame"] = replace(_frame(app), inbox_endpoint=endpoint)


def set_search_endpoint(app: Flask, endpoint: str) -> None:
    """The page that the search sign in the bar leads to."""
    app.extensions["pdportal.frame"] = replace(_frame(app), search_endpoint=endpoint)


def _frame(app: Flask) -> Frame:
    frame: Frame = app.extensions.setdefault("pdportal.frame", Frame())
    return frame


def render_form(template: str, form: FlaskForm, **context: Any) -> ResponseReturnValue:
    """A page with its form: 200 when first shown, 422 when it came back with mistakes."""
    return render_template(template, form=form, **context), form_status(form)


def form_status(form: FlaskForm) -> int:
    """The status of a page with this form: 200, 422, or that with which a service refused it."""
    refused = getattr(form, "refused", None)
    return refused.status if refused else 422 if form.is_submitted() else 200


def register(app: Flask) -> None:
    """Give every template its navigation and the one filter for what people type."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.add_extension(Flush)
    app.add_template_filter(typed_text, "text")
    app.add_template_filter(initials)
    drawn = {name: _drawn(app, name) for name in ("icon", "mark")}
    app.jinja_env.globals.update(drawn, bar=_bar, address=address)
    settings = app.config["PDPORTAL"]

    @app.context_processor
    def _shared() -> dict[str, Any]:
        person = current_user._get_current_object()
        me = person if person.is_authenticated else None
        return {
            "me": me,
            "lang": get_locale_code(),
            "portal_name": settings["NAME"],
            "is_demo": settings["DEMO"],
        }


def share_macros(app: Flask) -> None:
    """Let every template call the macros of `SHARED`; all filters have to be there before."""
    for name in SHARED:
        module = app.jinja_env.get_template(f"shared/{name}.html").module
        macros = {key: each for key, each in vars(module).items() if isinstance(each, Macro)}
        app.jinja_env.globals.update(macros)


def typed_text(text: str) -> Markup:
    """What somebody typed, as safe HTML, each block in the direction of its own script."""
    return Markup(_BLOCK.sub(r'<\1 dir="auto"', str(render_text(text))))  # noqa: S704  # safe HTML


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


def _bar() -> Markup:
    """The bar above the page, kept for each place, person and count of what is unread."""
    person = current_user._get_current_object()
    who = person.name if person.is_authenticated else ""
    frame = _frame(current_app)
    shown = [place for place in frame.places if place.shown_to(person)] if who else []
    reach = [_reach(place, request.path) for place in shown]
    here = [0 < length == max(reach) for length in reach]
    unread = person.unread if who else 0
    key = (request.script_root, who, unread, tuple(map(_endpoint, shown)), tuple(here))

    def made() -> tuple[Any, ...]:
        return (
            current_app.config["PDPORTAL"]["NAME"],
            who,
            [
                {"label": place.label, "url": address(place.endpoint), "current": current}
                for place, current in zip(shown, here, strict=True)
            ],
            address(frame.search_endpoint) if frame.search_endpoint else "",
            {"url": address(frame.inbox_endpoint), "unread": unread}
            if frame.inbox_endpoint
            else None,
            [{"label": label, "url": address(endpoint)} for label, endpoint in frame.account],
            address("security.logout"),
        )

    return part("shared/_bar.html", "bar", key=key, args=made)


_endpoint = attrgetter("endpoint")


def _reach(place: Place, path: str) -> int:
    prefixes = (place.prefix,) if isinstance(place.prefix, str) else place.prefix
    fits = (each for each in prefixes if path == each or (path.startswith(each) and each != "/"))
    return max(map(len, fits), default=0)


def address(endpoint: str) -> str:
    """The address of an endpoint without arguments, built once for each script root."""
    known: dict[tuple[str, str], str] = current_app.extensions.setdefault("pdportal.addresses", {})
    key = (request.script_root, endpoint)
    if key not in known:
        known[key] = url_for(endpoint)
    return known[key]
