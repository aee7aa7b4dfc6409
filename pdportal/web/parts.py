"""Parts of pages that look the same again and again: rendered once a language, and cached.

What a part shows has to follow from its key alone. Words from behind the wall may be cached under
themselves only: the key holds all of them, so that nobody can ask for what they do not have.
Form tokens are a person's own, so templates put a mark in their place, which the finished page
replaces.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable, MutableMapping
from functools import lru_cache
from sys import getsizeof
from threading import Lock
from time import time
from typing import Any

from cachetools import LRUCache
from flask import Flask, current_app, has_request_context, session
from flask.templating import Environment
from flask_wtf.csrf import generate_csrf
from jinja2 import Template, Undefined
from markupsafe import Markup

from pdportal.web.assets import with_scripts
from pdportal.web.words import language

TOKEN_HERE = Markup(f"token-{secrets.token_hex(16)}")  # noqa: S704  # letters and digits
"""Stands where a form's token belongs. Nobody can guess it: it would draw a reader's token."""

MAX_BYTES = 12 * 1024**2
"""How much of parts a process caches; most parts have a few thousand bytes."""

TOKEN_SECONDS = 900
"""How long a session's forms get the same signed token; it is valid for longer."""

Args = Callable[[], tuple[Any, ...]]


class PortalTemplate(Template):
    """A template whose finished page has its scripts, and the form tokens of whoever reads it."""

    def render(self, *args: Any, **context: Any) -> str:
        page = with_scripts(super().render(*args, **context))
        if TOKEN_HERE in page and has_request_context():
            return page.replace(TOKEN_HERE, _form_token())
        return page


class PortalEnvironment(Environment):
    """Jinja with such templates, each found once: a page asks for a dozen, again and again."""

    template_class = PortalTemplate

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._found: dict[str, Template] = {}

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """One plain dict of all templates: each import compares its keys, a chain is slow there."""
        return {**self.globals, **d} if d else self.globals

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,
    ) -> Template:
        if globals or self.auto_reload or not isinstance(name, str):
            return super().get_template(name, parent, globals)
        if name not in self._found:
            self._found[name] = super().get_template(name, parent)
        return self._found[name]


class PartCache(LRUCache[Hashable, Markup]):
    """Rendered parts, of which the longest unused are dropped; shared by threads."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(max_bytes, getsizeof=getsizeof)
        self._lock = Lock()

    def get_or_render(self, key: Hashable, render: Callable[[], Markup]) -> Markup:
        """The part cached under this key; else `render()`, cached unless it raises."""
        with self._lock:
            try:
                return self[key]
            except KeyError:
                pass
        part = render()
        if getsizeof(part) <= self.maxsize:
            with self._lock:
                self[key] = part
        return part


def register(app: Flask) -> None:
    """Cache parts for this app; call it after the doors have put in their token."""
    app.extensions["pdportal.parts"] = PartCache(MAX_BYTES)
    app.jinja_env.globals.update(csrf_token=_token_here, part=part)
    app.context_processor(lambda: {"csrf_token": _token_here})


def _token_here() -> Markup:
    return TOKEN_HERE


def _form_token() -> str:
    """The signed token of this session's forms."""
    if "csrf_token" not in session:
        return str(generate_csrf())
    return _signed(current_app.secret_key, session["csrf_token"], int(time() // TOKEN_SECONDS))


@lru_cache(maxsize=5000)
def _signed(_secret: str | bytes | None, _token: str, _period: int) -> str:
    """Sign the session's token: a tenth of a module page, so not for each page."""
    return str(generate_csrf())


def part(
    template: str, macro: str, *given: Any, key: Hashable = None, args: Args | None = None
) -> Markup:
    """What a macro makes of its arguments: cached under `key`, or with no key rendered anew.

    `args` gives the arguments only where they are needed.
    """

    def render() -> Markup:
        module: Any = current_app.jinja_env.get_template(template).module
        html: Markup = getattr(module, macro)(*(args() if args else given))
        return html

    if key is None or isinstance(key, Undefined):
        return render()
    parts: PartCache = current_app.extensions["pdportal.parts"]
    return parts.get_or_render((language().code, template, macro, key), render)
