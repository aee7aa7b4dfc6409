"""What the district means by words of the glossary."""

from __future__ import annotations

from pdportal.demo.district import Riverbend
from pdportal.demo.telling import read
from pdportal.help.services import define


def plan(riverbend: Riverbend) -> None:
    """Each on its day."""
    term = riverbend.term
    for entry in read("meanings"):
        person = riverbend.people[entry["who"]]
        term.add(term.at(entry["day"], 9), define, person, entry["term"], None, entry["words"])
