"""Letters about accounts: written in the reader's language, stored as rows, sent by a job."""

from __future__ import annotations

from typing import Any

from flask import current_app, render_template

from pdportal.accounts.events import letter_written, the_app
from pdportal.accounts.models import Person
from pdportal.web.words import speaking


def write(template: str, to: str, person: Person | None = None, **words: Any) -> None:
    """Leave one letter to be sent; the template's first line is its subject."""
    with speaking(person.locale if person else None):
        whole = render_template(f"accounts/mail/{template}.txt", person=person, **words)
    subject, _blank, text = whole.strip().partition("\n")
    letter_written.send(
        the_app(),
        to=to,
        subject=subject.strip(),
        text=text.strip() + "\n",
        person_id=person.id if person else None,
    )


def notice(person: Person, what: str) -> None:
    """Tell somebody by mail that how they sign in was changed, whatever they chose about mail."""
    write("changed", person.email, person, what=what, forgotten=link("security.forgot_password"))


def link(endpoint: str, **values: Any) -> str:
    """A link for a letter: by the address in the settings, never by what a request claims."""
    base: str = current_app.config["PDPORTAL"]["BASE_URL"]
    return base + current_app.url_map.bind("").build(endpoint, values)
