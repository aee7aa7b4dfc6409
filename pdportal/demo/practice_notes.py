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
    for said in read("practice_notes"):
        term.add(term.at(said["day"], 16.3), _write, riverbend, said)


def _write(riverbend: Riverbend, said: Entry) -> None:
    author, term = riverbend.people[said["who"]], riverbend.term
    work = begin_work(author, queries.NAME, said["title"], content=said["content"])
    group = f"school-{author.school_id}"
    if said["shared"] == "cohort":
        group = f"cohort-{riverbend.cohort_of(said['who']).id}"
    skill = skills_named(author, [said["skill"]])[said["skill"]]
    services.share_note(author, work, [group], [skill.id])
    for each in said["said"]:
        term.add(term.at(each["day"], 17), _say, riverbend, work, each)


def _say(riverbend: Riverbend, work: Work, said: Entry) -> None:
    reader = riverbend.people[said["by"]]
    comment = services.say(reader, work, CommentKind(said["kind"]), said["words"])
    if "answer" in said:
        comments.decide(work.author, comment, Verdict.ANSWER, said["answer"])
