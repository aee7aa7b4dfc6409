"""Compiles a folder: our own modules, and Sandpaper lessons as they stand."""

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from pdportal.content.html import plain_text
from pdportal.content.problems import Problem, did_you_mean
from pdportal.content.settings import Settings
from pdportal.content.slugs import slug
from pdportal.content.vocabulary import NOTES
from pdportal.modules import questions
from pdportal.modules.compiler import facets, paths, sandpaper
from pdportal.modules.compiler.about import about_text, notes_page, summary_of
from pdportal.modules.compiler.checks import asks_of, check_drafts, compiled_check, is_check
from pdportal.modules.compiler.folder import Folder
from pdportal.modules.compiler.interactive import Extractor
from pdportal.modules.compiler.links import Linker
from pdportal.modules.compiler.model import CompiledModule, CompiledPage, Section
from pdportal.modules.compiler.page import Draft, name_blocks
from pdportal.modules.compiler.plan import Plan, give_slugs
from pdportal.modules.compiler.site import Site
from pdportal.modules.compiler.terms import FILE as GLOSSARY
from pdportal.modules.compiler.terms import link_terms, own_terms

MODULE_KEYS = {
    "title", "summary", "minutes", "skills", "language", "hours", "audience", "outcomes",
    "prerequisites", "needs", "tracks", "pages", "authors", "licence", "license", *facets.KEYS,
}  # fmt: skip
PAGE_KEYS = {"title", "minutes", "audience", "track", "optional"}
_NUMBERED = re.compile(r"^\d+[-_. ]?.*\.md$", re.IGNORECASE)
_NOT_PAGES = {"readme.md", "license.md", "licence.md", "changelog.md", "contributing.md", GLOSSARY}


