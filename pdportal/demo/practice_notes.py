"""Practice notes of the district, and what colleagues said to their writers."""

from __future__ import annotations

from pdportal.demo.district import Riverbend
from pdportal.demo.telling import Entry, read
from pdportal.feedback.comments import services as comments
from pdportal.feedback.comments.answers import CommentKind, Verdict
from pdportal.feedback.practice_notes import queries, services
from pdportal.feedback.works.models import Work
from pdportal.feedback.works.services import begin_work
from pdportal.skills.queries import skills_named


def plan(riverbend: Riverbend) -> None:
    """Each on its day."""
    term = riverbend.term
    for entry in read("practice_notes"):
        term.add(term.at(entry["day"], 16.3), _write, riverbend, entry)


def _write(riverbend: Riverbend, entry: Entry) -> None:
    author, term = riverbend.people[entry["who"]], riverbend.term
    work = begin_work(author, queries.NAME, entry["title"], content=entry["content"])
    group = f"school-{author.school_id}"
    if entry["shared"] == "cohort":
        group = f"cohort-{riverbend.cohort_of(entry['who']).id}"
    skill = skills_named(author, [entry["skill"]])[entry["skill"]]
    services.share_note(author, work, [group], [skill.id])
    for each in entry["said"]:
        term.add(term.at(each["day"], 17), _say, riverbend, work, each)


def _say(riverbend: Riverbend, work: Work, entry: Entry) -> None:
    reader = riverbend.people[entry["by"]]
    comment = services.say(reader, work, CommentKind(entry["kind"]), entry["words"])
    if "answer" in entry:
        comments.decide(work.author, comment, Verdict.ANSWER, entry["answer"])
