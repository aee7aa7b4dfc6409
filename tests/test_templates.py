"""Templates: what they call is there."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask
from jinja2 import nodes

import pdportal

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
