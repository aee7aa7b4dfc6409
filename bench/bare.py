"""The least that a page of the same size can cost: Flask, six SELECTs of rows, one template.

And the least that a committed write can: one INSERT and one UPDATE. Same server, same database,
the same pragmas and the same queue of writers; no sign-in, no forms, no rights, no words.
"""

from __future__ import annotations

import os
import random
import sys

from flask import Flask, render_template
from flask.typing import ResponseReturnValue
from jinja2 import DictLoader
from markupsafe import Markup
from sqlalchemy import Engine, create_engine, text

from pdportal.db import sqlite, writing
from pdportal.db.transactions import write_intent

TABLES = (
    "CREATE TABLE bench_page (name VARCHAR(20) PRIMARY KEY, title VARCHAR(200), html TEXT)",
    "CREATE TABLE bench_note (id {key}, review_id INTEGER, said TEXT)",
    "CREATE TABLE bench_work (id INTEGER PRIMARY KEY, title VARCHAR(200))",
)
"""What the bare pages need beside the portal's tables; nothing else reads them."""

WORKS = 1000

SELECTS = {
    "page": "SELECT title, html FROM bench_page WHERE name = :name",
    "person": "SELECT id, name, school_id FROM person WHERE id = :person",
    "module": "SELECT id, slug, current_id FROM module WHERE id = :module",
    "pages": "SELECT id, slug, title, minutes FROM page WHERE edition_id = :edition"
    " ORDER BY number",
    "ways": "SELECT module_id, begun_at, last_at FROM enrollment WHERE person_id = :person",
    "owed": "SELECT id, round_id, asked_at FROM review WHERE reviewer_id = :person"
    " AND given_at IS NULL AND released_at IS NULL ORDER BY id LIMIT 5",
}

PAGE = """\
<!DOCTYPE html>
<html lang="en"><head><title>{{ title }}</title></head>
<body><p>{{ person.name }}</p>
<nav><ul>{% for page in pages %}
<li><a href="/{{ module.slug }}/{{ page.slug }}">{{ page.title }}</a>
 {{ page.minutes }} minutes</li>
{% endfor %}</ul></nav>
<h1>{{ title }}</h1>
<main>{{ html }}</main>
<ul>{% for way in ways %}<li>{{ way.module_id }}</li>{% endfor %}</ul>
<ul>{% for review in owed %}<li>{{ review.id }}</li>{% endfor %}</ul>
</body></html>
"""


def create_app() -> Flask:
    """Two pages, of which one writes."""
    app = Flask(__name__, static_folder=None)
    app.jinja_env.loader = DictLoader({"page.html": PAGE})
    engine = bare_engine(os.environ["BENCH_DATABASE"])
    people = int(os.environ["BENCH_PEOPLE"])
    selects = {name: text(words) for name, words in SELECTS.items()}
    put = text("INSERT INTO bench_note (review_id, said) VALUES (:review, :said)")
    change = text("UPDATE bench_work SET title = :title WHERE id = :work")

    @app.get("/healthz")
    def healthz() -> ResponseReturnValue:
        return "alive"

    @app.get("/page/<name>")
    def page(name: str) -> ResponseReturnValue:
        person = random.randint(1, people)  # noqa: S311  # no secret -- nothing secret
        with engine.connect() as said:
            row = said.execute(selects["page"], {"name": name}).one()
            who = said.execute(selects["person"], {"person": person}).one()
            module = said.execute(selects["module"], {"module": 1}).one()
            return render_template(
                "page.html",
                title=row.title,
                html=Markup(row.html),  # noqa: S704 -- made by ourselves
                person=who,
                module=module,
                pages=said.execute(selects["pages"], {"edition": module.current_id}).all(),
                ways=said.execute(selects["ways"], {"person": person}).all(),
                owed=said.execute(selects["owed"], {"person": person}).all(),
            )

    @app.post("/write")
    def write() -> ResponseReturnValue:
        with writing(), engine.begin() as said:
            work = random.randint(1, WORKS)  # noqa: S311  # no secret
            said.execute(put, {"review": work, "said": "Evidence that one can point at. " * 8})
            said.execute(change, {"work": work, "title": "Reviewed"})
        return "", 302, {"Location": "/page"}

    return app


def bare_engine(url: str) -> Engine:
    """The database as the portal opens it."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        sqlite.tune(engine, write_intent.get)
    return engine


if __name__ == "__main__":
    from pdportal.operations.serving import serve

    serve(create_app(), "127.0.0.1", int(sys.argv[1]))
