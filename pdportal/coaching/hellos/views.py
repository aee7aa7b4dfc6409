"""Who could show something, a message to them, and what they say to it."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from pdportal import clock
from pdportal.accounts import me
from pdportal.accounts.models import Person
from pdportal.coaching import queries
from pdportal.coaching.appointments.models import AppointmentKind
from pdportal.coaching.appointments.queries import offered_between
from pdportal.coaching.hellos import policy, services
from pdportal.coaching.hellos.models import Hello, HelloAnswer
from pdportal.coaching.hellos.queries import offers_to
from pdportal.coaching.views import bp
from pdportal.search.sources import Fit, fit
from pdportal.web.autosave import keeps_words
from pdportal.web.errors import one_or_404
from pdportal.web.forms import PortalForm, text_field
from pdportal.web.pages import render_form
from pdportal.web.requests import typed_id

AHEAD = timedelta(days=28)
"""How far ahead the open lessons are that may show it."""


class HelloForm(PortalForm):
    """A few words, and what they are about."""

    text = text_field(_l("Your message"), services.LONGEST, _l("Write a few words."))
    about = HiddenField()


@bp.get("/coaching/who-could-show-it")
def who_could_show_it() -> ResponseReturnValue:
    """What colleagues offer to show, by skill, and the lessons they open; for oneself, or for a
    teacher one coaches."""
    words, now = request.args.get("q", "").strip(), clock.now()

    def fits(name: str, *more: str | None) -> bool:
        return not words or fit(words, name, " ".join(filter(None, more))) != Fit.NOT

    lessons = offered_between(me(), [AppointmentKind.CLASSROOM], now, now + AHEAD)
    return render_template(
        "coaching/who_could_show_it.html",
        words=words,
        offers=[row for row in offers_to(me()) if fits(row.skill, row.words, row.teaches)],
        lessons=[
            slot
            for slot in lessons
            if slot.host is not me() and slot.offer and fits(slot.offer.about, slot.host.name)
        ],
        teacher=queries.teacher(me(), typed_id(request.args.get("for", ""))),
    )


@bp.route("/coaching/hello/<int:person_id>", methods=["GET", "POST"])
@keeps_words(text=_l("Your message"))
def say_hello(person_id: int) -> ResponseReturnValue:
    """A short message to somebody one works with, or who offers to show something."""
    person = one_or_404(policy.people_greeted_by(me()).where(Person.id == person_id))
    form = HelloForm(data=request.args.to_dict())
    hello = form.attempt(
        lambda: services.say_hello(me(), person, form.text.data or "", form.about.data or "")
    )
    if hello is None:
        return render_form("coaching/say_hello.html", form, person=person)
    flash(_("Sent. %(name)s may also say “not now”.", name=person.name), "success")
    return redirect(url_for(".hello_page", hello_id=hello.id))


@bp.route("/coaching/hellos/<int:hello_id>", methods=["GET", "POST"])
@keeps_words(reply=_l("Your answer"))
def hello_page(hello_id: int) -> ResponseReturnValue:
    """A message, and the answer to it."""
    hello = one_or_404(policy.hellos_seen_by(me()).where(Hello.id == hello_id))
    if request.method == "POST":
        yes = request.form.get("answer") == HelloAnswer.YES
        answer = HelloAnswer.YES if yes else HelloAnswer.NOT_NOW
        services.answer_hello(me(), hello, answer, request.form.get("reply", ""))
        flash(_("%(name)s has your answer.", name=hello.sender.name), "success")
        return redirect(url_for(".hello_page", hello_id=hello.id))
    return render_template("coaching/hello_page.html", hello=hello)
