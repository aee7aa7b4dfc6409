"""CASE packages: GUIDs kept, the tree by isChildOf, all that is wrong named; twice is once."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from sqlalchemy import select

from pdportal.db import db
from pdportal.skills import queries, services
from pdportal.skills.frameworks.case import read_case
from pdportal.skills.frameworks.models import Framework, Skill, SkillLink
from pdportal.skills.frameworks.services import compare, store
from pdportal.skills.models import Source
from pdportal.web.errors import Refused
from tests.people import World

DOC = {"identifier": "doc", "uri": "https://x.example/CFDocuments/doc", "title": "Standards"}


def item(identifier: str, statement: str = "", **more: Any) -> dict[str, Any]:
    return {"identifier": identifier, "fullStatement": statement or f"Do {identifier}", **more}


def child(origin: str, to: str, number: Any = None, kind: str = "isChildOf") -> dict[str, Any]:
    association = {
        "identifier": f"{origin}-{to}",
        "associationType": kind,
        "originNodeURI": {"identifier": origin, "title": origin, "uri": f"https://x/{origin}"},
        "destinationNodeURI": {"identifier": to, "title": to, "uri": f"https://x/{to}"},
    }
    return association | ({} if number is None else {"sequenceNumber": number})


def package(*items: dict[str, Any], links: Any = (), **more: Any) -> bytes:
    told = {"CFDocument": DOC, "CFItems": list(items), "CFAssociations": list(links), **more}
    return json.dumps(told, indent=1, ensure_ascii=False).encode()


def read(data: bytes) -> Any:
    found, problems = read_case(data, "case.json")
    assert found is not None, problems
    return found


def tree(found: Any) -> list[tuple[str | None, str]]:
    items = sorted(found.items, key=lambda each: (each.parent or "", each.place))
    return [(each.parent, each.identifier) for each in items]


def told(data: bytes) -> list[str]:
    return [f"{each.line} {each.level} {each.message}" for each in read_case(data, "c.json")[1]]


def test_the_tree_is_ordered_by_sequence_number_then_as_people_count():
    links = [child("b", "doc", 2), child("a", "doc", 10), child("c", "a"), child("d", "a")]
    found = read(
        package(
            item("a"), item("b"), item("c", humanCodingScheme="A.10"),
            item("d", humanCodingScheme="A.9"), links=links,
        )
    )  # fmt: skip
    assert tree(found) == [(None, "b"), (None, "a"), ("a", "d"), ("a", "c")]


def test_what_other_tools_export_is_read_alike():
    """1.0 and 1.1, links as addresses, a wrapped package, a bare document, a mark before it."""
    address = {
        "associationType": "isChildOf",
        "uri": "https://x.example/CFAssociations/1",
        "originNodeURI": "https://x.example/ims/case/v1p0/CFItems/b",
        "destinationNodeURI": "https://x.example/ims/case/v1p1/CFItems/a",
        "sequenceNumber": "3",
    }
    new = {"subject": ["Math"], "extensions": {"x": 1}, "educationLevel": ["KG", "01"]}
    items = [item("a", **new), {"uri": "https://x.example/CFItems/b", "fullStatement": "Do b"}]
    data = package(*items, links=[address], CFDocument={**DOC, "caseVersion": "1.1"})
    wrapped = json.dumps({"CFPackage": json.loads(data)}).encode()
    for each in (data, b"\xef\xbb\xbf" + data, wrapped, data.decode().encode("utf-16")):
        found = read(each)
        assert tree(found) == [(None, "a"), ("a", "b")]
        assert found.items[0].facts["grades"] == ["KG", "01"]
    bare = json.dumps({"CFDocument": DOC, "CFItems": [item("b"), item("a")]}).encode()
    assert tree(read(bare)) == [(None, "b"), (None, "a")]


def test_several_parents_and_relations_are_kept_and_make_no_parents(app, world: World):
    links = [
        child("a", "doc"), child("b", "doc"), child("c", "a"), child("c", "b"),
        child("c", "elsewhere", kind="exactMatchOf"), child("a", "b", kind="precedes"),
        child("b", "a", kind="isPartOf"),
    ]  # fmt: skip
    with app.test_request_context():
        store(read(package(item("a"), item("b"), item("c"), links=links)), world.district.id)
        by = {skill.identifier: skill for skill in db.session.scalars(select(Skill))}
        assert by["c"].parent_id == by["a"].id
        assert (by["a"].children, by["b"].children, by["b"].parent_id) == (1, 1, None)
        kinds = db.session.execute(select(SkillLink.kind, SkillLink.to_identifier, SkillLink.to_id))
        assert set(kinds.all()) == {
            ("isChildOf", "b", by["b"].id),
            ("exactMatchOf", "elsewhere", None),
            ("precedes", "b", by["b"].id),
            ("isPartOf", "a", by["a"].id),
        }


def test_rubrics_describe_levels_without_scores():
    levels = [
        {"position": 2, "quality": "Strong", "description": "Often.", "score": 4},
        {"position": 1, "quality": "New", "description": "Now and then.", "score": 1},
    ]
    criterion = {"CFItemURI": {"identifier": "a"}, "CFRubricCriterionLevels": levels}
    found = read(package(item("a"), CFRubrics=[{"CFRubricCriteria": [criterion]}]))
    assert found.items[0].levels == [
        {"name": "New", "text": "Now and then."},
        {"name": "Strong", "text": "Often."},
    ]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "1 error This is not JSON"),
        (b'{\n"CFDocument": }', "2 error This is not JSON"),
        (b"[1, 2]", "1 error There is no CASE package"),
        (b"\xff\xfe\xff", "1 error This file cannot be read as JSON."),
        (b"[" * 100_000, "1 error This file cannot be read as JSON."),
        (b'{"a": ' + b"9" * 5000 + b"}", "1 error This file cannot be read as JSON."),
        (b'{"CFItems": []}', "1 error There is no CFDocument"),
        (package(), "3 error doc: There are no items"),
        (package(item("a"), item("a")), "9 error a: This identifier is used twice."),
        (package({"identifier": "a"}), "9 error a: This item says nothing"),
        (package({"fullStatement": "A"}), "1 error An item has no identifier: A"),
        (
            package(item("a"), item("b"), links=[child("a", "b"), child("b", "a")]),
            "9 error a: These items stand below one another: a, b.",
        ),
        (package(item("a"), links=[child("a", "a")]), "9 error a: These items stand below"),
        (
            package(
                item("a"), item("b"), links=[child("b", "a"), child("a", "doc"), child("a", "b")]
            ),
            "9 error a: This item would stand below itself, by way of b.",
        ),
        (
            package(item("a"), item("b"), links=[child("a", "doc")]),
            "13 warning b: No association places this item in the file; it is at the top.",
        ),
        (
            package(item("a"), links=[child("a", "doc"), child("z", "a")]),
            "1 warning 1 associations begin at items that are not in this file.",
        ),
        (package(item("a"), links=[{"identifier": "x"}]), "15 error x: An association has no type"),
    ],
)
def test_what_is_wrong_is_named(data: bytes, problem: str):
    lines = told(data)
    assert any(line.startswith(problem) for line in lines), lines
    found = read_case(data, "c.json")[0]
    assert (found is None) == any(" error " in line for line in lines)


def test_statements_are_made_safe(app, world: World):
    hostile = "Know <b>this</b><script>alert(1)</script> <img src=x onerror=alert(1) alt=map> $x^2$"
    with app.test_request_context():
        store(read(package(item("a", hostile), item("b", "5 * 3 &lt; 20"))), world.district.id)
        a, b = db.session.scalars(select(Skill).order_by(Skill.identifier)).all()
    assert a.statement == "Know this map $x^2$"
    assert "<b>this</b>" in a.html
    assert "<math" in a.html
    assert not any(word in a.html for word in ("script", "onerror", "<img"))
    assert b.statement == "5 * 3 < 20"


def test_twice_changes_nothing_and_a_change_keeps_where_people_stand(app, world: World):
    first = read(package(item("a"), item("b"), links=[child("a", "doc"), child("b", "a")]))
    with app.test_request_context():
        framework = store(first, world.district.id)
        rows = [db.session.execute(select(t)).all() for t in (Skill.__table__, SkillLink.__table__)]
        assert not compare(framework, first)
        store(first, world.district.id)
        assert rows == [
            db.session.execute(select(t)).all() for t in (Skill.__table__, SkillLink.__table__)
        ]
        skill = db.session.scalars(select(Skill).where(Skill.identifier == "b")).one()
        services.place(world.ada, skill, 2, source=Source.SELF)
        again = read(package(item("b", "Do it better"), item("c"), links=[child("c", "b")]))
        changes = compare(framework, again)
        assert [each.identifier for each in changes.new] == ["c"]
        assert [(before, each.name) for before, each in changes.changed] == [
            ("Do b", "Do it better")
        ]
        assert changes.gone == ["Do a"]
        store(again, world.district.id)
        db.session.refresh(skill)
        assert (skill.statement, skill.parent_id) == ("Do it better", None)
        assert [line.name for line, _others in queries.standings(world.ada)] == ["Do it better"]
        a = db.session.scalars(select(Skill).where(Skill.identifier == "a")).one()
        assert a.gone_at


def test_a_district_cannot_take_over_what_everybody_has(app, world: World):
    found = read(package(item("a")))
    with app.test_request_context():
        store(found, None)
        with pytest.raises(Refused):
            store(found, world.district.id)
        assert db.session.query(Framework).count() == 1


def test_a_large_file_is_read_in_bounded_time(app, world: World):
    count = 20_000
    items = [
        item(f"i{n}", f"Use *idea* number {n}" if n % 20 == 0 else f"Use idea {n}")
        for n in range(count)
    ]
    links = [child(f"i{n}", f"i{(n - 1) // 20}" if n else "doc", n) for n in range(count)]
    data = package(*items, links=links)
    began = time.process_time()
    with app.test_request_context():
        store(read(data), world.district.id)
    assert time.process_time() - began < 60
    assert db.session.query(Skill).count() == count


@pytest.mark.parametrize("number", [10**400, "1e999", float("inf"), [], "9" * 5000])
def test_no_number_stops_a_file(number: Any):
    found = read(package(item("a"), links=[child("a", "doc", number)]))
    assert [name for _parent, name in tree(found)] == ["a"]


def test_half_a_letter_becomes_a_mark_and_can_be_stored(app, world: World):
    told = {"CFDocument": DOC, "CFItems": [item("a", "One \ud800 two")]}
    found = read(json.dumps(told).encode())
    with app.test_request_context():
        store(found, None)
    assert db.session.scalars(select(Skill.statement)).one() == "One ? two"
