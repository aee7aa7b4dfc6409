"""Pages of a module with 6 and 60 questions of six kinds, and who has answered them.

A third page is there for answers to be saved on.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import select

from pdportal.db import db
from pdportal.modules import questions
from pdportal.modules.models import Answer, Block, BlockKind, Enrollment, Module
from pdportal.modules.publishing.services import publish_all

SLUG = "many-questions"
ANSWERED = "to-save"
"""The question on the last page that answers are saved for, again and again."""

ABOUT = """---
title: Many questions
summary: Six of them, or sixty.
outcomes: [Answer them]
---
"""
QUESTIONS = """
::: question {#%(id)s}
Which of these %(n)s words is meant?

- [ ] The first of them.
    > That one comes before.
- [x] The second of them.
    > Yes.
:::

::: question
Which of these %(n)s words are short?

- [x] One
    > Yes.
- [x] Two
    > Yes.
- [ ] Seventeen
    > Count its letters.
:::

::: question {kind=text}
What is word %(n)s called?

- [x] wait time
- [ ] think time
    > The other one.
:::

::: question {kind=number}
How many seconds are %(n)s minutes and a half?

- [x] %(n)s30 ± 5 seconds
- [ ] %(n)s
    > Those are the minutes.
:::

::: question {kind=order}
Put these %(n)s in order.

1. Ask
2. Wait
3. Listen
:::

::: question {kind=match}
What belongs to %(n)s?

| Move | Use |
| --- | --- |
| A pause | A thought |
| A word on paper | A look at who has none |
:::
"""


def publish_questions() -> None:
    """Publish the module."""
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / SLUG
        folder.mkdir()
        (folder / "module.md").write_text(ABOUT, encoding="utf-8")
        for number, (name, times) in enumerate((("six", 1), ("sixty", 10), ("last", 1)), 1):
            ids = [ANSWERED if name == "last" else f"{name}-{n}" for n in range(times)]
            body = "".join(QUESTIONS % {"n": n, "id": each} for n, each in enumerate(ids, number))
            page = f"---\ntitle: {name.title()}\nminutes: 9\n---\n{body}"
            (folder / f"0{number}-{name}.md").write_text(page, encoding="utf-8")
        made = publish_all([folder])[0]
        assert made.edition is not None, made.problems


def add_answers(rows: Any, people: int) -> None:
    """Let the first so many people answer each question, choices first wrong and then right."""
    module = db.session.scalars(select(Module).where(Module.slug == SLUG)).one()
    blocks = db.session.execute(
        select(Block.id, Block.data).where(
            Block.edition_id == module.current_id, Block.kind == BlockKind.QUESTION
        )
    ).all()
    for person in range(1, people + 1):
        way = rows.add(
            Enrollment, person_id=person, module_id=module.id, edition_id=module.current_id
        )
        for block_id, data in blocks:
            kind = questions.kind_of(data)
            right = kind.solution(data)
            tries = [(right, True)]
            if kind.name == questions.DEFAULT:
                wrong = [each["key"] for each in data["options"] if not each["right"]]
                tries.insert(0, (wrong, False))
            for answer, verdict in tries:
                rows.add(
                    Answer, enrollment_id=way, block_id=block_id, answer=answer, verdict=verdict
                )


def answer_to_save(number: int) -> dict[str, str]:
    """What is posted the so-manieth time: never the same as the time before."""
    return {"option": ("the-first-of-them", "the-second-of-them")[number % 2]}
