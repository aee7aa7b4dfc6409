"""The words of pages in the language of whoever reads them.

flask-babel looks up the language and its catalogue by name for each word, which takes a fifth of a
first screen; here they are looked up once a request. Everything else is flask-babel's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NamedTuple
from unicodedata import bidirectional

from babel import Locale
from babel.support import NullTranslations
from flask import Flask, current_app, g
from flask_babel import force_locale, get_locale, get_translations
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

_FROM_THE_RIGHT = frozenset(["R", "AL"])
_DOUBLE = re.compile('["“”]')
_STRAIGHT = re.compile('"([^"]*)"')
_SINGLE = str.maketrans("“”", "‘’")


def register(app: Flask) -> None:
    """Give templates these words; call it after flask-babel has put in its own."""
    app.jinja_env.globals.update(
        {"_": _gettext, "gettext": _gettext, "ngettext": _ngettext, "pgettext": _pgettext}
    )
    app.jinja_env.filters["within_quotes"] = within_quotes


def gettext(string: str, **variables: Any) -> str:
    """The words in the reader's language, with the variables filled in."""
    return _filled(False, _catalogue().ugettext(string), variables)


def ngettext(singular: str, plural: str, num: int, **variables: Any) -> str:
    """The same, by number; `%(num)s` is the number."""
    return _filled(False, _catalogue().ungettext(singular, plural, num), {"num": num, **variables})


@pass_eval_context
def _gettext(page: EvalContext, string: str, /, **variables: Any) -> str:
    return _filled(page.autoescape, _catalogue().ugettext(string), variables)


@pass_eval_context
def _ngettext(
    page: EvalContext, singular: str, plural: str, number: int, /, **variables: Any
) -> str:
    variables.setdefault("num", number)
    return _filled(page.autoescape, _catalogue().ungettext(singular, plural, number), variables)


@pass_eval_context
def _pgettext(page: EvalContext, about: str, string: str, /, **variables: Any) -> str:
    return _filled(page.autoescape, _catalogue().upgettext(about, string), variables)


def _filled(escapes: bool, words: str, variables: dict[str, Any]) -> str:
    """The words with their variables, which are escaped on a page and not in a mail."""
    if escapes:
        words = Markup(words)  # noqa: S704  # ours, or a translator's
    if "%" not in words:
        return words
    if "“%(" in words:
        variables = {
            name: within_quotes(value) if f"“%({name})s" in words else value
            for name, value in variables.items()
        }
    return words % {name: _isolated(value) for name, value in variables.items()}


def within_quotes(value: Any) -> Any:
    """A title that has quotation marks has single ones where it stands in double ones.

    Source: The Chicago Manual of Style, 13.30 (quotations within quotations).
    """
    if not isinstance(value, str) or isinstance(value, Markup) or not _DOUBLE.search(value):
        return value
    return _STRAIGHT.sub(r"‘\1’", value).translate(_SINGLE)


def _isolated(value: Any) -> Any:
    """A name that is written from the right stays by itself in a sentence that is not."""
    if not isinstance(value, str) or value.isascii():
        return value
    if all(bidirectional(letter) not in _FROM_THE_RIGHT for letter in value):
        return value
    return f"\u2068{value}\u2069" if not isinstance(value, Markup) else value


def _catalogue() -> NullTranslations:
    return language().catalogue


class Language(NamedTuple):
    """What this page is written in."""

    code: str
    """As babel writes it: "en", "pt_BR"; nothing where nobody asks for a page."""
    catalogue: NullTranslations


_NONE = Language("", NullTranslations())


def language() -> Language:
    """The language of whoever reads, or of the block that is `speaking`."""
    try:
        known: Language | None = g.get("language")
    except RuntimeError:  # no application: a test, a form that is only made
        return _NONE
    if known is None:
        locale = get_locale()
        known = g.language = _language_of(locale) if locale else _NONE
    return known


@contextmanager
def speaking(code: str | None) -> Iterator[None]:
    """Write in somebody's language within the block; in the portal's where they chose none."""
    before = g.pop("language", None)
    try:
        with force_locale(code or current_app.config["BABEL_DEFAULT_LOCALE"]):
            yield
    finally:
        g.language = before


@lru_cache(maxsize=100)
def _language_of(locale: Locale) -> Language:
    with force_locale(str(locale)):
        return Language(str(locale), get_translations())
