"""Words that are explained, and where a text uses them first.

A definition list explains them. What stands behind a `|` in its terms are other forms in which a
text may use the word, and `was: …` is how it was called before:

    Feedback request | feedback requests | was: Round
    :   You ask for feedback on one version of your work.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from xml.etree.ElementTree import Element

from pdportal.content.outline import HEADINGS
from pdportal.content.read import read_markdown
from pdportal.content.slugs import slug, unique
from pdportal.content.source import read_source
from pdportal.content.tree import add_text, make, text_of
from pdportal.shipped import shipped

GLOSSARY = shipped("content", "shipped_content") / "glossary.md"
LANGUAGE = "en"
"""In which it is written."""

_LEFT_ALONE = frozenset({"a", "code", "pre", "kbd", "samp", "math", "summary", *HEADINGS})
_NO_BLANKS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)
"""Letters of scripts that are written without blanks between words."""


@dataclass(frozen=True)
class Term:
    """A word that is explained: its address, its name, and how texts write it."""

    slug: str
    name: str
    forms: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    """The addresses of the names it had before."""


def term_of(written: str) -> Term:
    """The term that the text of a `<dt>` says."""
    name, *more = (" ".join(part.split()) for part in written.split("|"))
    was = [part.removeprefix("was:").strip() for part in more if part.startswith("was:")]
    forms = [part for part in more if part and not part.startswith("was:")]
    return Term(slug(name) or "word", name, (name, *forms) if forms else (), tuple(map(slug, was)))


def take_terms(root: Element, taken: Collection[str] = ()) -> Iterator[Term]:
    """The terms of the definition lists of a page; each is shown by its name, with an address.

    `taken` are the addresses that something else on the page has already.
    """
    names = set(taken)
    for title in root.iter("dt"):
        term = term_of(text_of(title))
        if "|" in text_of(title):
            for child in list(title):
                title.remove(child)
            title.text = term.name
        if not title.get("id"):
            title.set("id", unique(term.slug, names))
        names.add(title.get("id", ""))
        yield replace(term, slug=title.get("id", ""))


@lru_cache(maxsize=1)
def portal_terms() -> tuple[Term, ...]:
    """The words of the portal's own glossary."""
    source, _faults = read_source(GLOSSARY)
    return tuple(take_terms(read_markdown(source.body).root))


def link_first_uses(
    root: Element, addresses: Iterable[tuple[Term, str]], leave: Iterable[Element]
) -> None:
    """Make the first use of each term in a text a link; never in a heading, a link or code.

    What stands in the elements to `leave` is left alone, too.
    """
    forms = {
        form: (term.slug, address)
        for term, address in addresses
        for form in sorted(term.forms, key=len)
    }
    if forms:
        _Linking(forms, frozenset(leave)).visit(root)


class _Linking:
    """Walks a text in its order, as long as there are terms that it has not used yet."""

    def __init__(self, forms: dict[str, tuple[str, str]], leave: frozenset[Element]) -> None:
        self.forms = forms
        self.leave = leave
        longest_first = sorted(forms, key=len, reverse=True)
        self.pattern = re.compile("|".join(map(_pattern, longest_first)))
        self.by_fold = {form.casefold(): form for form in longest_first}
        self.used: set[str] = set()

    def visit(self, element: Element) -> None:
        place = self._link(element, 0, element.text)
        for child in list(element):
            place = list(element).index(child)
            if child.tag not in _LEFT_ALONE and child not in self.leave:
                self.visit(child)
            self._link(element, place + 1, child.tail)

    def _link(self, parent: Element, place: int, text: str | None) -> int:
        """Put links into a text that stands before the child at a place."""
        found = [match for match in self.pattern.finditer(text or "") if self._is_first(match)]
        if not found or text is None:
            return place
        pieces = [text[: found[0].start()]]
        for match, following in zip(found, [*found[1:], None], strict=True):
            pieces.append(text[match.end() : following.start() if following else len(text)])
        if place:
            parent[place - 1].tail = pieces[0]
        else:
            parent.text = pieces[0]
        for match, after in zip(found, pieces[1:], strict=True):
            _slug, address = self._meant(match)
            parent.insert(place, make("a", match.group(), href=address, class_="term"))
            place += 1
            add_text(parent, place, after)
        return place

    def _meant(self, match: re.Match[str]) -> tuple[str, str]:
        """The term and the address of a match; none for letters that only look alike."""
        return self.forms.get(self.by_fold.get(match.group().casefold(), ""), ("", ""))

    def _is_first(self, match: re.Match[str]) -> bool:
        """Whether a match is a whole word, and the first use of its term; then it is used."""
        before, after = match.string[: match.start()][-1:], match.string[match.end() :][:1]
        if _goes_on(before, match.group()[0]) or _goes_on(after, match.group()[-1]):
            return False
        name, _address = self._meant(match)
        is_first = bool(name) and name not in self.used
        self.used.add(name)
        return is_first


def _pattern(form: str) -> str:
    """A form as it stands, its first letter large or small; abbreviations as they are."""
    if form.isupper():
        return re.escape(form)
    return f"(?i:{re.escape(form[0])}){re.escape(form[1:])}"


def _goes_on(beside: str, letter: str) -> bool:
    """Whether a word goes on with the letter beside it; without blanks nobody can tell."""
    if not beside or (_NO_BLANKS.match(beside) and _NO_BLANKS.match(letter)):
        return False
    return beside in "-_\u2011" or unicodedata.category(beside)[0] in "LMN"
