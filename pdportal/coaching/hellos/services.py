"""A hello is sent and answered."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.coaching.hellos import policy
from pdportal.coaching.hellos.models import Hello, HelloAnswer
from pdportal.db import add_unless_there, db
from pdportal.goals.services.checks import clean_text
from pdportal.inbox.services import address, notify
from pdportal.web.errors import Refused, forbidden, require
from pdportal.web.typed import one_line

LONGEST = 1_000


def say_hello(sender: Person, to: Person, words: str, about: str = "") -> Hello:
    """Begin a conversation; while one is open, a second is refused, and sent twice it is one."""
    reached = policy.people_greeted_by(sender).where(Person.id == to.id)
    if db.session.scalar(select(reached.exists())) is not True:
        raise forbidden()
    words = clean_text(words, "text", LONGEST, _("Write a few words."))
    hello = Hello(from_id=sender.id, to_id=to.id, text=words, about=one_line(about)[:160])
    if not add_unless_there(hello):
        before = policy.hellos_seen_by(sender).where(
            Hello.from_id == sender.id, Hello.to_id == to.id, Hello.is_open
        )
        hello = db.session.scalars(before).one()
        if hello.text != words:
            message = _("You wrote to %(name)s already. Wait for an answer.", name=to.name)
            raise Refused(message, status=422, field="text")
        return hello
    record(sender, "said_hello", hello, to=to.id)
    notify(to.id, "hello", _page(hello), sender=sender, by=sender.name)
    return hello


def answer_hello(person: Person, hello: Hello, answer: HelloAnswer, words: str = "") -> None:
    """Say yes or not now, with a few words if one likes; the first answer holds."""
    require(hello.to_id == person.id)
    words = clean_text(words, "reply", LONGEST)
    db.session.refresh(hello, with_for_update={"of": Hello})
    if hello.answered_at is None:
        hello.answer, hello.reply, hello.answered_at = answer, words, clock.now()
        record(person, "answered", hello, answer=answer.value)
        kind = "hello_yes" if answer is HelloAnswer.YES else "hello_not_now"
        notify(hello.from_id, kind, _page(hello), sender=person, by=person.name)


def _page(hello: Hello) -> str:
    db.session.flush()
    return address("coaching.hello_page", hello_id=hello.id)