@dataclass
class Compilation:
    """What came of a folder: the module as far as it could be made, and all problems in order."""

    module: CompiledModule | None
    problems: list[Problem]
    prerequisite_lines: dict[str, tuple[str, int]] = field(default_factory=dict)
    protocols: list[tuple[str, str, int]] = field(default_factory=list)
    """The protocols that tasks name, each with the path and the line."""
    ids: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Where the ids stand that authors gave to blocks."""

    @property
    def errors(self) -> list[Problem]:
        """What stands in the way of publishing."""
        return [problem for problem in self.problems if problem.is_error]


def compile_folder(folder: Path) -> Compilation:
    """Compile a module or a Sandpaper lesson; whatever is wrong is told, never raised."""
    if not folder.is_dir():
        fault = Problem(folder.as_posix(), 1, "error", "There is no such folder.")
        return Compilation(None, [fault])
    inside = Folder(folder)
    if sandpaper.is_lesson(folder):
        plan = sandpaper.plan(inside)
    elif (folder / "module.md").exists():
        plan = _own_plan(inside)
    else:
        fault = Problem(
            folder.as_posix(), 1, "error", "This folder is neither a module nor a lesson.",
            "A module has a file module.md, a Sandpaper lesson has config.yaml.",
        )  # fmt: skip
        return Compilation(None, [fault])
    return _compiled(inside, plan)


def _own_plan(folder: Folder) -> Plan:
    settings = folder.read("module.md", MODULE_KEYS)
    problems = settings.problems
    name = folder.root.resolve().name
    if slug(name) != name:
        problems.error(
            1, f"The name of the folder, “{name}”, cannot be an address.",
            f"Call it “{slug(name) or 'my-module'}”.",
        )  # fmt: skip
    plan = Plan(_own_settings(slug(name) or "module", settings), settings)
    for key in ("needs", "prerequisites"):
        for wanted in settings.words(key):
            line = _line_of_item(folder, settings.line(key), wanted)
            if wanted == plan.module.slug:
                problems.error(line, "A module cannot ask for itself first.", "Delete this line.")
                continue
            plan.prerequisite_lines.setdefault(wanted, (settings.source.path, line))
    language = plan.module.language
    plan.about = Draft("module.md", settings, plan.module.title, language, is_about=True)
    plan.drafts = [_own_page(folder, page, language) for page in _own_pages(folder, settings)]
    if folder.names("", GLOSSARY) and GLOSSARY not in settings.words("pages"):
        words = _own_page(folder, GLOSSARY, language)
        words.section, words.estimate = "extra", False
        plan.drafts.append(words)
    pages = {draft.path for draft in plan.drafts}
    plan.checks = check_drafts(folder, pages, language)
    paths.check_tracks(plan.drafts, plan.module.tracks, problems, settings.line("tracks"))
    paths.check_counts(plan.drafts, problems)
    return plan


def _own_settings(name: str, settings: Settings) -> CompiledModule:
    """What the front matter of `module.md` says."""
    tracks = paths.tracks(settings)
    module = CompiledModule(
        slug=name,
        title=settings.text("title"),
        summary=settings.text("summary"),
        language=settings.language("language"),
        minutes=settings.whole("minutes") or 0,
        hours=settings.number("hours"),
        audience=settings.text("audience"),
        skills=settings.words("skills"),
        needs=[wanted for wanted in settings.words("needs") if wanted != name],
        tracks=tracks,
        first_track=tracks[0]["key"] if tracks else "",
        outcomes=settings.words("outcomes"),
        authors=settings.words("authors"),
        licence=settings.text("licence") or settings.text("license"),
        facets=facets.read_facets(settings),
        levers=facets.read_levers(settings),
    )
    problems = settings.problems
    if problems.has_errors:
        return module
    if not module.summary:
        problems.warning(settings.line("summary"), "There is no summary.", "Write one sentence.")
    if not module.outcomes:
        problems.warning(
            settings.line("outcomes"), "There are no outcomes.",
            "Say what a teacher will be able to do.",
        )  # fmt: skip
    return module


def _line_of_item(folder: Folder, first: int, item: str) -> int:
    """The line of one item of a list in the settings of the module."""
    try:
        lines = (folder.root / "module.md").read_text("utf-8-sig", "replace").split("\n")
    except OSError:
        return first
    for number, line in enumerate(lines[first - 1 : first + 60], first):
        if re.search(rf"(?<![\w-]){re.escape(item)}(?![\w-])", line):
            return number
    return first


def _own_pages(folder: Folder, settings: Settings) -> list[str]:
    problems = settings.problems
    files = [name for name in folder.names("", ".md") if name.lower() != "module.md"]
    wanted = settings.words("pages")
    pages: list[str] = []
    for name in wanted:
        if name in pages:
            problems.error(settings.line("pages"), f"The page {name} is named twice.")
        elif name not in files:
            line = _line_of_item(folder, settings.line("pages"), name)
            hint = did_you_mean(name, files, "Write the page or delete its name.")
            problems.error(line, f"The page {name} is not there.", hint)
        else:
            pages.append(name)
    if not wanted:
        pages = sorted((name for name in files if _NUMBERED.match(name)), key=_by_number)
    for name in files:
        if not (
            name in pages or is_check(name) or name.lower() in _NOT_PAGES or problems.has_errors
        ):
            hint = "Name it under “pages:”." if wanted else "Begin its name with a number: 01-…"
            problems.elsewhere(folder.show(name)).warning(1, "This file is not a page.", hint)
    return pages


def _by_number(name: str) -> tuple[int, str]:
    number = re.match(r"\d+", name)
    return (int(number.group()) if number else 0, name)


def _own_page(folder: Folder, name: str, language: str) -> Draft:
    settings = folder.read(name, PAGE_KEYS)
    problems, title = settings.problems, settings.text("title")
    if not title and not problems.has_errors:
        problems.error(1, "This page has no title.", "Write title: … at its top.")
    wanted = settings.text("audience") or "everyone"
    for_some = wanted in {"facilitators", "facilitator", "instructor"}
    if not for_some and wanted != "everyone":
        problems.error(
            settings.line("audience"), f"“{wanted}” is not an audience.",
            "Write everyone or facilitators.",
        )  # fmt: skip
    section: Section = "facilitators" if for_some else "page"
    draft = Draft(name, settings, title or name, language, section)
    paths.set_path(draft)
    draft.minutes = settings.whole("minutes") or 0
    draft.estimate = not draft.minutes
    return draft


def _compiled(folder: Folder, plan: Plan) -> Compilation:
    drafts = [*([plan.about] if plan.about else []), *plan.drafts, *plan.checks]
    site = _read(plan, drafts, folder)
    cover = {} if plan.places else facets.find_cover(plan.settings, site)
    _check_not_empty(plan)
    about, about_notes = about_text(plan)
    pages = [_page(draft) for draft in plan.drafts]
    titles = {site.url(draft): draft.title for draft in plan.drafts}
    compiled_checks = [compiled_check(check, plan.module.skills, titles) for check in plan.checks]
    _check_sources(drafts, pages)
    if about_notes:
        place = next(
            (n for n, page in enumerate(pages) if page.section == "facilitators"), len(pages)
        )
        pages.insert(place, notes_page(plan, about_notes, {page.slug for page in pages}))
    problems = {problem for draft in drafts for problem in draft.problems.found}
    problems |= set(plan.settings.problems.found)
    protocols = [
        (name, draft.source.path, line) for draft in drafts for name, line in draft.protocols
    ]
    if not (pages and plan.module.title):
        return Compilation(None, sorted(problems), plan.prerequisite_lines, protocols)
    on_the_way = (page.minutes for page in pages if paths.counts(page, plan.module.first_track))
    module = replace(
        plan.module,
        summary=plan.module.summary or summary_of(about),
        about=about,
        minutes=plan.module.minutes or sum(on_the_way),
        outcomes=plan.module.outcomes or sandpaper.outcomes(plan, pages),
        prerequisites=list(plan.prerequisite_lines),
        facets=plan.module.facets | {"format": facets.formats(pages)},
        cover=cover,
        pages=pages,
        assets=[site.assets[path] for path in sorted(site.assets)],
        checks=compiled_checks,
        asks=asks_of(compiled_checks),
        content_hash=folder.content_hash(),
    )
    ids = {key: place for draft in drafts for key, place in draft.given_ids()}
    return Compilation(module, sorted(problems), plan.prerequisite_lines, protocols, ids)


def _read(plan: Plan, drafts: list[Draft], folder: Folder) -> Site:
    """Read all drafts, give names to pages and blocks, and follow the links between them."""
    for draft in drafts:
        draft.read(plan.definitions)
    for draft in plan.drafts:
        _estimate(draft)
    give_slugs(plan.drafts)
    name_blocks([draft for draft in drafts if not draft.is_about])
    site = Site(plan.module.slug, folder, drafts, plan.places)
    terms = own_terms(drafts)
    for draft in drafts:
        Linker(site, draft).run()
    link_terms(drafts, terms, site, plan.module.language)
    return site


def _estimate(draft: Draft) -> None:
    """The minutes of a page that says none, by its length."""
    if not draft.estimate or draft.section == "facilitators" or draft.is_about:
        return
    draft.minutes = draft.reading_minutes()
    meta = draft.source.meta  # empty where it could not be read
    if draft.section == "page" and meta and meta.get("minutes") in (None, ""):
        draft.problems.warning(
            1,
            f"There are no minutes; reading takes about {draft.minutes}.",
            "Write minutes: … with the time for doing in it.",
        )


def _check_not_empty(plan: Plan) -> None:
    """A module has a title and a page; not said where something worse is wrong."""
    problems = plan.settings.problems
    if not plan.module.title and not problems.has_errors:
        problems.error(1, "The module has no title.", "Write title: … at the top.")
    has_page = any(draft.section != "facilitators" for draft in plan.drafts)
    if not has_page and not problems.has_errors:
        problems.error(1, "The module has no page.", "Add a file 01-….md with a title and a text.")


def _check_sources(drafts: list[Draft], pages: list[CompiledPage]) -> None:
    """Boxes may begin with what was written in a reflection or a try-out of the module."""
    written = [
        block.key
        for page in pages
        for block in page.blocks
        if block.kind in {"reflection", "tryout"}
    ]
    for draft in drafts:
        for key, line in draft.sources:
            if key not in written:
                hint = did_you_mean(key, written, "Write the #id of one in this module.")
                problem = f"There is no reflection or try-out “{key}”."
                draft.problems.error(line, problem, hint)


def _page(draft: Draft) -> CompiledPage:
    extractor = Extractor(draft)
    text = _text(draft)
    body = extractor.run()
    if not (body or draft.source.body.strip() or draft.problems.has_errors):
        draft.problems.warning(draft.source.first_line, "This page is empty.", "Write it.")
    return CompiledPage(
        slug=draft.slug,
        title=draft.title,
        minutes=draft.minutes + extractor.minutes,
        break_minutes=draft.break_minutes,
        section=draft.section,
        track=draft.track,
        optional=draft.optional,
        body=body,
        blocks=extractor.blocks,
        headings=draft.outline.headings,
        text=text,
        path=draft.path,
    )


def _text(draft: Draft) -> str:
    """The words of a page for search, without what only facilitators read, and without answers."""
    document = draft.document
    leave = {element for element, div in document.divs.items() if div.kind in NOTES}
    leave |= questions.answers_in(document)
    return plain_text(document.root, leave=leave)
