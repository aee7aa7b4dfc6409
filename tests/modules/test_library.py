"""The library: any script is found, filters count and combine, titles are sorted as people sort."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pdportal.db import db
from pdportal.folding import snippet
from pdportal.modules.compiler.facets import LEVERS, check_levers
from pdportal.modules.library import covers, filters, indexing, queries
from pdportal.modules.library.levers import levers
from pdportal.modules.library.queries import Wish
from pdportal.modules.models import Facet, ModuleTag
from tests.conftest import Visit
from tests.modules.compiler.folders import MODULE, PAGE, SVG, module, told, whole
from tests.modules.conftest import Publish
from tests.modules.given import plain_page
from tests.people import World

LANGUAGES = {
    "zh": ("反馈", "教师给学生的反馈应当具体，并指向下一步。AI教学也是如此。"),
    "ja": ("授業研究", "今日の授業で子どもの話を聞く。バスに乗る前にテストをする。"),
    "th": ("การเรียนรู้", "ครูให้นักเรียนสะท้อนการเรียนรู้ของตนเองทุกวัน"),
    "lo": ("ການຮຽນ", "ຄູສອນນັກຮຽນຢູ່ໂຮງຮຽນ"),
    "km": ("ការរៀន", "គ្រូបង្រៀនសិស្សនៅសាលារៀន"),
    "my": ("သင်ယူမှု", "ဆရာများသည်ကျောင်းသားများကိုသင်ကြားသည်"),
    "ko": ("수업", "학생들에게 질문하기"),
    "de": ("Lernziele", "Das Unterrichtsgespräch braucht Wartezeit für alle."),
    "ar": ("التعليم", "يَسْأَلُ الْمُعَلِّمُ الطالبة سؤالاً واحداً"),
    "he": ("הוראה", "הַמּוֹרָה שׁוֹאֶלֶת שאלה אחת"),
    "tr": ("Öğretmen", "Işık ve İstanbul üzerine bir ders."),
    "sv": ("Ångström", "En naïve fråga om ljus."),
    "hi": ("शिक्षा", "शिक्षक विद्यार्थियों से प्रश्न पूछते हैं।"),
}
FOUND = [
    ("反馈", "zh"), ("学生", "zh"), ("生的反", "zh"), ("师", "zh"), ("AI教学", "zh"), ("ai", "zh"),
    ("学生 反馈", "zh"), ("子ども", "ja"), ("授業", "ja"), ("バス", "ja"), ("นักเรียน", "th"),
    ("เรียนรู้", "th"), ("ครู", "th"), ("ຮຽນ", "lo"), ("សិស្ស", "km"), ("ကျောင်း", "my"), ("학생", "ko"),
    ("gespräch", "de"), ("ziele", "de"), ("wartezeit", "de"), ("UNTERRICHT", "de"),
    ("المعلم", "ar"), ("يسأل", "ar"), ("طالبه", "ar"), ("המורה", "he"), ("שואלת", "he"),
    ("isik", "tr"), ("IŞIK", "tr"), ("istanbul", "tr"), ("angstrom", "sv"), ("Ångström", "sv"),
    ("naive", "sv"), ("naïve", "sv"), ("प्रश्न", "hi"), ("शिक्षक", "hi"),
]  # fmt: skip


@pytest.fixture
def many_tongues(publish: Publish) -> None:
    """One module in each of some languages."""
    for code, (title, text) in LANGUAGES.items():
        publish(f"in-{code}", title=title, language=code, pages={"01-a.md": plain_page("A", text)})


@pytest.mark.usefixtures("many_tongues")
def test_any_language_is_found_by_words_and_by_parts_of_what_has_no_blanks(world: World):
    for words, code in FOUND:
        rows, every = queries.library(world.ada, Wish(words=words))
        assert (code in {row.language for row in rows}, every) == (True, True), words
    for words in ("バナナ", "生学", "ハス", "កខគ", "ครบ", "mitte", "ätherisch"):
        assert not queries.library(world.ada, Wish(words=words))[0], words
    rows, every = queries.library(world.ada, Wish(words="学生的意见"))
    assert ([row.language for row in rows], every) == (["zh"], False), "some of it is there"


@pytest.mark.parametrize(
    ("text", "asked", "marked"),
    [
        ("教师给学生的反馈应当具体", "反馈", ["反馈"]),
        ("教师给学生的反馈", "学生意见", ["学生"]),
        ("ครูให้นักเรียนสะท้อน", "นักเรียน", ["นักเรียน"]),
        ("Das Unterrichtsgespräch", "gespräch", ["gespräch"]),
        ("Wie Gespräche gelingen", "gesprach", ["Gespräche"]),
        ("יְלָדִים שׁוֹאֲלִים", "שואלים", ["שׁוֹאֲלִים"]),
        ("Işık", "isik", ["Işık"]),
        ("Lern\u00adziel", "lernziel", ["Lern\u00adziel"]),
    ],
)
def test_a_snippet_marks_what_was_found_in_any_script(text: str, asked: str, marked: list[str]):
    assert [words for sought, words in snippet(text, asked) if sought] == marked


def test_a_snippet_of_a_text_without_blanks_is_short():
    shown = "".join(words for _sought, words in snippet("教" * 500 + "反馈" + "师" * 500, "反馈"))
    assert "反馈" in shown
    assert len(shown) < 250


def test_a_long_page_is_found_to_its_end(world: World, publish: Publish):
    text = "word\n" * 1_999 + "needle haystack\n" + "more\n" * 3_000 + "ending."
    publish("long", pages={"01-a.md": plain_page("A", text)})
    for words in ("needle haystack", "word", "ending"):
        assert queries.library(world.ada, Wish(words=words))[0], words


def test_what_was_stored_before_is_found_once_it_is_indexed(world: World, publish: Publish):
    edition = publish("old", title="学习目标")
    columns = {column.name: getattr(edition, column.name) for column in edition.__table__.columns}
    for _ in range(2):
        indexing.index(db.session.connection(), columns)
        assert [row.slug for row in queries.library(world.ada, Wish(words="目标"))[0]] == ["old"]


@pytest.fixture
def shelf(publish: Publish) -> None:
    """Four modules for some, and one for all."""
    for slug, more in {
        "fractions": "grades: [3-5]\nsubjects: [Math]\nlens: practice\n",
        "proofs": "grades: [9, 10-12]\nsubjects: [math, science]\nlens: [theory, design]\n",
        "letters": "grades: K-2\nsubjects: [English language arts]\n",
        "for-all": "",
    }.items():
        publish(slug, title=slug.title(), more=more)


def found(world: World, **chosen: str) -> list[str]:
    wish = Wish(chosen={Facet(name): value for name, value in chosen.items()})
    return [row.slug for row in queries.library(world.ada, wish)[0]]


@pytest.mark.usefixtures("shelf")
def test_filters_combine_and_what_is_for_all_stays_behind_what_is_meant(world: World):
    assert found(world, subject="math") == ["fractions", "proofs", "for-all"]
    assert found(world, subject="math", grade="9-12") == ["proofs", "for-all"]
    assert found(world, lens="theory") == ["proofs"]
    assert found(world, format="try", lens="practice") == ["fractions"]
    assert found(world, format="watch") == []
    counts = queries.counts(world.ada, Wish(chosen={Facet.GRADE: "9-12"}))
    assert counts[Facet.SUBJECT] == {"math": 2, "science": 2}, "with the one for all"
    assert counts[Facet.GRADE] == {"3-5": 2, "9-12": 2, "K-2": 2}
    assert counts[Facet.LENS] == {"theory": 1, "design": 1}


@pytest.mark.usefixtures("shelf")
def test_every_link_of_the_filters_leads_to_as_many_as_it_says(world: World):
    for first in (Wish(), Wish(words="silence"), Wish(chosen={Facet.SUBJECT: "math"})):
        for facet, names in queries.counts(world.ada, first).items():
            for name, number in names.items():
                wish = Wish(words=first.words, chosen={**first.chosen, facet: name})
                assert len(queries.library(world.ada, wish)[0]) == number, (first, facet, name)


@pytest.mark.usefixtures("shelf")
def test_an_empty_result_says_what_to_loosen(world: World, visit: Visit):
    text = visit(world.ada).get("/learn?lens=theory&grade=K-2&q=silence").text
    assert "Nothing fits all of that" in text
    assert "Without Grades K–2: 1 module" in text
    assert "Without Theory: 2 modules" in text
    assert "Without “silence”" not in text
    sheet = visit(world.ada).get("/learn?subject=math").text
    assert '<a href="/learn?subject=math&amp;grade=9-12">Grades 9–12 <small>2</small></a>' in sheet
    assert 'aria-label="Remove math"' in sheet


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from([*Facet, "q", "minutes", "page"]), st.text(max_size=20)))
def test_any_address_means_something(args: dict[str, str]):
    from werkzeug.datastructures import MultiDict

    wish = filters.wished(MultiDict(args))
    assert wish.page >= 1
    assert set(wish.chosen) <= set(queries.FILTERS)


def test_titles_are_sorted_as_people_sort_them(world: World, publish: Publish):
    names = ["Group 2", "group 3", "Group 10", "Ökologie", "Pace", "Émile", "Élan", "Zoo"]
    for number, name in enumerate(names):
        publish(f"m{number}", title=name, pages={"01-a.md": plain_page()})
    rows, _every = queries.library(world.ada, Wish())
    assert [row.title for row in rows] == [
        "Élan", "Émile", "Group 2", "group 3", "Group 10", "Ökologie", "Pace", "Zoo",
    ]  # fmt: skip


def test_the_time_one_has_is_answered_with_one_next_thing(
    world: World, visit: Visit, publish: Publish
):
    pages = {"01-a.md": plain_page("First", minutes=8), "02-b.md": plain_page("Second", minutes=9)}
    publish("mine", title="Zebra", pages=pages)
    publish("other", title="Aardvark", pages={"01-a.md": plain_page("Alone", minutes=10)})
    ada = visit(world.ada)
    assert "Start here" in ada.get("/learn?minutes=10").text
    ada.post("/learn/mine/begin")
    ada.post("/learn/mine/a/next")
    text = ada.get("/learn?minutes=10").text
    assert "Fits in the time you have · 9 minutes" in text
    assert "All that is left of “Zebra”." in text
    assert text.index("/learn/mine/b") < text.index("Also fits") < text.index("Aardvark")


def test_front_matter_for_the_library_is_checked(tmp_path: Path):
    more = """grades: [pre-K, 4-6, 9]
