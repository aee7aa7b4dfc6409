"""Parts of pages that look the same again and again: rendered once a language, kept in memory.

Nothing from behind the wall may be kept, and what a part shows has to follow from its key alone.
Form tokens are a person's own, so templates put a mark in their place, which the finished page
replaces.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from time import time
from typing import Any, Generic, TypeVar

from flask import Flask, current_app, has_request_context, session
from flask_wtf.csrf import generate_csrf
from jinja2 import Template, Undefined
from markupsafe import Markup

TOKEN_HERE = Markup(f"token-{secrets.token_hex(16)}")  # noqa: S704 -- letters and figures
"""Stands where a form's token belongs. Nobody can guess it: it would draw a reader's token."""

MOST_LETTERS = 20_000_000
"""How much of parts a process keeps; most are of a few thousand letters."""

MOST_TOKENS = 5000

Args = Callable[[], tuple[Any, ...]]

T = TypeVar("T")


class Kept(Generic[T]):
    """What was made for a key, and the longest unused of it forgotten."""

    def __init__(self, most: int, weigh: Callable[[T], int] = lambda _one: 1) -> None:
        self._most = most
        self._weigh = weigh
        self._weight = 0
        self._held: OrderedDict[Hashable, T] = OrderedDict()
        self._turn = Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is kept for this key, or made now; what cannot be made leaves nothing behind."""
        with self._turn:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        made = make()
        with self._turn:
            if key not in self._held:  # another thread may have made it meanwhile
                self._held[key] = made
                self._weight += self._weigh(made)
            while self._weight > self._most:
                self._weight -= self._weigh(self._held.popitem(last=False)[1])
        return made

    def clear(self) -> None:
        """Forget everything."""
        with self._turn:
            self._held.clear()
            self._weight = 0


class PortalTemplate(Template):
    """A template whose finished page has the form tokens of whoever reads it."""

    def render(self, *args: Any, **context: Any) -> str:
        page = super().render(*args, **context)
        if TOKEN_HERE in page and has_request_context():
            return page.replace(TOKEN_HERE, _form_token())
        return page


def register(app: Flask) -> None:
    """Keep parts for this app; call it after the doors have put in their token."""
    app.extensions["pdportal.parts"] = Kept[Markup](MOST_LETTERS, len)
    app.extensions["pdportal.form_tokens"] = Kept[str](MOST_TOKENS)
    app.jinja_env.globals.update(csrf_token=_token_here, part=part)
    app.context_processor(lambda: {"csrf_token": _token_here})


def _token_here() -> Markup:
    return TOKEN_HERE


def _form_token() -> str:
    """The token of this session's forms, signed anew once in a quarter of an hour."""
    if "csrf_token" not in session:
        return str(generate_csrf())
    kept: Kept[str] = current_app.extensions["pdportal.form_tokens"]
    return kept.get((session["csrf_token"], int(time() // 900)), generate_csrf)


def part(
    template: str, macro: str, *given: Any, key: Hashable = None, args: Args | None = None
) -> Markup:
    """What a macro makes of its arguments: kept under `key`, or with no key made anew.

    `args` gives the arguments only where they are needed.
    """
    environment: Any = current_app.jinja_env

    def make() -> Markup:
        made: Markup = getattr(environment.get_template(template).module, macro)(
            *(args() if args else given)
        )
        return made

    if key is None or isinstance(key, Undefined):
        return make()
    parts: Kept[Markup] = current_app.extensions["pdportal.parts"]
    return parts.get((environment.language, template, macro, key), make)
