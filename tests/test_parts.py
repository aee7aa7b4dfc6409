"""What is rendered once for many people holds nothing of any one of them."""

from __future__ import annotations

import re
from sys import getsizeof

import pytest
from flask import Flask, session
from markupsafe import Markup

from pdportal.web.parts import TOKEN_HERE, PartCache, part
from pdportal.web.words import speaking

ROOM = 2 * getsizeof(Markup("three"))
"""For two short words."""


def test_what_was_not_used_for_longest_is_dropped():
    parts = PartCache(ROOM)
    for words in ("four", "three", "four"):
        parts.get_or_render(words, lambda words=words: Markup.escape(words))
    parts.get_or_render("two", lambda: Markup("two"))
    assert set(parts) == {"four", "two"}


def test_a_part_that_is_too_large_is_not_cached():
    parts = PartCache(ROOM)
    assert parts.get_or_render("long", lambda: Markup.escape("much" * 99)) == "much" * 99
    assert not parts


def test_what_cannot_be_rendered_leaves_nothing_behind():
    parts = PartCache(ROOM)
    with pytest.raises(ZeroDivisionError):
        parts.get_or_render("a", lambda: Markup.escape(1 // 0))
    assert parts.get_or_render("a", lambda: Markup("a")) == "a"


def test_a_key_that_a_template_does_not_know_caches_nothing(app: Flask):
    with app.test_request_context("/"):
        template = app.jinja_env.from_string(
            """{{ part("shared/_forms.html", "box_note", "box", words, key=("k",) if cached) }}"""
        )
        assert "One" in template.render(words="One")
        assert "Two" in template.render(words="Two")
        assert "One" in template.render(words="One", cached=True)
        assert "One" in template.render(words="Two", cached=True)


def test_a_part_cached_for_all_has_the_token_of_whoever_reads_it(app: Flask):
    tokens = set()
    for _reader in range(2):
        with app.test_request_context("/"):
            form = part("shared/_forms.html", "csrf_field", key="token")
            assert TOKEN_HERE in form
            page = app.jinja_env.from_string("{{ form }}").render(form=form)
            assert TOKEN_HERE not in page
            tokens.add(re.findall(r'value="([^"]+)"', page)[0])
            assert session["csrf_token"]
    assert len(tokens) == 2


def test_a_part_is_cached_for_each_language(app: Flask):
    with app.test_request_context("/"):
        parts = []
        for language in ("en", "ar", "en"):
            with speaking(language):
                parts.append(part("shared/_forms.html", "box_note", "box", language, key="box"))
    assert parts[0] == parts[2] != parts[1]