subjects: [MATH, gardening, sciense]
lens: practise
levers: {approach: Look and try., pase: x}
cover: a.svg
"""
    head = MODULE.replace("outcomes:", f"{more}outcomes:")
    made = module(tmp_path, {"module.md": head, "01-a.md": PAGE + "Text.", "a.svg": SVG})
    assert told(made) == [
        "module.md:5 warning “sciense” is a subject of its own now.",
        "module.md:6 error “practise” does not fit “lens”.",
        "module.md:7 error “pase” is no lever.",
        "module.md:7 warning The levers say nothing of “pace”.",
        "module.md:7 warning The levers say nothing of “say”.",
        "module.md:8 warning The cover has no text for those who cannot see it.",
    ]
    assert whole(made).facets["grade"] == ["PK", "3-5", "6-8", "9-12"]
    assert whole(made).facets["subject"] == ["math", "gardening", "sciense"]
    assert whole(made).cover["url"].startswith("/learn/waiting/files/")


def test_the_front_matter_of_the_documentation_is_sound(tmp_path: Path):
    docs = Path(__file__).parents[2] / "docs" / "writing-modules.md"
    head = docs.read_text("utf-8").split("```yaml\n")[1].split("```")[0]
    files = {"module.md": head + "About.", "01-a.md": PAGE + "Text.", "waiting.svg": SVG}
    made = module(tmp_path, files)
    assert told(made) == []
    assert not list(check_levers(tmp_path / "waiting", made.module))
    assert list(check_levers(tmp_path / "waiting", replace(whole(made), levers={})))
    facts = whole(made)
    assert facts.facets["grade"] == ["K-2", "3-5"]
    assert (facts.facets["lens"], set(facts.levers)) == (["practice"], set(LEVERS))


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("grades: [13]", "“13” is no grade."),
        ("grades: [6-3]", "“6-3” is no grade."),
        ("levers: nice", "“levers” should be three lines."),
        ("cover: gone.png", "The cover gone.png is not there."),
        ("cover: ../../x.png", "The cover ../../x.png is elsewhere."),
        ("cover: 01-a.md", "The cover 01-a.md is no picture."),
    ],
)
def test_what_cannot_be_meant_is_an_error(tmp_path: Path, line: str, problem: str):
    head = MODULE.replace("outcomes:", f"{line}\noutcomes:")
    made = module(tmp_path, {"module.md": head, "01-a.md": PAGE + "Text."})
    assert [each.message for each in made.errors] == [problem]


def test_the_levers_are_the_authors_words_or_follow_from_the_parts(app: Any):
    with app.test_request_context():
        shown = levers({"pace": "An hour."}, {"format": ["read", "try", "talk"]}, [5, 10])
        assert [words for _name, words, _own in shown] == [
            "Here you can: Read, Try in class, Talk with colleagues.",
            "An hour.",
            "You choose what to try, with which class and when, and whom to ask about it.",
        ]
        assert len(levers({}, {}, [])) == len(LEVERS)
        tracks = [{"key": "up", "title": "Catch up"}, {"key": "on", "title": "深入"}]
        shown = levers({}, {"format": ["try"]}, [5], tracks=tracks, choices=2)
        assert [words for _name, words, _own in shown][::2] == [
            "Choose your track: Catch up · 深入. Here you can: Try in class.",
            "In 2 places you choose how to go on. "
            "You choose what to try, with which class and when.",
        ]
        [*_rest, (_name, words, _own)] = levers({}, {}, [5], choices=1)
        assert words == "In 1 place you choose how to go on."


def test_a_module_page_shows_its_cover_levers_and_facets(
    world: World, visit: Visit, publish: Publish
):
    publish("wait", more="grades: [K-2]\nsubjects: [music]\nlevers: {pace: As you like.}\n")
    text = visit(world.ada).get("/learn/wait").text
    assert '<svg class="cover' in text
    assert "As you like." in text
    assert 'href="/learn?grade=K-2"' in text
    assert 'href="/learn?subject=music"' in text


@given(st.text(min_size=1, max_size=80))
def test_a_cover_is_the_same_every_time_small_and_free_of_style(slug: str):
    drawn = covers.drawn.__wrapped__(slug)
    assert drawn == covers.drawn.__wrapped__(slug)
    assert len(drawn) < 2_000
    assert "style" not in drawn


def test_twenty_modules_have_twenty_covers():
    slugs = [f"module-{number}" for number in range(20)]
    assert len({covers.drawn(slug) for slug in slugs}) == 20
    drawn = {motif: "".join(motif(iter(range(40, 250)))) for motif in covers.MOTIFS}
    assert all("<" in shapes for shapes in drawn.values())


@pytest.mark.usefixtures("shelf")
def test_tags_follow_the_current_edition(publish: Publish):
    publish("fractions", title="Fractions", more="subjects: [art]\n")
    tags = db.session.query(ModuleTag.name).filter(ModuleTag.facet == Facet.SUBJECT)
    assert {name for (name,) in tags} == {"art", "math", "science", "English language arts", ""}


Count = Callable[[], Any]


@pytest.mark.parametrize("number", [2, 20])
def test_filters_cost_the_same_for_two_and_for_twenty(
    world: World, visit: Visit, publish: Publish, statements: Count, number: int
):
    for n in range(number):
        publish(f"m{n}", title=f"Module {n}", more=f"subjects: [subject {n}]\nlens: practice\n")
    ada = visit(world.ada)
    for path, most in (
        ("/learn?lens=practice&minutes=20", 3),
        ("/learn?q=silence+nowhere", 4),
        ("/learn?lens=theory&q=nowhere", 4),
    ):
        with statements() as said:
            assert ada.get(path).status_code == 200
        assert len(said) == most, (path, len(said))
