"""The words of a mail made of notices, and the same as HTML.

A subject names the topic and nothing else: it is shown on locked screens and by mail servers. A
digest says how much is new about what, and from whom, and leads to the portal to read it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from babel.lists import format_list
from flask import current_app
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from pdportal.accounts.mail import link
from pdportal.inbox import kinds
from pdportal.inbox.topics import Topic

MOST_NAMES = 3
"""How many people a line of a digest names."""

Names = Mapping[int, str]
"""The names of people as they are now, by id."""


def at_once(greeted: str, notices: Sequence[Any], names: Names, stop: str) -> tuple[str, str]:
    """Subject and text of a mail about notices of one topic, which `stop` unsubscribes from."""
    lines = []
    for notice in notices:
        sentence = kinds.sentence(notice.kind, notice.words, dict(names))
        lines += [sentence, f"{kinds.link_name(notice.kind)}: {_base()}{notice.url}", ""]
    topic = kinds.topic_of(notices[0].kind)
    about = str(topic.about.name)
    ends = [_("Stop mail about “%(topic)s”: %(url)s", topic=about, url=stop)] if stop else []
    return str(topic.about.subject), _letter(greeted, lines, ends)


def digest(greeted: str, notices: Sequence[Any], names: Names, stop: str) -> tuple[str, str]:
    """Subject and text of a mail that gathers what is new: how much about what, and from whom."""
    count = len(notices)
    subject = ngettext("%(num)s thing is new for you", "%(num)s things are new for you", count)
    lines = []
    for topic in Topic:
        if about := [notice for notice in notices if kinds.topic_of(notice.kind) is topic]:
            lines += [_counted(topic, about, names), _way_to(topic, about), ""]
    return subject, _letter(greeted, lines, [_("Stop this digest: %(url)s", url=stop)])


def _counted(topic: Topic, notices: Sequence[Any], names: Names) -> str:
    """How many there are, and the people who may be named."""
    line = f"{topic.about.name}: {ngettext('%(num)s new', '%(num)s new', len(notices))}"
    people = sorted({names[n.from_id] for n in notices if n.from_id in names})
    if not people:
        return line
    others = len(people) - MOST_NAMES
    if others > 0:
        more = ngettext("%(num)s other", "%(num)s others", others)
        people = [*people[:MOST_NAMES], more]
    together = format_list(people, locale=get_locale() or "en")
    return f"{line}, {_('from %(names)s', names=together)}"


def _way_to(topic: Topic, notices: Sequence[Any]) -> str:
    """A link to the one page, or to all notices about it."""
    if len(notices) == 1:
        return f"{kinds.link_name(notices[0].kind)}: {_base()}{notices[0].url}"
    return f"{_('Read them')}: {link('inbox.notices')}?about={topic}"


def _letter(greeted: str, lines: Sequence[str], ends: Sequence[str]) -> str:
    """The whole text: the greeting, what is new, and how to change what comes by mail."""
    change = _("Choose what comes by mail: %(url)s", url=link("inbox.choices"))
    greeting = _("Hello %(name)s,", name=greeted)
    name = current_app.config["PDPORTAL"]["NAME"]
    return "\n".join([greeting, "", *lines, "-- ", name, change, *ends, ""])


def _base() -> str:
    base: str = current_app.config["PDPORTAL"]["BASE_URL"]
    return base


class Line(NamedTuple):
    """One line of a letter: words, and where they lead."""

    words: str
    url: str = ""


def as_html(subject: str, text: str, language: str | None) -> str:
    """The same letter as HTML; what leads to the portal is a link.

    A letter is plain paragraphs, so that one text is written, stored, corrected and forgotten.
    """
    body, _dashes, foot = text.partition("\n-- \n")
    page = current_app.jinja_env.get_template("inbox/letter.html")  # a page of no request
    return page.render(
        subject=subject,
        language=(language or current_app.config["BABEL_DEFAULT_LOCALE"]).split("_")[0],
        paragraphs=[list(_lines(part)) for part in body.split("\n\n") if part.strip()],
        foot=list(_lines(foot)),
    )


_LEADS = re.compile(r"(?:(?P<words>.*): )?(?P<url>https?://\S+)")


def _lines(part: str) -> Iterator[Line]:
    for line in part.strip().splitlines():
        found = _LEADS.fullmatch(line.strip())
        if found and found["url"].startswith(_base()):
            yield Line(found["words"] or found["url"], found["url"])
        else:
            yield Line(line)
