"""The built front end, as browsers ask for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from pdportal.web import assets


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A build of one style sheet, and of scripts that some pages need."""
    monkeypatch.setattr(assets, "DIST", tmp_path)
    needed = '{"player": ["both.js", "film.js"], "moments": ["both.js", "film.js"], "clock": []}'
    (tmp_path / "controllers.json").write_text(needed)
    (tmp_path / "manifest.json").write_text('{"main.css": "main.AAAAAAAA.css"}')
    (tmp_path / "main.AAAAAAAA.css").write_text("p { color: navy }")
    return tmp_path


def test_a_file_that_a_new_build_took_away_is_not_found(built: Path):
    app = Flask("small")
    assets.register(app)
    page = app.test_client()
    address = app.jinja_env.globals["asset"]("main.css")
    with page.get(address) as there:
        assert there.text == "p { color: navy }"
        assert "immutable" in there.headers["Cache-Control"]

    (built / "main.AAAAAAAA.css").unlink()
    gone = page.get(address)
    assert gone.status_code == 404
    assert "immutable" not in gone.headers.get("Cache-Control", "")
    assert gone.text


def test_a_stranger_learns_that_there_is_no_such_file(app: Flask):
    answer = app.test_client().get("/static/dist/main.AAAAAAAA.css")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text


def test_a_page_names_the_scripts_that_its_parts_need_once(built: Path):
    app = Flask("small")
    assets.register(app)
    head = f"<html><head>{assets.SCRIPTS_HERE}</head><body>"
    rich = '<p data-controller="moments again"></p><p data-controller="player"></p>'
    with app.app_context():
        plain, part, page = map(assets.with_scripts, (head, rich, head + rich))

    assert plain == "<html><head></head><body>"
    assert part == rich
    tags = "".join(
        f'<script type="module" src="/static/dist/{name}.js"></script>' for name in ("both", "film")
    )
    assert page == f"<html><head>{tags}</head><body>{rich}"


def test_what_every_page_loads_is_light(app: Flask):
    for name in ("main.css", "favicon.svg", "inter-latin.woff2"):
        assert app.jinja_env.globals["asset"](name) != f"/static/dist/{name}"
    address = app.jinja_env.globals["asset"]("main.js")
    with app.test_client().get(address, headers={"Accept-Encoding": "gzip"}) as packed:
        assert packed.headers["Content-Encoding"] == "gzip"
        assert 10_000 < len(packed.data) < 20_000
