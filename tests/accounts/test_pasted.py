"""Lists as people paste them: nobody is passed over, and names stay as they were typed."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from pdportal.accounts.pasted import Pasted, read_people
from tests.people import World

A, B = "ada@x.example", "bo@x.example"

LINES = [
    (f"Kim Lee <{A}>, Bo Ray <{B}>", [("Kim Lee", A), ("Bo Ray", B)]),
    (f"Kim Lee <{A}> Bo Ray <{B}>", [("Kim Lee", A), ("Bo Ray", B)]),
    (f"Kim Lee {A}, Bo Ray {B}", [("Kim Lee", A), ("Bo Ray", B)]),
    (f"Lee, Kim <{A}>; Ray, Bo <{B}>;", [("Lee, Kim", A), ("Ray, Bo", B)]),
    (f"Lee, Kim <{A}>, Ray, Bo <{B}>", [("Lee, Kim", A), ("Ray, Bo", B)]),
    (f'"Lee, Kim" <{A}>, "Ray, Bo" <{B}>', [("Lee, Kim", A), ("Ray, Bo", B)]),
    (f"{A}, {B}", [("", A), ("", B)]),
    (f"{A};{B};", [("", A), ("", B)]),
    (f"{A} {B}", [("", A), ("", B)]),
    (f"{A}/{B}", [("", A), ("", B)]),
    (f"{A}, Kim Lee; {B}, Bo Ray", [("Kim Lee", A), ("Bo Ray", B)]),
    (f"Kim Lee; {A}; Bo Ray; {B}", [("Kim Lee", A), ("Bo Ray", B)]),
    (f"To: Kim Lee <{A}>; {B}", [("Kim Lee", A), ("", B)]),
    (
        f"Sent: Monday, May 3, 10:00 To: Kim Lee <{A}> Cc: Bo Ray <{B}>",
        [("Kim Lee", A), ("Bo Ray", B)],
    ),
    (f"Kim Lee, https://hill.example/staff/{A}", [("Kim Lee", A)]),
    (f"Maths team: {A}, {B};", [("", A), ("", B)]),
    (f"Lee, Kim <{A}>", [("Lee, Kim", A)]),
    (f"Kim Lee, {A}", [("Kim Lee", A)]),
    (f"Kim Lee\t{A}", [("Kim Lee", A)]),
    (f"{A}\tKim Lee", [("Kim Lee", A)]),
    (f"Lee\tKim\t{A}\tHill School", [("Lee Kim", A)]),
    (f'"Lee, Kim",{A}', [("Lee, Kim", A)]),
    (f'"Kim ""Kimmy"" Lee","{A}"', [('Kim "Kimmy" Lee', A)]),
    (f'Kim "Kimmy" Lee <{A}>', [('Kim "Kimmy" Lee', A)]),
    (f"'Kim Lee' <{A}>", [("Kim Lee", A)]),
    (f"'t Hooft <{A}>", [("'t Hooft", A)]),
    (f"Fua' <{A}>", [("Fua'", A)]),
    (f"José (Pepe) García <{A}>", [("José (Pepe) García", A)]),
    (f"Siobhán O’Brien-Ní Dhálaigh <{A}>", [("Siobhán O’Brien-Ní Dhálaigh", A)]),
    (f"Dr. Kim Lee, PhD <{A}>", [("Dr. Kim Lee, PhD", A)]),
    (f"Kim @ Hill <{A}>", [("Kim @ Hill", A)]),
    (f"王小明 <{A}>，李 <{B}>", [("王小明", A), ("李", B)]),
    (f"{A} (Kim Lee)", [("Kim Lee", A)]),
    (f"Kim Lee ({A})", [("Kim Lee", A)]),
    (f"1. Kim Lee <{A}>", [("Kim Lee", A)]),
    (f"• {A}", [("", A)]),
    (f"| Kim Lee | {A} |", [("Kim Lee", A)]),
    (f"\ufeff{A}\u200b", [("", A)]),
    (f"\u200bKim\u00a0Lee <\u200e{A}>", [("Kim Lee", A)]),
    (f"mailto:{A}", [("", A)]),
    (f"Kim Lee <mailto:{A}?subject=Hello%20you>", [("Kim Lee", A)]),
    (f"{A} <mailto:{A}>", [("", A)]),
    (f"[Kim Lee](mailto:{A})", [("Kim Lee", A)]),
    (f'<a href="mailto:{A}">Kim Lee</a>', [("Kim Lee", A)]),
    (f"<A class=m HREF='mailto:{A}?subject=Hi'><b>Kim</b> Lee</A>", [("Kim Lee", A)]),
    (f'Kim Lee &lt;<a href="mailto:{A}">{A}</a>&gt;', [("Kim Lee", A)]),
    (f'O&#39;Lee <a href="mailto:{A}">{A}</a>', [("O'Lee", A)]),
    (
        f'<a href="mailto:{A}">Kim Lee</a>, <a href="mailto:{B}">Bo Ray</a>',
        [("Kim Lee", A), ("Bo Ray", B)],
    ),
    (
        f"<ul><li>Kim Lee {A}</li><li>{B} (<i>Bo Ray</i>)</li></ul>",
        [("Kim Lee", A), ("Bo Ray", B)],
    ),
    (
        f'<tr><td>Lee, Kim</td><td><a href="mailto:{A}">{A}</a></td></tr><tr><td>{B}</td></tr>',
        [("Lee, Kim", A), ("", B)],
    ),
    (f'=HYPERLINK("mailto:{A}";"Kim Lee")', [("Kim Lee", A)]),
    (f"'{A}'.", [("", A)]),
    ("ＡＤＡ＠ｘ.example", [("", A)]),
    ("u@xn--bcher-kva.example", [("", "u@bücher.example")]),
    (f"“Ray, Kim” <{A}>", [("Ray, Kim", A)]),
]


def read(text: str) -> list[tuple[str, str]]:
    pasted = read_people(text)
    assert pasted.faults == []
    return [(guest.name, guest.email) for guest in pasted.guests]


@pytest.mark.parametrize(("line", "people"), LINES, ids=[line for line, _people in LINES])
def test_a_line_is_read_as_it_was_meant(world: World, line: str, people: list[tuple[str, str]]):
    assert read(f"\n{line}\r\n") == people


def test_a_spreadsheet_is_read_by_its_headings(world: World):
    rows = f"Last name\tFirst name\tSchool name\tE-mail\nLee\tKim\tHill School\t{A}\n"
    assert read(rows) == [("Kim Lee", A)]
    assert read(f'Email,Name\n{A},Kim Lee\n{B},"Ray, Bo"') == [("Kim Lee", A), ("Ray, Bo", B)]
    assert read(f"Correo\n{A}") == [("", A)]
    assert read_people(rows).headings == (1, "Last name First name School name E-mail")


def test_headings_name_nobody_whose_address_stands_in_another_column(world: World):
    rows = f"Name;Email;Role\nKim Lee <{A}>; 'Abd al-Rahman <{B}>;teacher\n"
    assert read(rows) == [("Kim Lee", A), ("'Abd al-Rahman", B)]


def test_a_cell_may_have_line_breaks(world: World):
    pasted = read_people(f'"Kim\nLee"\t{A}\n"Bo\nRay\n(Mr.)"\t{B}\n"lone quote {A}x')
    assert [(g.line, g.name) for g in pasted.guests][:2] == [(1, "Kim Lee"), (3, "Bo Ray (Mr.)")]
    assert len(pasted.guests) + len(pasted.faults) == 3


def said(pasted: Pasted) -> list[tuple[int, str]]:
    return [(fault.line, fault.message) for fault in pasted.faults]


def test_every_line_that_cannot_be_read_is_named(world: World):
    pasted = read_people(f"Kim Lee\n\nhalf <half@>\n{A}@{B}\n{A}\nKim <{A.upper()}>")
    assert [fault.line for fault in pasted.faults] == [1, 3, 4, 6]
    assert pasted.faults[0].text == "Kim Lee"
    assert said(pasted)[-1] == (6, "The same address as in line 5.")
    assert len(read_people(f"{'x' * 121} <{A}>").faults) == 1


def test_a_list_may_not_be_endless(world: World):
    pasted = read_people("\n".join(f"p{i}@example.org" for i in range(302)))
    assert said(pasted)[0][0] == 301


WORDS = st.text(alphabet="Ada Ökafor,;\t\"'<>()[]|:.-@\u200b\u00a0王", max_size=12)


@given(parts=st.lists(st.tuples(WORDS, st.integers(0, 50)), min_size=1, max_size=5), end=WORDS)
def test_no_address_is_passed_over(app: Flask, parts: list[tuple[str, int]], end: str) -> None:
    """Whatever stands around them: each address is a guest, or the line is a fault."""
    line = "".join(f"{words} <p{number}@x.example> " for words, number in parts) + end
    with app.test_request_context():
        pasted = read_people(line)
    found = {guest.email for guest in pasted.guests}
    assert pasted.faults or {f"p{number}@x.example" for _words, number in parts} <= found


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Ada Okafor: ada@x.example", "Ada Okafor"),
        ("Teacher: Ada Okafor <ada@x.example>", "Ada Okafor"),
        ("Name: Ada Okafor Email: ada@x.example", "Ada Okafor"),
        ("Ms. Ada Okafor: Math, ada@x.example", "Ms. Ada Okafor"),
        ("Ada Okafor - ada@x.example", "Ada Okafor"),
        ('="ada@x.example"\t="Ada Okafor"', "Ada Okafor"),
        ("(3) Ada Okafor, ada@x.example", "Ada Okafor"),
        ("Ada Okafor — ada@x.example", "Ada Okafor"),
        ("Ada Okafor -> ada@x.example", "Ada Okafor"),
        ("ada@x.example = Ada Okafor", "Ada Okafor"),
        ("Ada Okafor {ada@x.example}", "Ada Okafor"),
        ("王小明：wang@x.example", "王小明"),
        ("Y Nguyen <y@x.example>", "Y Nguyen"),
        ("Smith-Jones, Ann <ann@x.example>", "Smith-Jones, Ann"),
    ],
)
def test_what_parts_a_name_from_an_address_is_no_part_of_it(line: str, name: str):
    assert [guest.name for guest in read_people(line).guests] == [name]


@pytest.mark.parametrize("word", ["and", "&", "y", "und"])
def test_a_word_that_joins_two_people_is_nobodys_name(word: str):
    line = f"Ada Okafor <ada@x.example> {word} Bo Ray <bo@x.example>"
    assert [guest.name for guest in read_people(line).guests] == ["Ada Okafor", "Bo Ray"]


@pytest.mark.parametrize(
    "rows",
    [
        "Family name,Given name,School email\nGarcía Pérez,Ada,ada@x.example",
        "Apellido paterno\tApellido materno\tNombre(s)\tCorreo\nGarcía\tPérez\tAda\tada@x.example",
        "Nom;Prénom;Courriel\nGarcía Pérez;Ada;ada@x.example",
        "Staff ID\tStaff name\tWork email\n7\tAda García Pérez\tada@x.example",
    ],
)
def test_columns_are_known_by_their_headings(rows: str):
    assert [guest.name for guest in read_people(rows).guests] == ["Ada García Pérez"]
