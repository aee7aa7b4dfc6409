"""What every kind of question says about itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from pdportal.content.boxes import take_title
from pdportal.content.tree import make, text_of
from pdportal.content.vocabulary import label

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from werkzeug.datastructures import MultiDict

    from pdportal.content.divs import Div
    from pdportal.modules.compiler.interactive import Extractor

Data = dict[str, Any]
"""A compiled question, as JSON: what its author wrote."""

Json = Any
"""An answer, as JSON; its shape is its kind's own affair."""


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


@dataclass(frozen=True)
class Tries:
    """What one reader answered so far."""

    count: int = 0
    latest: Json | None = None
    solved: bool = False
    """Whether one of the tries was right."""


class Kind(ABC):
    """One kind of question. `template` has a macro `question(block)` that shows it."""

    name: ClassVar[str]

    @property
    def template(self) -> str:
        return f"modules/questions/{self.name}.html"

    @abstractmethod
    def parse(self, reader: Extractor, element: Element, div: Div) -> Parsed:
        """Parse the question from the element tree; report problems with their lines."""

    @abstractmethod
    def read(self, form: MultiDict[str, str]) -> Json:
        """The answer in a posted form, not yet checked."""

    @abstractmethod
    def check(self, data: Data, answer: Json) -> Json:
        """The answer in the shape in which it is stored; raises `InvalidAnswer`."""

    @abstractmethod
    def judge(self, data: Data, answer: Json) -> Judgement:
        """The verdict on a checked answer, with feedback on what was answered and nothing else."""

    @abstractmethod
    def show(self, data: Data, tries: Tries) -> Data:
        """Values for the template beside those of all kinds; nothing that gives answers away."""

    def shared_state(self, answer: Json) -> Hashable | None:
        """A cache key for an answered question that looks the same for many people.

        With None it shows what one person wrote, and is never cached.
        """
        return None

    def compile(self, reader: Extractor, element: Element, div: Div) -> Data:
        """The data of a question as stored with its edition."""
        title = reader.title(element, div)
        hints = [_part(reader, *part) for part in reader.take(element, "hint")]
        solutions = [
            _part(reader, *part) for part in reader.take(element, "solution", "explanation")
        ]
        parsed = self.parse(reader, element, div)
        prompt = reader.html(parsed.prompt)
        if not prompt and not title:
            reader.problems.error(div.line, "This question asks nothing.", "Write it first.")
        explanations = [] if parsed.explanation is None else [reader.html(parsed.explanation)]
        return {
            "title": title,
            "prompt_html": prompt,
            **parsed.data,
            "hint_html": "\n".join(hints),
            "explanation_html": "\n".join(filter(None, [*explanations, *solutions])),
        }

    def shown(self, data: Data, tries: Tries) -> Data:
        """All values that the template shows to a reader with these tries."""
        return self.show(data, tries) | {
            "title": data.get("title") or "",
            "prompt": data["prompt_html"],
            "tries": tries.count,
            "right": tries.solved,
            "hint": data.get("hint_html") or "",
            "explanation": data.get("explanation_html") or "" if tries.solved else "",
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
