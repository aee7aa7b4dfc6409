"""What a folder says it holds, before its pages are read."""

import posixpath
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from pdportal.content.settings import Settings
from pdportal.content.slugs import slug, unique
from pdportal.modules.compiler.model import CompiledModule
from pdportal.modules.compiler.page import Draft

RESERVED = ("print",)
"""What stands in the place of a page in an address of ours."""


@dataclass
class Plan:
    """The settings of a module, as it will be without its pages, and its drafts in order."""

    module: CompiledModule
    settings: Settings
    """What its own file says, and what is wrong there."""
    about: Draft | None = None
    drafts: list[Draft] = field(default_factory=list)
    checks: list[Draft] = field(default_factory=list)
    prerequisite_lines: dict[str, tuple[str, int]] = field(default_factory=dict)
    definitions: str = ""
    places: Sequence[str] = ()


def give_slugs(drafts: list[Draft]) -> None:
    """A page is known by its file's name without the number, unless two would be the same."""
    short = {draft.path: _short(draft.path) for draft in drafts}
    count = Counter(short.values())
    taken = set(RESERVED)
    for draft in sorted(drafts, key=lambda each: short[each.path] != _stem(each.path)):
        name = short[draft.path]
        if count[name] > 1 and name != _stem(draft.path):
            name = _stem(draft.path)
        draft.slug = unique(name or "page", taken)
        taken.add(draft.slug)


def _stem(path: str) -> str:
    return slug(posixpath.splitext(posixpath.basename(path))[0])


def _short(path: str) -> str:
    stem = posixpath.splitext(posixpath.basename(path))[0]
    return slug(re.sub(r"^\d+[-_. ]*", "", stem)) or slug(stem)
