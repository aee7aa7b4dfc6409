"""Small modules written to a folder, as authors would."""

from __future__ import annotations

from pathlib import Path

from pdportal.accounts.models import Person
from pdportal.modules.publishing.services import Published, publish_all

ABOUT = """---
title: {title}
summary: Leave three seconds after a question.
skills: [{skills}]
language: {language}
outcomes:
  - Leave three seconds
prerequisites: [{prerequisites}]
{more}---
About waiting.
"""

FIRST = """---
title: One second
minutes: 6
---
The first page tells of the silence after a question.

::: question {#second-pause}
Where is the second pause?

- [ ] Before the first hand.
    > That is the first one.
- [x] After an answer.
    > Yes, there.

It is the one we forget.
:::

::: instructor
Ask them to time one another: a secret for facilitators.
:::

::: reflection {#whose-voice}
Whose voice do you hear?
:::
"""

SECOND = """---
title: Try it
minutes: 8
---
The second page asks for work.

::: question {#what-helps}
What helps? Choose all.

- [x] Writing first.
    > Yes, it gives the silence something to do.
- [x] Telling a neighbour.
    > Yes.
- [ ] Asking again in other words.
    > Every new wording is a new question.
:::

::: task {#two-questions title="Two questions" protocol="tag"}
Write two questions.

::: field {#lesson label="The lesson" rows=3}
Subject and age.
:::

::: field {#questions label="The questions"}
Word for word.
:::
:::

::: tryout {#wait-twice title="Wait three seconds, twice"}
Count to three.
:::
"""

CHECK = """---
title: Do you know this already?
minutes: 4
met: 1 per skill
exempts: true
again: 21
levels: {talk: 3}
---
Two cases. Nobody else sees your answers.

## Form A

::: question {#a1 skill="questioning"}
Where is the second pause?

- [x] After an answer.
    > Right A1.
- [ ] Before a hand.
    > Wrong A1.
:::

::: question {#a2 skill="talk"}
Who speaks next?

- [ ] The teacher.
    > Wrong A2.
- [x] A student.
    > Right A2.
:::

## Form B

::: question {#b1 skill="questioning"}
What stands in the second pause?

- [x] Nothing.
    > Right B1.
- [ ] Good!
    > Wrong B1.
:::

::: question {#b2 skill="talk"}
Whose turn is it?

- [x] The one who thinks.
    > Right B2.
- [ ] The one who is quick.
    > Wrong B2.
:::

## Help

::: help {skill="questioning"}
- [Three seconds](01-one-second.md#three-seconds): it has an exercise.
- [Another module](/learn/other): it says the same in other words.
:::

::: help {skill="talk"}
- **Watch a colleague**: you hear your own pauses.
- [Rowe](https://example.org/rowe): she measured them.
:::
"""
"""A check of a module with a page `01-one-second.md`; option keys are the words of the options."""


def write_module(
    parent: Path,
    slug: str = "wait",
    *,
    title: str = "Worth waiting for",
    skills: str = "questions, talk",
    prerequisites: str = "",
    pages: dict[str, str] | None = None,
    language: str = "en",
    more: str = "",
) -> Path:
    """A module of two pages, or of those given; `more` are lines of its front matter."""
    if "levers:" not in more:
        more += "levers: {approach: Read and try., pace: As you like., say: Your class.}\n"
    folder = parent / slug
    folder.mkdir(parents=True, exist_ok=True)
    about = ABOUT.format(
        title=title, skills=skills, prerequisites=prerequisites, language=language, more=more
    )
    (folder / "module.md").write_text(about, encoding="utf-8")
    for old in folder.glob("0*.md"):
        old.unlink()
    for name, text in (pages or {"01-one-second.md": FIRST, "02-try-it.md": SECOND}).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def plain_page(title: str = "A page", text: str = "Some words.", minutes: int = 5) -> str:
    """A page with words alone."""
    return f"---\ntitle: {title}\nminutes: {minutes}\n---\n{text}\n"


def publish_one(folder: Path, by: Person | None = None) -> Published:
    """Publish a single folder."""
    return publish_all([folder], by)[0]
