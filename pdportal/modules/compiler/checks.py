"""Compiles a check, `check.md` or `check-NAME.md`: parallel forms, and help for each skill."""

import re
from collections.abc import Collection, Sequence
from typing import Any
from xml.etree.ElementTree import Element

from pdportal.content.divs import Div
from pdportal.content.outline import HEADINGS
from pdportal.content.problems import did_you_mean
from pdportal.content.slugs import slug
from pdportal.content.tree import make, replace, text_of
from pdportal.content.vocabulary import INTERACTIVE, NOTES
from pdportal.folding import fold
from pdportal.modules import questions
from pdportal.modules.compiler.folder import Folder
from pdportal.modules.compiler.interactive import Extractor
from pdportal.modules.compiler.model import CompiledBlock, CompiledCheck
from pdportal.modules.compiler.page import Draft

KEYS = {"title", "minutes", "met", "exempts", "required", "again", "levels"}
AGAIN = 14
"""Days until the re-check, where the author says none."""
MOST_DAYS = 365
_PLACE = "check/"
"""Before its key in its address."""

_FILE = re.compile(r"^check(?:[-_](?P<name>.+))?\.md$", re.IGNORECASE)
_FORM = re.compile(r"^form\b\s*(?P<name>.*)$", re.IGNORECASE)
_MET = re.compile(r"^(?P<count>\d{1,3})(?P<each>\s+(?:per|a|for each)\s+skill)?$", re.IGNORECASE)


def is_check(name: str) -> bool:
    """Whether a file of a module is a check, by its name."""
    return _FILE.match(name) is not None


def check_drafts(folder: Folder, pages: Collection[str], language: str) -> list[Draft]:
    """The checks of a module's folder, not yet read; a file that is one of its `pages` is none."""
    found = []
    for name in folder.names("", ".md"):
        named = _FILE.match(name)
        if named is None or name in pages:
            continue
        settings = folder.read(name, KEYS)
        title = settings.text("title")
        if not title and not settings.problems.has_errors:
            settings.problems.error(1, "This check has no title.", "Write title: … at its top.")
        key = slug(named["name"] or "", 40) or "check"
        found.append(Draft(name, settings, title or name, language, "extra", f"{_PLACE}{key}"))
    return found


def compiled_check(draft: Draft, skills: list[str], pages: dict[str, str]) -> CompiledCheck:
    """A check as it is published. `skills` are its module's; `pages` its titles by address."""
    return _Compiler(draft, skills, pages).run()


def asks_of(checks: Sequence[CompiledCheck]) -> dict[str, Any]:
    """What a module asks for beside its pages: the titles of the checks that have to be met."""
    required = [check.title for check in checks if check.required]
    return {"checks": required} if required else {}


class _FormReader(Extractor):
    """Reads one form, and notes the skill and the line of each question."""

    def __init__(self, draft: Draft, skills: list[str]) -> None:
        super().__init__(draft)
        self.skills = skills
        self.asked: list[tuple[str, int]] = []

    def _block(self, element: Element, div: Div) -> CompiledBlock:
        if div.kind in INTERACTIVE - {"question"}:
            self.problems.error(
                div.line, f"A check has no {div.kind}.", "It has questions only; put it on a page."
            )
        skill = _skill(div, self.skills)
        if not skill:
            self.problems.error(
                div.line, "This question does not say its skill.", 'Write {skill="…"}.'
            )
        elif skill not in self.skills:
            hint = did_you_mean(skill, self.skills, "Name it under skills: in module.md.")
            self.problems.warning(div.line, f"“{skill}” is no skill of this module.", hint)
        kind = questions.KINDS.get(div.attributes.values.get("kind", questions.DEFAULT))
        if kind is not None and not kind.is_judged:
            self.problems.error(
                div.line, f"Nobody can judge a question of the kind “{kind.name}”.",
                "Take one with a right answer, or put it on a page.",
            )  # fmt: skip
        self.asked.append((skill, div.line))
        return super()._block(element, div)


def _skill(div: Div, skills: list[str]) -> str:
    """The skill that a part names, as its module spells it; the module's only one if it is one."""
    named = " ".join(div.attributes.values.get("skill", "").split())
    if not named and len(skills) == 1:
        return skills[0]
    return next((each for each in skills if fold(each) == fold(named)), named)


