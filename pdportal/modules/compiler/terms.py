"""Links the words that are explained: in the module's own glossary, or in that of the portal."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import replace
from xml.etree.ElementTree import Element

from pdportal.content.glossary import LANGUAGE, Term, link_first_uses, portal_terms, take_terms
from pdportal.content.vocabulary import HIDDEN, INTERACTIVE, NOTES
from pdportal.modules.compiler.page import Draft, is_interactive
from pdportal.modules.compiler.site import Site

FILE = "glossary.md"
"""A page of a module of ours whose definition lists are its glossary."""

_LEFT_ALONE = NOTES | HIDDEN | INTERACTIVE | {"glossary"}

OwnTerms = list[tuple[Term, Draft]]


def own_terms(drafts: Sequence[Draft]) -> OwnTerms:
    """The terms that a module explains itself; their addresses can be linked to from then on."""
    found: OwnTerms = []
    for draft in drafts:
        if draft.is_about or draft.section == "facilitators":
            continue
        for holder in list(_glossaries(draft)):
            for term in take_terms(holder, draft.outline.ids):
                draft.outline.ids.setdefault(term.slug, 0)
                found.append((replace(term, forms=term.forms or (term.name,)), draft))
    return found


def link_terms(drafts: Sequence[Draft], own: OwnTerms, site: Site, language: str) -> None:
    """On each page, link the first use of each term to what it means."""
    named = {form.casefold() for term, _draft in own for form in term.forms}
    of_portal = [
        (term, f"/help/words#{term.slug}")
        for term in (portal_terms() if language.split("-")[0] == LANGUAGE else ())
        if named.isdisjoint(form.casefold() for form in term.forms)
    ]
    for draft in drafts:
        if draft.is_about:
            continue
        here = [
            (term, f"#{term.slug}" if where is draft else site.url(where, term.slug))
            for term, where in own
        ]
        link_first_uses(draft.document.root, [*here, *of_portal], _left_alone(draft))


def _glossaries(draft: Draft) -> Iterator[Element]:
    if posixpath.basename(draft.path) == FILE:
        yield draft.document.root
        return
    for element, div in draft.document.divs.items():
        if div.kind == "glossary":
            yield element


def _left_alone(draft: Draft) -> Iterator[Element]:
    """What is answered, hidden, for facilitators or made already; and what explains the words."""
    for element, div in draft.document.divs.items():
        if div.kind in _LEFT_ALONE or is_interactive(draft, element):
            yield element
    yield from draft.ready
    if posixpath.basename(draft.path) == FILE:
        yield from draft.document.root
