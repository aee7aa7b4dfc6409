"""The built front end, as browsers ask for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from pdportal.web import assets


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A build of one style sheet, which is all there is."""
    monkeypatch.setattr(assets, "DIST", tmp_path)
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