class _Compiler:
    def __init__(self, draft: Draft, skills: list[str], pages: dict[str, str]) -> None:
        self.draft = draft
        self.settings = draft.settings
        self.problems = draft.problems
        self.skills = skills
        self.pages = pages
        self.lines: list[list[tuple[str, int]]] = []
        """Of each form, the skill and the line of its questions."""

    def run(self) -> CompiledCheck:
        settings, root = self.settings, self.draft.document.root
        self._take_notes(root)
        helps = self._helps(root)
        intro, named = self._parts(root)
        html = Extractor(self.draft).html(intro)
        forms = [self._form(name, part) for name, part in named]
        self._check_forms(forms)
        count = len(forms[0]["questions"]) if forms else 0
        needed, each_skill = self._met(forms)
        asked = list(dict.fromkeys(skill for skill, _line in self.lines[0])) if forms else []
        self._check_help(helps, asked)
        return CompiledCheck(
            key=self.draft.slug.removeprefix(_PLACE),
            title=self.draft.title,
            minutes=settings.whole("minutes") or max(2, count * 2),
            needed=needed,
            each_skill=each_skill,
            exempts=settings.flag("exempts"),
            required=settings.flag("required"),
            again_days=self._again(),
            intro=html,
            skills=asked,
            levels=self._levels(asked),
            forms=forms,
            help=helps,
        )

    # Its parts

    def _take_notes(self, root: Element) -> None:
        """A check is the same for everybody: notes for facilitators stand on pages."""
        for parent in list(root.iter()):
            for child in list(parent):
                div = self.draft.document.div(child)
                if div is not None and div.kind in NOTES:
                    self.problems.warning(
                        div.line, "A note for facilitators in a check is left out.",
                        "Put it on a page.",
                    )  # fmt: skip
                    replace(parent, child, [])

    def _parts(self, root: Element) -> tuple[Element, list[tuple[str, Element]]]:
        """What stands before the first form, and each form with its name."""
        intro, rest = make("div", root.text or ""), make("div")
        forms: list[tuple[str, Element]] = []
        here = intro
        for child in list(root):
            root.remove(child)
            heading = text_of(child) if child.tag in HEADINGS else ""
            if form := _FORM.match(heading):
                here = make("div", child.tail or "")
                forms.append((form["name"].strip(" :.") or str(len(forms) + 1), here))
            elif fold(heading) == "help":
                here = rest
            else:
                here.append(child)
        if text_of(rest):
            self.problems.warning(
                1, f"“{text_of(rest)[:50]}” stands below Help and in no ::: help.",
                "It is left out; put it into one.",
            )  # fmt: skip
        for div in self.draft.document.below(intro):
            if div.kind in INTERACTIVE:
                self.problems.error(
                    div.line, f"This {div.kind} stands before the first form.",
                    "Put it below a heading ## Form A.",
                )  # fmt: skip
        return intro, forms

    def _form(self, name: str, part: Element) -> dict[str, Any]:
        """One form: its body like that of a page, and its questions in order."""
        reader = _FormReader(self.draft, self.skills)
        body = reader.run(part)
        self.lines.append(reader.asked)
        found = [
            {"key": block.key, "skill": skill, "data": block.data}
            for block, (skill, _line) in zip(reader.blocks, reader.asked, strict=True)
        ]
        return {"name": name, "body": body, "questions": found}

    # Help by skill

    def _helps(self, root: Element) -> dict[str, list[dict[str, str]]]:
        """What helps with each skill: the lines of the lists in `::: help`."""
        helps: dict[str, list[dict[str, str]]] = {}
        for element, div in Extractor(self.draft).take(root, "help"):
            skill = _skill(div, self.skills)
            lines = [self._help_line(item, div) for item in element.iter("li")]
            if not lines:
                self.problems.error(
                    div.line, "This help has no list.", "Write - [What](where): why it helps."
                )
            helps.setdefault(skill, []).extend(line for line in lines if line)
        return helps

    def _help_line(self, item: Element, div: Div) -> dict[str, str]:
        """One line: what to read, see or do, where that is, and why."""
        named = next((each for each in item.iter() if each.tag in {"a", "strong"}), None)
        words = text_of(item)
        title = text_of(named) if named is not None else ""
        start, found, why = words.partition(title) if title else ("", "", words)
        why = why.strip(" :–—-")
        if not found or start.strip() or not why:
            self.problems.error(
                self.draft.document.lines.get(named, div.line) if named is not None else div.line,
                f"“{words[:50]}” does not say what helps, and why.",
                "Write - [What](where): why, or - **What to do**: why.",
            )  # fmt: skip
            return {}
        url = named.get("href", "") if named is not None else ""
        why = why[0].upper() + why[1:]
        return {"kind": self._kind_of(url), "title": title, "url": url, "why": why}

    def _kind_of(self, url: str) -> str:
        if not url:
            return "do"
        if url.partition("#")[0] in self.pages:
            return "page"
        return "module" if url.startswith("/learn/") and "/files/" not in url else "resource"

    # What has to fit

    def _check_forms(self, forms: list[dict[str, Any]]) -> None:
        if len(forms) < 2:
            self.problems.error(
                1, "A check has two forms or more.",
                "Write ## Form A and ## Form B, each with its questions.",
            )  # fmt: skip
            return
        first = [skill for skill, _line in self.lines[0]]
        if not first:
            self.problems.error(1, f"Form {forms[0]['name']} asks nothing.", "Write its questions.")
        for form, lines in zip(forms[1:], self.lines[1:], strict=True):
            if len(lines) != len(first):
                line = lines[-1][1] if lines else 1
                self.problems.error(
                    line, f"Form {form['name']} has {len(lines)} questions, "
                    f"Form {forms[0]['name']} has {len(first)}.",
                    "Parallel forms ask about the same skills in the same order.",
                )  # fmt: skip
                continue
            for skill, (asked, line) in zip(first, lines, strict=True):
                if skill != asked:
                    self.problems.error(
                        line, f"Here Form {form['name']} asks about “{asked}”, "
                        f"Form {forms[0]['name']} about “{skill}”.",
                        "Parallel forms ask about the same skills in the same order.",
                    )  # fmt: skip
                    break

    def _met(self, forms: list[dict[str, Any]]) -> tuple[int, bool]:
        """How many right answers are enough: of the whole form, or for each skill."""
        written, line = self.settings.text("met"), self.settings.line("met")
        found = _MET.match(written)
        if found is None:
            self.problems.error(
                line, "This check does not say when it is met." if not written
                else f"“{written}” does not say when a check is met.",
                "Write met: 3 (right answers of a form) or met: 2 per skill.",
            )  # fmt: skip
            return 1, False
        needed, each = int(found["count"]), bool(found["each"])
        asked = [skill for skill, _line in self.lines[0]] if forms else []
        most = min((asked.count(skill) for skill in asked), default=0) if each else len(asked)
        if asked and not 1 <= needed <= most:
            where = "for a skill of a form" if each else "in a form"
            self.problems.error(
                line, f"{needed} right answers are asked for; there are {most} {where}.",
                f"Write a number from 1 to {most}.",
            )  # fmt: skip
        return needed, each

    def _check_help(self, helps: dict[str, list[dict[str, str]]], asked: list[str]) -> None:
        for skill in asked:
            if skill and not helps.get(skill):
                self.problems.warning(
                    1, f"Nothing says what helps with “{skill}”.",
                    f'Write ::: help {{skill="{skill}"}} with a list of what helps and why.',
                )  # fmt: skip
        for skill in helps:
            if asked and skill not in asked:
                hint = did_you_mean(skill, asked, "No question asks about it.")
                self.problems.warning(1, f"This check has help for “{skill}”.", hint)

    def _levels(self, asked: list[str]) -> dict[str, int]:
        """Which level of a skill, counted from 1, is shown by having it right."""
        written = self.settings.source.meta.get("levels")
        line = self.settings.line("levels")
        levels: dict[str, int] = {}
        if written is not None and not isinstance(written, dict):
            self.problems.error(line, "“levels” should be skills, each with a number.")
            written = None
        for skill, level in (written or {}).items():
            known = next((each for each in asked if fold(each) == fold(str(skill))), None)
            if known is None:
                hint = did_you_mean(str(skill), asked, "No question asks about it.")
                self.problems.warning(line, f"“{skill}” has a level and no question.", hint)
            elif isinstance(level, bool) or not isinstance(level, int) or not 1 <= level <= 20:
                self.problems.error(line, f"The level of “{skill}” is no number from 1 to 20.")
            else:
                levels[known] = level
        return levels

    def _again(self) -> int:
        days = self.settings.whole("again")
        if days is None:
            return AGAIN
        if not 1 <= days <= MOST_DAYS:
            self.problems.error(
                self.settings.line("again"), f"again: {days} is no number of days.",
                f"Write one from 1 to {MOST_DAYS}.",
            )  # fmt: skip
        return days
