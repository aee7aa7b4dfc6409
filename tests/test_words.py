"""Every word that people see is marked for translation, and every address named is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from pdportal.inbox import kinds
from pdportal.web.words import gettext

TEMPLATES = Path(__file__).resolve().parent.parent / "pdportal" / "templates"
PAGES = sorted(file for file in TEMPLATES.rglob("*") if file.suffix in {".html", ".txt"})
COMMENT = re.compile(r"{#.*?#}", re.DOTALL)
CODE = re.compile(r"{{.*?}}|{%.*?%}", re.DOTALL)
TAG = re.compile(r"<(script|style|svg)\b.*?</\1>|<!?[/a-zA-Z][^>]*>", re.DOTALL)
ATTRIBUTE = re.compile(r'\b(?:alt|title|aria-label|placeholder)="([^"{]*[A-Za-z]{2}[^"{]*)"')
WORD = re.compile(r"[A-Za-z]{2,}")
DATA = re.compile(r'\bdata-[\w-]+="[^"]*"')
SAME_IN_EVERY_LANGUAGE = {"pdportal", "nbsp", "middot", "amp", "lt", "gt", "quot", "TAG"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_every_word_of_a_template_is_marked(page: Path):
    source = CODE.sub(" ", COMMENT.sub(" ", page.read_text(encoding="utf-8"))).replace("->", "")
    source = DATA.sub(" ", source)  # also where a macro gives a tag its attributes
    bare = set(WORD.findall(TAG.sub(" ", source))) - SAME_IN_EVERY_LANGUAGE
    labels = ATTRIBUTE.findall(source)
    assert not bare, f"not marked for translation: {sorted(bare)}"
    assert not labels, f"labels not marked for translation: {labels}"


def test_every_template_compiles(app: Flask):
    for page in PAGES:
        app.jinja_env.get_template(str(page.relative_to(TEMPLATES)))


def test_every_address_that_a_template_names_exists(app: Flask):
    named = {
        (page, endpoint)
        for page in PAGES
        for endpoint in re.findall(r"url_for\(\s*[\"']([\w.]+)[\"']", page.read_text("utf-8"))
    }
    assert named
    for page, endpoint in named:
        if endpoint.startswith("."):
            blueprint = page.relative_to(TEMPLATES).parts[0]
            known = {name.split(".")[-1] for name in app.view_functions}
            assert endpoint[1:] in known, f"{page} ({blueprint}) names {endpoint}"
        else:
            assert endpoint in app.view_functions, f"{page} names {endpoint}"


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("“I would fight for …”", "‘I would fight for …’"),
        ('The "why" slip, once', "The ‘why’ slip, once"),
        ("Ada’s plan", "Ada’s plan"),
        ('A 9" board', 'A 9" board'),
    ],
)
def test_quotation_marks_within_quotation_marks_are_single(app: Flask, title: str, shown: str):
    assert gettext("“%(title)s” by %(name)s.", title=title, name="“Ben”") == f"“{shown}” by “Ben”."
    said = kinds.sentence("clip_shared", {"owner": "Ada", "title": title})
    assert f"the clip “{shown}” with you" in said
