"""What is rendered once for many people holds nothing of any one of them."""

from __future__ import annotations

import re

import pytest
from flask import Flask, session

from pdportal.web.kept import TOKEN_HERE, Kept, part


def test_what_was_not_used_for_longest_is_forgotten():
    kept = Kept[str](2)
    for key in ("a", "b", "a", "c"):
        kept.get(key, lambda key=key: f"made {key}")
    assert kept.get("a", lambda: "again") == "made a"
    assert kept.get("b", lambda: "again") == "again"


def test_what_is_kept_may_not_weigh_too_much():
    kept = Kept[str](10, len)
    for word in ("four", "three", "a"):
        kept.get(word, lambda word=word: word)
    assert kept.get("four", lambda: "again") == "four"
    kept.get("eleven", lambda: "eleven")
    assert kept.get("three", lambda: "again") == "again"
    assert kept.get("much too long", lambda: "much too long") == "much too long"
    assert kept.get("much too long", lambda: "again") == "again"


def test_a_key_that_a_template_does_not_know_keeps_nothing(app: Flask):
    with app.test_request_context("/"):
        template = app.jinja_env.from_string(
            """{{ part("shared/_forms.html", "note", "box", words, key=("k",) if kept) }}"""
        )
        assert "One" in template.render(words="One")
        assert "Two" in template.render(words="Two")
        assert "One" in template.render(words="One", kept=True)
        assert "One" in template.render(words="Two", kept=True)


def test_what_cannot_be_made_leaves_nothing_behind():
    kept = Kept[int](2)
    with pytest.raises(ZeroDivisionError):
        kept.get("a", lambda: 1 // 0)
    assert kept.get("a", lambda: 1) == 1


def test_a_part_kept_for_all_has_the_token_of_whoever_reads_it(app: Flask):
    tokens = set()
    for _reader in range(2):
        with app.test_request_context("/"):
            form = part("shared/_forms.html", "token", key="token")
            assert TOKEN_HERE in form
            page = app.jinja_env.from_string("{{ form }}").render(form=form)
            assert TOKEN_HERE not in page
            tokens.add(re.findall(r'value="([^"]+)"', page)[0])
            assert session["csrf_token"]
    assert len(tokens) == 2


def test_a_part_is_kept_for_each_language(app: Flask, monkeypatch: pytest.MonkeyPatch):
    spoken = ["en"]
    monkeypatch.setattr("pdportal.web.words._spoken", lambda: spoken[0])
    with app.test_request_context("/"):
        said = []
        for language in ("en", "ar", "en"):
            spoken[0] = language
            said.append(part("shared/_forms.html", "note", "box", language, key="box"))
    assert said[0] == said[2] != said[1]
