"""The words of templates: said once a language, not once a page.

A page has a hundred words. flask-babel finds locale and catalogue anew for each, and Jinja calls
three functions; so words without variables are put in where a template is compiled, and each
language has its own compiled templates.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import Any

from flask import Flask, g, has_app_context
from flask.templating import Environment
from flask_babel import get_locale, get_translations
from jinja2 import Template, nodes, pass_eval_context
from jinja2.environment import create_cache
from jinja2.nodes import EvalContext
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from pdportal.web.kept import PortalTemplate

Words = Any
"""What holds the words of one language: babel's translations, typed by nobody."""


class PortalEnvironment(Environment):
    """Jinja with templates compiled for the language that is spoken as they are first used."""

    template_class = PortalTemplate

    _caches: dict[str, MutableMapping[Any, Any] | None]

    @property
    def language(self) -> str:
        """The language spoken now."""
        return _spoken()

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,
    ) -> Template:
        """A template in the language spoken now; one page asks for a dozen."""
        if globals or self.auto_reload or not isinstance(name, str):
            return super().get_template(name, parent, globals)
        known = (_spoken(), name)
        if known not in self._found:
            self._found[known] = super().get_template(name, parent)
        return self._found[known]

    @property
    def cache(self) -> MutableMapping[Any, Any] | None:
        """The compiled templates of the language spoken now."""
        spoken = _spoken()
        if spoken not in self._caches:
            self._caches[spoken] = create_cache(self._size)
        return self._caches[spoken]

    @cache.setter
    def cache(self, empty: MutableMapping[Any, Any] | None) -> None:
        self._size = getattr(empty, "capacity", -1 if empty is not None else 0)
        self._caches = {}
        self._found: dict[tuple[str, str], Template] = {}

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals themselves: Jinja's layered ones are copied name by name on every page."""
        return super().make_globals(d) if d else self.globals

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if not has_app_context():
            return tree
        escapes = self.autoescape(name) if callable(self.autoescape) else self.autoescape
        say: Callable[[str], str] = get_translations().ugettext
        translated: nodes.Template = _Translator(say, escapes).visit(tree)
        return translated


class _Translator(NodeTransformer):
    """Puts the words themselves where a template asks for words that never change."""

    def __init__(self, say: Callable[[str], str], escapes: bool) -> None:
        self.say = say
        self.escapes = escapes

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 -- Jinja's name
        self.generic_visit(node)
        match node:
            case nodes.Call(
                node=nodes.Name(name="_" | "gettext"),
                args=[nodes.Const(value=str(string))],
                kwargs=[],
                dyn_args=None,
                dyn_kwargs=None,
            ):
                said = _filled(self.escapes, self.say(string), {})
                return nodes.Const(said, lineno=node.lineno)
        return node


def register(app: Flask) -> None:
    """Give templates our `_` and its kin; call it after flask-babel has put in its own."""
    app.jinja_env.globals.update(
        {"_": _gettext, "gettext": _gettext, "ngettext": _ngettext, "pgettext": _pgettext}
    )


def gettext(string: str, **variables: Any) -> str:
    """flask-babel's `gettext` by a shorter way, for pages that are asked for most."""
    return _filled(False, _words().ugettext(string), variables)


def ngettext(singular: str, plural: str, num: int, **variables: Any) -> str:
    """flask-babel's `ngettext` likewise."""
    return _filled(False, _words().ungettext(singular, plural, num), {"num": num, **variables})


@pass_eval_context
def _gettext(page: EvalContext, string: str, /, **variables: Any) -> str:
    return _filled(page.autoescape, _words().ugettext(string), variables)


@pass_eval_context
def _ngettext(
    page: EvalContext, singular: str, plural: str, number: int, /, **variables: Any
) -> str:
    variables.setdefault("num", number)
    return _filled(page.autoescape, _words().ungettext(singular, plural, number), variables)


@pass_eval_context
def _pgettext(page: EvalContext, about: str, string: str, /, **variables: Any) -> str:
    return _filled(page.autoescape, _words().upgettext(about, string), variables)


def _filled(escapes: bool, said: str, variables: dict[str, Any]) -> str:
    """The words with what belongs in them, which is escaped on a page and not in a letter."""
    if escapes:
        said = Markup(said)  # noqa: S704 -- ours, or a translator's
    return said % variables if "%" in said else said


def _spoken() -> str:
    """The language spoken now; "" where nobody is spoken to."""
    if not has_app_context():
        return ""
    here = vars(g._get_current_object())
    kept: tuple[Any, str] | None = here.get("spoken")
    if kept is None or kept[0] is not _set_locale(here):
        spoken = get_locale()
        here["spoken"] = kept = (spoken, str(spoken))
    return kept[1]


def _words() -> Words:
    """The catalogue of the language spoken right now, which may change within a request."""
    if not has_app_context():
        return get_translations()
    here = vars(g._get_current_object())
    kept: tuple[Any, Words] | None = here.get("words")
    if kept is None or kept[0] is None or kept[0] is not _set_locale(here):
        found = get_translations()
        here["words"] = kept = (_set_locale(here), found)
    return kept[1]


def _set_locale(here: dict[str, Any]) -> Any:
    """What flask-babel keeps as the locale of this request, once it has looked."""
    return getattr(here.get("_flask_babel"), "babel_locale", None)
