"""Words that people type as an answer, and the forms of it that an author accepts.

A form is written as an item of a list: `- [x] wait time` is right, `- [ ] think time` a known
mistake, and code between slashes, `/(the )?second (pause|wait)/`, a pattern for a whole answer.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

import regex
from flask_babel import gettext as _
from flask_babel import ngettext

from pdportal.folding import bare, fold
from pdportal.modules.questions.items import Item, items_of
from pdportal.modules.questions.kind import Data, InvalidAnswer
from pdportal.web.typed import one_line

if TYPE_CHECKING:
    from pdportal.content.divs import Div
    from pdportal.modules.compiler.interactive import Extractor

LONGEST_ANSWER = 200
LONGEST_PATTERN = 200
MOST_REPEATS = 1_000
"""What the counts of a pattern, `{2,40}`, may come to, multiplied."""
SECONDS = 0.05
"""How long one pattern may look at one answer; what takes longer does not match."""
EXACT = {"case", "accents"}
"""What counts only where an author says so."""

_SIGNS = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ`´", "'"),
        **dict.fromkeys("“”„‟″«»‹›", '"'),
        **dict.fromkeys("‐‑‒–—―−﹘﹣", "-"),
    }
)
_ENDS = " .,;:!?…\"'¿¡。，！？"


def typed_words(answer: object, most: int = LONGEST_ANSWER) -> str:
    """One line that somebody typed; raises `InvalidAnswer` for an empty and for a long one."""
    words = one_line(answer if isinstance(answer, str) else "")
    if not words:
        raise InvalidAnswer(_("Write an answer first. A wrong one teaches as much as a right one."))
    if len(words) > most:
        raise InvalidAnswer(
            ngettext("%(num)s character is the most.", "%(num)s characters are the most.", most)
        )
    return words


def plain_words(words: str, exact: list[str]) -> str:
    """What answers that count as the same have in common.

    Blanks, quotes and dashes of every kind, hyphens between letters and signs at the ends never
    count; capitals and accents do where `exact` says so.
    """
    plain = _one_form(words)
    plain = re.sub(r"(?<=\w)-(?=\w)", " ", plain.strip(_ENDS) or plain)
    if "case" in exact:
        return plain if "accents" in exact else bare(plain)
    return plain.casefold() if "accents" in exact else fold(plain)


def _one_form(words: str) -> str:
    plain = unicodedata.normalize("NFKC", words).translate(_SIGNS)
    return " ".join("".join(c for c in plain if unicodedata.category(c) != "Cf").split())


def matching(forms: list[Data], answer: str, exact: list[str]) -> Data | None:
    """The form that an answer is; those in words before patterns, then right ones before wrong."""
    words = plain_words(answer, exact)
    for form in sorted(forms, key=lambda form: not form["right"]):
        if "words" in form and plain_words(form["words"], exact) == words:
            return form
    typed = {_one_form(answer), bare(_one_form(answer))}
    typed = {_one_form(answer)} if "accents" in exact else typed
    for form in sorted(forms, key=lambda form: not form["right"]):
        if "pattern" in form and any(
            _fits(form["pattern"], each, "case" in exact) for each in typed
        ):
            return form
    return None


def is_near(forms: list[Data], answer: str, exact: list[str]) -> bool:
    """Whether only a capital or an accent keeps an answer from being right."""
    form = matching(forms, answer, []) if exact else None
    return form is not None and form["right"]


def _fits(pattern: str, words: str, case: bool) -> bool:
    try:
        return _compiled(pattern, case).fullmatch(words, timeout=SECONDS) is not None
    except TimeoutError:
        return False


@lru_cache(maxsize=500)
def _compiled(pattern: str, case: bool) -> regex.Pattern[str]:
    return regex.compile(pattern, 0 if case else regex.IGNORECASE)


# What authors write


def exact_written(reader: Extractor, div: Div) -> list[str]:
    """What `exact="case accents"` says."""
    exact = sorted(set(div.attributes.values.get("exact", "").replace(",", " ").split()))
    for name in exact:
        if name not in EXACT:
            reader.problems.error(
                div.line, f"exact={name} means nothing.",
                "Write exact=case, exact=accents or exact=\"case accents\".",
            )  # fmt: skip
    return [name for name in exact if name in EXACT]


def forms_of(
    reader: Extractor, listing: Element | None, line: int, exact: list[str]
) -> list[dict[str, Any]]:
    """The forms in a list with [x] and [ ]; what is wrong with them is told."""
    forms: list[dict[str, Any]] = []
    seen: set[str] = set()
    for item in items_of(reader, listing, line):
        form = _form(reader, item)
        same = form.get("pattern") or plain_words(form["words"], exact)
        if same in seen:
            reader.problems.error(
                item.line, f"“{item.words[:50]}” is there twice for this answer.",
                "Capitals, accents and blanks do not count unless exact=… says so.",
            )  # fmt: skip
        seen.add(same)
        if not form["right"] and not item.feedback_html:
            reader.problems.warning(
                item.line, f"The mistake “{item.words[:50]}” has no feedback.",
                "Write it below, indented: > Why this is so.",
            )  # fmt: skip
        forms.append(form)
    if not any(form["right"] for form in forms):
        reader.problems.error(line, "There is no right answer.", "Mark one with - [x].")
    return forms


def _form(reader: Extractor, item: Item) -> dict[str, Any]:
    if item.ticked is None:
        reader.problems.error(item.line, f"“{item.words[:50]}” has no [x] or [ ] before it.")
    code = item.element.find("code")
    written = code.text or "" if code is not None and item.words == code.text else item.words
    is_pattern = code is not None and len(written) > 2 and written[0] == written[-1] == "/"
    more = {"right": bool(item.ticked), "feedback_html": item.feedback_html}
    if is_pattern:
        _check_pattern(reader, item.line, written[1:-1])
        return {"pattern": written[1:-1], **more}
    if not item.is_plain or not written or len(written) > LONGEST_ANSWER:
        reader.problems.error(
            item.line, "An answer that is typed is one line of words.",
            f"Write up to {LONGEST_ANSWER} characters after the box, without lists or pictures.",
        )  # fmt: skip
    return {"words": written, **more}


def _check_pattern(reader: Extractor, line: int, pattern: str) -> None:
    counts = [int(count) for count in re.findall(r"\d+(?=\})", pattern) if int(count)]
    product = 1
    for count in counts:
        product *= count
    if len(pattern) > LONGEST_PATTERN or product > MOST_REPEATS:
        reader.problems.error(line, f"The pattern /{pattern[:50]}…/ is too large.", "Shorten it.")
        return
    try:
        compiled = regex.compile(pattern, regex.IGNORECASE)
    except (regex.error, OverflowError, RecursionError) as fault:
        reader.problems.error(
            line, f"The pattern /{pattern}/ cannot be read: {fault}.",
            "Write \\ before a sign that stands for itself.",
        )  # fmt: skip
        return
    letters = dict.fromkeys([*(c for c in pattern if c.isalnum()), "a", "1", " "])
    rest = "".join(letters)
    try:
        for letter in letters:
            for words in (letter * LONGEST_ANSWER, letter * 150 + rest[:49] + "!"):
                compiled.fullmatch(words[:LONGEST_ANSWER], timeout=SECONDS)
    except TimeoutError:
        reader.problems.error(
            line, f"The pattern /{pattern}/ takes too long on some answers.",
            "Avoid choices that begin alike within a + or *, as in (a|aa)+.",
        )  # fmt: skip
