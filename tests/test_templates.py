"""Templates: what they call is there."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask
from jinja2 import nodes
from jinja2.runtime import Macro

import pdportal
from pdportal.web.pages import Flush

CODE = "\n".join(path.read_text() for path in Path(pdportal.__file__).parent.rglob("*.py"))


def test_a_macro_that_is_called_is_imported(app: Flask):
    """Or made there, or passed by a view: a part that few see would fail for them alone."""
    env = app.jinja_env
    known = {*env.globals, "caller", "super"}
    with app.test_request_context():
        given: dict[str, object] = {}
        app.update_template_context(given)
    missing = []
    for name in env.list_templates(extensions=["html"]):
        assert env.loader
        tree = env.parse(env.loader.get_source(env, name)[0])
        here = {each.name for each in tree.find_all(nodes.Macro)}
        here |= {each.name for each in tree.find_all(nodes.Name) if each.ctx != "load"}
        for line in tree.find_all(nodes.FromImport):
            here |= {each if isinstance(each, str) else each[1] for each in line.names}
        called = {
            call.node.name
            for call in tree.find_all(nodes.Call)
            if isinstance(call.node, nodes.Name)
        }
        for macro in called - here - known - set(given):
            if not re.search(rf"\b{macro}(=|\": )", CODE):
                missing.append(f"{name}: {macro}")
    assert missing == []


def test_no_page_is_given_a_value_with_the_name_of_a_shared_macro(app: Flask):
    """The value would hide the macro, and where a page is not given it the macro would be it."""
    env = app.jinja_env
    shared = {name for name, each in env.globals.items() if isinstance(each, Macro)}
    assert {"page_head", "field", "when", "confirm"} <= shared
    taken = []
    for name in env.list_templates(extensions=["html", "txt"]):
        assert env.loader
        tree = env.parse(env.loader.get_source(env, name)[0])
        names = list(tree.find_all(nodes.Name))
        here = {each.name for each in names if each.ctx != "load"}
        called = {id(call.node) for call in tree.find_all(nodes.Call)}
        read = {each.name for each in names if each.ctx == "load" and id(each) not in called}
        taken += [f"{name}: {each}" for each in (read & shared) - here]
        own = {each.name for each in tree.find_all(nodes.Macro)}
        taken += [f"{name}: {each}" for each in own & shared if not name.startswith("shared/")]
    calls = re.findall(r"render_(?:template|form|page)\((?:[^()]|\([^()]*\))*\)", CODE)
    given = {each for call in calls for each in re.findall(r"\b(\w+)=", call)}
    assert taken == []
    assert given & shared == set()


def test_a_page_has_no_indentation_of_its_template_and_loses_no_space(app: Flask):
    page = app.test_client().get("/sign-in").text
    assert re.findall(r"^[ \t]{4,}\S.*", page, re.MULTILINE) == []
    env = app.jinja_env
    flush = env.extensions[Flush.identifier]

    def words(source: str) -> list[str]:
        texts = [text for _line, kind, text in env.lex(source) if kind == "data"]
        return [re.sub(r"\s+", " ", text) for text in texts]

    for name in env.list_templates(extensions=["html"]):
        assert env.loader
        source = env.loader.get_source(env, name)[0]
        assert words(flush.preprocess(source, name)) == words(source), name


def test_no_template_says_anything_where_blanks_count(app: Flask):
    """What stands in a value keeps its blanks; what the template says there would lose them."""
    env, said = app.jinja_env, []
    for name in env.list_templates(extensions=["html"]):
        assert env.loader
        source = env.loader.get_source(env, name)[0]
        for box in re.findall(r"<(?:pre|textarea)\b.*?</(?:pre|textarea)>", source, re.DOTALL):
            words = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", box, flags=re.DOTALL)
            if words.rpartition("</")[0].rpartition(">")[2].strip():
                said.append(f"{name}: {box}")
    assert said == []
