"""What every kind of question says about itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from pdportal.content.boxes import take_title
from pdportal.content.tree import make, text_of
from pdportal.content.vocabulary import label

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from markupsafe import Markup
    from werkzeug.datastructures import MultiDict

    from pdportal.content.divs import Div
    from pdportal.modules.compiler.interactive import Extractor

Data = dict[str, Any]
"""A compiled question, as JSON: what its author wrote."""

Json = Any
"""An answer, as JSON; its shape is its kind's own affair."""

MISSES_BEFORE_HELP = 2
"""After so many tries that were not right, a question shows where to read about it again."""


class InvalidAnswer(ValueError):
    """What was posted is no answer to this question; the message is shown to the person."""


@dataclass(frozen=True)
class Parsed:
    """A parsed question: the prompt, the explanation, and the data of its kind."""

    prompt: Element
    explanation: Element | None = None
    data: Data = field(default_factory=dict)


@dataclass(frozen=True)
class Judgement:
    """The verdict on an answer, and feedback."""

    verdict: bool | None
    """Right or not; None where nobody can say, as of an open answer."""
    feedback: Mapping[str, str] = field(default_factory=dict)
    """Safe HTML for parts of the answer, by names that the kind's template knows."""
    found: int = 0
    """Of an answer with parts: how many of them are right."""
    of: int = 0
    """How many parts can be right; 0 for an answer without parts."""
    surplus: int = 0
    """How many were chosen that do not belong."""

    @property
    def part(self) -> int:
        """How many of `of` count as right: each surplus choice takes one back, never below none."""
        return max(0, self.found - self.surplus)


@dataclass(frozen=True)
class Tries:
    """What one reader answered so far."""

    count: int = 0
    latest: Json | None = None
    solved: bool = False
    """Whether one of the tries was right."""
    earlier: Sequence[tuple[Json, bool | None]] = ()
    """Answers before the latest with their verdicts, the oldest first."""
    posted: Json | None = None
    """What `read` found in a form that was refused; it is shown in place of the latest."""
    seed: int | None = 0
    """Decides in which order a reader sees what is shuffled; the same at each visit.

    None leaves it sorted, so that the same in two versions stands in the same order.
    """

    @property
    def shown(self) -> Json | None:
        """What stands in the boxes."""
        return self.latest if self.posted is None else self.posted


class Kind(ABC):
    """One kind of question.

    `template` has a macro `fields(block)` with the inputs, and `question(block)` with a form
    around them.
    """

    name: ClassVar[str]
    attributes: ClassVar[frozenset[str]] = frozenset()
    """What may stand in the braces, beside what every kind knows."""
    flags: ClassVar[frozenset[str]] = frozenset()
    """The same, of words without a value."""
    shape: ClassVar[type] = str
    """What a checked answer is an instance of."""
    is_judged: ClassVar[bool] = True
    """Whether an answer can be right."""
    is_shuffled: ClassVar[bool] = False
    """Whether `show` depends on `Tries.seed`."""
    is_shared: ClassVar[bool] = True
    """Whether many may give the same answer; one in a person's own words is never cached."""
    boxes: ClassVar[str] = ""
    """What the names of its boxes begin with, where it has several."""

    @property
    def template(self) -> str:
        return f"modules/questions/{self.name}.html"

    @abstractmethod
    def parse(self, reader: Extractor, element: Element, div: Div) -> Parsed:
        """Parse the question from the element tree; report problems with their lines."""

    def read(self, form: MultiDict[str, str]) -> Json:
        """The answer in a posted form, not yet checked: what its boxes hold, by their names."""
        start = self.boxes
        return {name.removeprefix(start): form[name] for name in form if name.startswith(start)}

    @abstractmethod
    def check(self, data: Data, answer: Json) -> Json:
        """The answer in the shape in which it is stored; raises `InvalidAnswer`.

        A stored answer that fits the question stays as it is.
        """

    @abstractmethod
    def judge(self, data: Data, answer: Json) -> Judgement:
        """The verdict on a checked answer, with feedback on what was answered and nothing else.

        The answer may come from another edition of the question: what is unknown is not right.
        """

    @abstractmethod
    def show(self, data: Data, tries: Tries, judged: Judgement | None) -> Data:
        """Values for the template beside those of all kinds; nothing that gives answers away.

        `judged` is the judgement of the latest try, None where there is none to show.
        """

    @abstractmethod
    def say(self, data: Data, answer: Json) -> list[Markup]:
        """A checked answer in words, as pieces of safe HTML."""

    def solution(self, data: Data) -> Json | None:
        """A checked answer that is right; None where there is none, or none that can be named."""
        return None

    def compile(self, reader: Extractor, element: Element, div: Div) -> Data:
        """The data of a question as stored with its edition."""
        title = reader.title(element, div)
        hints = [_part(reader, *part) for part in reader.take(element, "hint")]
        solutions = [
            _part(reader, *part) for part in reader.take(element, "solution", "explanation")
        ]
        see = reader.take_see(element)
        parsed = self.parse(reader, element, div)
        prompt = reader.html(parsed.prompt)
        if not prompt and not title and "pieces" not in parsed.data:
            reader.problems.error(div.line, "This question asks nothing.", "Write it first.")
        explanations = [] if parsed.explanation is None else [reader.html(parsed.explanation)]
        data = {
            "title": title,
            "prompt_html": prompt,
            **parsed.data,
            "hint_html": "\n".join(hints),
            "explanation_html": "\n".join(filter(None, [*explanations, *solutions])),
        }
        skill = " ".join(div.attributes.values.get("skill", "-").split())
        if not skill:
            reader.problems.error(div.line, "skill= names no skill.", 'Write skill="questioning".')
        if "skill" in div.attributes.values:
            data["skill"] = skill
        return data | see

    def shown(self, data: Data, tries: Tries) -> Data:
        """All values that the template shows to a reader with these tries."""
        judged = None
        if tries.posted is None and tries.latest is not None:
            judged = self.judge(data, tries.latest)
        over = tries.solved or (not self.is_judged and tries.count)
        missed = self.is_judged and not tries.solved and tries.count >= MISSES_BEFORE_HELP
        return self.show(data, tries, judged) | {
            "title": data.get("title") or "",
            "prompt": data["prompt_html"],
            "tries": tries.count,
            "right": tries.solved,
            "kind_name": self.name,
            "is_judged": self.is_judged,
            "judged": judged,
            "hint": data.get("hint_html") or "",
            "explanation": data.get("explanation_html") or "" if over else "",
            "see": data.get("see") if missed else None,
            "earlier": [(self.say(data, answer), right) for answer, right in tries.earlier],
        }


def _part(reader: Extractor, element: Element, div: Div) -> str:
    """A hint or an explanation, with its title above it unless that only says what it is."""
    title = take_title(element, div)
    plain = {"", label(div.kind, reader.language).casefold(), div.kind}
    if title is not None and text_of(title).casefold() not in plain:
        strong = make("strong", title.text or "")
        strong.extend(list(title))
        heading = make("p")
        heading.append(strong)
        element.insert(0, heading)
    return reader.html(element)
