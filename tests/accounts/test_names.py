"""Names: found however they are written, listed as a person would, greeted as people say."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from pdportal.accounts.models import Person
from pdportal.accounts.naming import name_words, sort_key
from pdportal.accounts.queries import people_page
from pdportal.cohorts.models import Cohort
from pdportal.db import db
from tests.conftest import Visit
from tests.people import World

NAMES = [
    *("Élan Núñez", "Ángela Peña-Ortiz", "José (Pepe) García", "'t Hooft Joris", "Fua' Sione"),
    *("Søren Ødegård", "Łukasz Żółć", "Đorđe Đukić", "Þóra Æsa Guðmundsdóttir", "Þórunn Ðrífa"),
    *("Işık Yıldız", "İpek Çağlar", "Straße Groß", "Dvořák Jiří", "Nguyễn Thị Minh Châu"),
    *("Nagy István", "Ștefan Țurcanu", "Ħamrun Ġorġ", "Kalākaua ʻIolani", "O’Brien-Ní Dhálaigh"),
    *("Ελένη Παπαδοπούλου", "Οδυσσεύς Σοφός", "Наталія Їжакевич", "Алёна Йошкина", "Ђорђе Ћирић"),
    *("Գևորգ Հովհաննիսյան", "თამარ ბერიძე", "Დავით Გელაშვილი", "ዓለም ተስፋዬ", "אֲבִיגַיִל לוי"),
    *("مُحَمَّد الخوارزمی", "آرش کمانگیر", "अनन्या शर्मा", "কৃষ্ণা ঘোষ", "தமிழ்செல்வி", "สมชาย ใจดี"),
    *(
        "王小明",
        "佐藤 さくら",
        "サトウ ガク",
        "김민준",
        "ខេមរា",
        "မောင်မောင်",
        "Ｆｕｌｌ Ｗｉｄｔｈ",
        "Ǆemal Ǉubić",
    ),
]


def spellings(name: str) -> Iterator[str]:
    for typed in (name, name.lower(), name.upper(), name.title(), name.casefold()):
        yield typed
        yield unicodedata.normalize("NFD", typed)
        yield unicodedata.normalize("NFC", typed)


def found(lee: Person, words: str) -> set[str]:
    rows, count = people_page(lee, words=words)
    assert count == len(rows)
    return {row.name for row in rows}


def test_a_name_is_found_however_it_is_typed(world: World):
    for number, name in enumerate(NAMES):
        person = Person(district_id=world.district.id, name=name, email=f"p{number}@x.example")
        db.session.add(person)
    db.session.flush()
    missed = [
        typed for name in NAMES for typed in spellings(name) if name not in found(world.lee, typed)
    ]
    assert missed == []
    words = [(word, name) for name in NAMES for word in name.split() if len(word) > 2]
    assert [word for word, name in words if name not in found(world.lee, word)] == []


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("soren odegard", "Søren Ødegård"),
        ("lukasz", "Łukasz Żółć"),
        ("obrien", "O'Brien Sean"),
        ("brien", "O'Brien Sean"),
        ("小明", "王小明"),
        ("ada.okafor@example", "Ada Okafor"),
        ("okafor ada", "Ada Okafor"),
    ],
)
def test_a_part_of_a_name_or_its_plain_letters_will_do(world: World, words: str, name: str):
    if name != world.ada.name:
        world.person(name)
    assert name in found(world.lee, words)


@pytest.mark.parametrize("words", ["???", "%", "_", "adda", "olu", "kafor"])
def test_what_nobody_is_called_finds_nobody(world: World, words: str):
    assert found(world.lee, words) == set()


def test_a_new_name_is_found_and_the_old_one_no_more(world: World, visit: Visit):
    visit(world.ada).post("/account/about", data={"name": "Åsa Öst", "called": "", "teaches": ""})
    assert found(world.lee, "asa ost") == {"Åsa Öst"}
    assert found(world.lee, "okafor") == {"Åsa Öst"}, "by her address"
    assert name_words("Åsa Öst", "") == {"asa", "ost"}


def test_lists_are_sorted_as_a_person_would(world: World):
    names = [
        "Zoe",
        "Émile",
        "Ângela",
        "Štefan",
        "de la Cruz",
        "Ødegård",
        "zoë",
        "Dela Rosa",
    ]
    for number, name in enumerate(names):
        db.session.add(
            Person(district_id=world.district.id, name=f"{name} Q", email=f"q{number}@x.example")
        )
    db.session.flush()
    rows, _count = people_page(world.lee, words="q")
    listed = [row.name.removesuffix(" Q") for row in rows]
    assert listed == [
        *("Ângela", "de la Cruz", "Dela Rosa", "Émile", "Ødegård", "Štefan", "Zoe", "zoë")
    ]


def test_the_key_follows_the_name(world: World):
    world.autumn.name = "Ärzte"
    db.session.flush()
    db.session.expire_all()
    assert db.session.get_one(Cohort, world.autumn.id).sort_key == sort_key("Ärzte")
    assert len(sort_key("ﷺ" * 120)) <= 400


def test_people_are_found_by_an_index(world: World):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the plan is SQLite's")
    plan = db.session.execute(
        text(
            "EXPLAIN QUERY PLAN SELECT person_id FROM person_word "
            "WHERE district_id = 1 AND (word >= 'a' AND word < 'b')"
        )
    ).all()
    assert "SEARCH person_word USING" in plan[0].detail
    assert "district_id=? AND word>? AND word<?" in plan[0].detail


def test_people_are_greeted_whole_unless_they_say_how(world: World, visit: Visit):
    for name in ("Nguyễn Thị Minh", "王 小明", "Okafor, Ada"):
        world.ada.name, world.ada.called = name, ""
        assert world.ada.given_name == name
        db.session.flush()
        assert name in visit(world.ada).get("/").text
    form = {"name": "Nguyễn Thị Minh", "called": " Cô  Minh ", "teaches": ""}
    assert visit(world.ada).post("/account/about", data=form).status_code == 302
    assert world.ada.given_name == "Cô Minh"
