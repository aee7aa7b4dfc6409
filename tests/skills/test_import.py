"""Whoever leads the district brings a framework in, twice, with a look before it is stored."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from pdportal.db import db
from pdportal.operations import cli
from pdportal.skills.commands import skills
from pdportal.skills.frameworks.models import Framework, Skill
from tests.conftest import Visit
from tests.people import World
from tests.skills.test_case import child, item, package


def choose(client, data: bytes):
    file = (io.BytesIO(data), "standards.json")
    return client.post("/skills/import", data={"file": file}, content_type="multipart/form-data")


def test_a_framework_is_imported_twice(world: World, visit: Visit):
    lee = visit(world.lee)
    data = package(item("a", "Plan"), item("b", "Ask"), links=[child("a", "doc"), child("b", "a")])
    preview = choose(lee, data).location
    shown = lee.get(preview).text
    assert "2 new items" in shown
    assert db.session.query(Framework).count() == 0
    lee.post(preview)
    (framework,) = db.session.query(Framework)
    assert framework.district_id == world.district.id
    page = f"/skills/frameworks/{framework.id}"
    assert "Ask" in visit(world.ada).get(page).text
    assert visit(world.olu).get(page).status_code == 404
    lee = visit(world.lee)
    changed = package(item("a", "Plan well"), item("c", "New"), links=[child("c", "a")])
    preview = choose(lee, changed).location
    shown = lee.get(preview).text
    assert "<del>Plan</del> <ins>Plan well</ins>" in shown
    assert "1 no longer in it" in shown
    for _twice in range(2):
        lee.post(preview)
    shown = lee.get(preview).text
    assert "already stored" in shown
    assert "Store it" not in shown, "there is nothing to store"
    names = {skill.name: bool(skill.gone_at) for skill in db.session.query(Skill)}
    assert names == {"Plan well": False, "Ask": True, "New": False}


def test_a_framework_with_another_title_is_not_stored_already(world: World, visit: Visit):
    lee = visit(world.lee)
    lee.post(choose(lee, package(item("a"))).location)
    renamed = package(item("a")).replace(b'"Standards"', b'"Standards of 2027"')
    preview = choose(lee, renamed).location
    shown = lee.get(preview).text
    assert "already stored" not in shown
    assert "1 as before" in shown
    lee.post(preview)
    assert db.session.query(Framework.title).scalar() == "Standards of 2027"


def test_a_bad_file_is_told_line_by_line_and_stores_nothing(world: World, visit: Visit):
    lee = visit(world.lee)
    assert choose(lee, b"").location
    for data, said in ((b"{", "Line 1"), (package(item("a"), item("a")), "used twice")):
        preview = choose(lee, data).location
        assert said in lee.get(preview).text
        assert lee.post(preview).status_code == 422
    assert lee.post("/skills/import").status_code == 422
    assert db.session.query(Framework).count() == 0


def test_only_whoever_leads_the_district_imports(world: World, visit: Visit):
    world.let_schools_be_led()
    db.session.commit()
    preview = choose(visit(world.lee), package(item("a"))).location
    for who in (world.ada, world.cora, world.hal, world.abe):
        assert visit(who).get("/skills/import").status_code == 403
        assert choose(visit(who), b"{}").status_code == 403
        assert visit(who).post(preview).status_code == 403
    assert visit(world.max).get(preview).status_code == 404  # another person's file
    assert visit(world.lee).get(preview + "x").status_code == 404


def test_a_large_tree_is_shown_a_level_at_a_time(world: World, visit: Visit, statements):
    lee = visit(world.lee)
    items = [item(f"i{n:03}") for n in range(200)]
    links = [child(f"i{n:03}", f"i{(n - 1) // 14:03}" if n else "doc", n) for n in range(200)]
    lee.post(choose(lee, package(*items, links=links)).location)
    (framework,) = db.session.query(Framework)
    by = {skill.identifier: skill.id for skill in db.session.query(Skill)}
    ada = visit(world.ada)
    top = ada.get(f"/skills/frameworks/{framework.id}").text
    assert "Do i000" in top
    assert "Do i001" not in top
    with statements() as asked:
        below = ada.get(f"/skills/{by['i001']}/below").text
    assert "Do i015" in below
    assert "Do i016" in below
    assert len(asked) <= 8
    assert ada.get(f"/skills/{by['i199']}/below").location == f"/skills/{by['i199']}"


@pytest.mark.parametrize("district", [None, "Riverbend", "Nowhere"])
def test_the_command_line_imports_for_everybody_or_a_district(
    app: Flask, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, district: str | None
):
    monkeypatch.setattr(cli, "portal_app", lambda: app)
    path = tmp_path / "case.json"
    path.write_bytes(package(item("a")))
    arguments = ["import", str(path), *(["--district", district] if district else [])]
    result = CliRunner().invoke(skills, arguments)
    stored = [each.district_id for each in db.session.query(Framework)]
    if district == "Nowhere":
        assert result.exit_code
        assert stored == []
    else:
        assert result.output == "Standards: 1 new, 0 changed, 0 no longer in it, 0 as before.\n"
        assert stored == [world.district.id if district else None]
    path.write_text(json.dumps([]))
    assert CliRunner().invoke(skills, ["import", str(path)]).exit_code == 1
