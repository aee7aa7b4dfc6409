"""One page on its way from Markdown to HTML."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from pdportal.content.divs import Div
from pdportal.content.document import Document
from pdportal.content.outline import HEADINGS, Outline, make_outline
from pdportal.content.problems import Problems
from pdportal.content.read import read_markdown
from pdportal.content.settings import Settings
from pdportal.content.slugs import slug, unique
from pdportal.content.source import Source
from pdportal.content.tree import parents, replace, text_of
from pdportal.content.vocabulary import INTERACTIVE, NOTES
from pdportal.modules.compiler.model import Section

WORDS_A_MINUTE = 200


@dataclass
class Draft:
    """A page that is read and numbered; its links are not yet worked out."""

    path: str
    settings: Settings
    title: str
    language: str
    section: Section = "page"
    slug: str = ""
    minutes: int = 0
    break_minutes: int = 0
    is_about: bool = False
    captions: bool = False
    estimate: bool = False
    track: str = ""
    optional: bool = False
    document: Document = field(init=False)
    outline: Outline = field(init=False)
    keys: dict[Element, str] = field(default_factory=dict)
    ready: dict[Element, str] = field(default_factory=dict)
    """Elements whose HTML is made already, safe as it stands: videos."""
    protocols: list[tuple[str, int]] = field(default_factory=list)
    """The protocols that tasks name, each with its line."""
    sources: list[tuple[str, int]] = field(default_factory=list)
    """The keys of blocks that boxes take their first words from, each with its line."""

    @property
    def source(self) -> Source:
        """The file as it was read."""
        return self.settings.source

    @property
    def problems(self) -> Problems:
        """What is wrong in it."""
        return self.settings.problems

    def read(self, more: str = "") -> None:
        """Read the text, with link definitions that stand in another file."""
        self.document = read_markdown(
            self.source.body + more,
            path=self.source.path,
            first_line=self.source.first_line,
            language=self.language,
        )
        self.problems.found += self.document.problems
        self._take_notes_out()
        self.outline = make_outline(self.document, self.problems)

    def _take_notes_out(self) -> None:
        """Put facilitators' notes within what learners answer behind it, before anything else.

        So the words of a note are never part of a prompt, an option or a key.
        """
        document = self.document
        above = parents(document.root)
        for note in [each for each, div in document.divs.items() if div.kind in NOTES]:
            holder, outermost = above.get(note), None
            while holder is not None:
                outermost = holder if is_interactive(self, holder) else outermost
                holder = above.get(holder)
            if outermost is not None:
                replace(above[note], note, [])
                place = above[outermost]
                place.insert(list(place).index(outermost) + 1, note)
                note.tail, outermost.tail = outermost.tail, "\n"
                above[note] = place

    @property
    def divs(self) -> Iterable[Div]:
        """The divs of the page."""
        return self.document.divs.values()

    def given_ids(self) -> Iterator[tuple[str, tuple[str, int]]]:
        """The ids that the author gave to blocks, each with the path and the line."""
        for element, key in self.keys.items():
            div = self.document.div(element)
            if div is not None and div.id == key:
                yield key, (self.source.path, div.line)

    def words(self) -> int:
        """The words a learner reads."""
        return len("".join(self.document.root.itertext()).split())

    def reading_minutes(self) -> int:
        """Honest minutes for reading, where nobody has said how long it takes."""
        return max(1, round(self.words() / WORDS_A_MINUTE))


def is_interactive(draft: Draft, element: Element) -> bool:
    """What learners answer: blocks of that name, and challenges with a list to choose from."""
    div = draft.document.div(element)
    if div is None:
        return False
    if div.kind in INTERACTIVE:
        return True
    return div.kind == "challenge" and any(
        draft.document.ticks.get(item, (False, 0))[0]
        for child in element
        if child.tag in {"ul", "ol"}
        for item in child
    )


def name_blocks(drafts: list[Draft]) -> None:
    """Give each interactive block of a module its key: its id, or the first words it has."""
    taken: dict[str, tuple[str, int]] = {}
    todo: list[tuple[Draft, Element, Div]] = []
    for draft in drafts:
        for element in draft.document.root.iter():
            div = draft.document.div(element)
            if div is None or not (is_interactive(draft, element) or div.kind == "choice"):
                continue
            if not div.id:
                todo.append((draft, element, div))
            elif div.id in taken:
                path, line = taken[div.id]
                if path != draft.source.path:  # on one page it is told as any other id
                    draft.problems.error(
                        div.line,
                        f"The id “{div.id}” is there twice in this module "
                        f"(first in {path}:{line}).",
                        "Give one of them another.",
                    )
                todo.append((draft, element, div))
            else:
                taken[div.id] = (draft.source.path, div.line)
                draft.keys[element] = div.id
    for draft, element, div in todo:
        first = div.id or slug(first_words(draft.document, element, div), 60) or div.kind
        key = unique(first, set(taken))
        taken[key] = (draft.source.path, div.line)
        draft.keys[element] = key
        draft.outline.ids.setdefault(key, div.line)


def first_words(document: Document, element: Element, div: Div) -> str:
    """The title of a block, or the first words of its prompt."""
    if div.title:
        return div.title
    for child in element:
        words = text_of(child)
        if child.tag in HEADINGS and words:
            return words
        if words and document.div(child) is None:
            return " ".join(words.split()[:8])
    return ""
