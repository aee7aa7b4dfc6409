"""Reads a Sandpaper lesson, as The Carpentries write them, into the plan of a module."""

import re
from pathlib import Path
from typing import Any

from pdportal.content.problems import Problems, did_you_mean
from pdportal.content.settings import Settings
from pdportal.content.slugs import slug
from pdportal.content.source import Source, parse_yaml
from pdportal.content.tree import parse, text_of
from pdportal.modules.compiler.folder import Folder, OutsideError
from pdportal.modules.compiler.model import CompiledModule, CompiledPage, Section
from pdportal.modules.compiler.page import Draft
from pdportal.modules.compiler.plan import Plan

ENDINGS = (".md", ".rmd")
PLACES = ("", "episodes", "learners", "instructors", "profiles")
_EVERYWHERE = {"lesson", "software", "data", "the carpentries", "carpentries"}
_AT_ROOT = ("CODE_OF_CONDUCT.md", "LICENSE.md")


def is_lesson(folder: Path) -> bool:
    """A folder with config.yaml and no module.md."""
    return (
        any((folder / name).is_file() for name in ("config.yaml", "config.yml"))
        and not (folder / "module.md").exists()
    )


def plan(folder: Folder) -> Plan:
    """The lesson in the order its config gives: episodes, pages for learners, for facilitators."""
    name = "config.yaml" if (folder.root / "config.yaml").is_file() else "config.yml"
    problems = Problems(folder.show(name))
    settings = _config(folder, name, problems)
    module = CompiledModule(
        slug=slug(folder.root.resolve().name) or "lesson",
        title=settings.text("title"),
        language=settings.language("lang"),
        licence=settings.text("license"),
        skills=_keywords(settings),
        authors=_authors(folder),
    )
    result = Plan(module, settings, places=PLACES, definitions=_links(folder))
    index = next((n for n in ("index.md", "index.Rmd") if (folder.root / n).is_file()), "")
    if index:
        text = folder.read(index, front_matter=False)
        result.about = Draft(
            index, text, module.title, module.language, is_about=True, captions=True
        )
    else:
        problems.warning(1, "There is no index.md.", "It tells what the lesson is about.")
    _add(folder, result, "episodes", "page")
    _add(folder, result, "learners", "extra")
    _add(folder, result, "profiles", "extra")
    for page in _AT_ROOT:
        if (folder.root / page).is_file():
            _add_page(folder, result, page, "extra")
    _add(folder, result, "instructors", "facilitators")
    return result


def outcomes(plan: Plan, pages: list[CompiledPage]) -> list[str]:
    """The objectives of a short lesson; a long one has too many to list."""
    if not plan.places:
        return []
    objectives: list[str] = []
    for page in pages:
        if page.section == "page":
            for piece in page.body:
                if "callout-objectives" in piece.get("html", ""):
                    objectives += _objectives(piece["html"])
    return objectives if len(objectives) <= 12 else []


def _objectives(html: str) -> list[str]:
    return [
        text_of(item)
        for box in parse(html).iter("div")
        if "callout-objectives" in box.get("class", "").split()
        for item in box.iter("li")
    ]


def _config(folder: Folder, name: str, problems: Problems) -> Settings:
    try:
        path = folder.find(name)
    except OutsideError:
        path = None
    meta: dict[str, Any] = {}
    lines: dict[str, int] = {}
    if path is None:
        problems.error(1, "This file cannot be read.")
    else:
        folder.digest(name, path)
        try:
            data = path.read_bytes()[:1_000_000]
            meta, lines = parse_yaml(data.decode("utf-8-sig"), problems)
        except (OSError, UnicodeDecodeError):
            problems.error(1, "This file cannot be read.", "Save it as UTF-8.")
    return Settings(Source(folder.show(name), meta, lines), problems)


def _keywords(settings: Settings) -> list[str]:
    words = [word.strip() for text in settings.words("keywords") for word in text.split(",")]
    return [word for word in words if word and word.lower() not in _EVERYWHERE][:8]


def _authors(folder: Folder) -> list[str]:
    try:
        path = folder.find("AUTHORS")
        if path is None:
            return []
        text = path.read_bytes()[:100_000].decode("utf-8", "replace")
    except (OutsideError, OSError):
        return []
    folder.digest("AUTHORS", path)
    names = [re.sub(r"\s*<[^>]*>|^[-*]\s+", "", line).strip() for line in text.split("\n")]
    return [name for name in names if name and len(name) < 80 and not name.startswith("#")]


def _links(folder: Folder) -> str:
    """Link definitions that hold on every page."""
    if not (folder.root / "links.md").is_file():
        return ""
    links = folder.read("links.md", front_matter=False)
    if links.problems.found:
        return ""
    lines = [
        line for line in links.source.body.split("\n") if re.match(r"^ {0,3}\[[^\]]+\]:", line)
    ]
    return "\n\n" + "\n".join(lines) if lines else ""


def _add(folder: Folder, plan: Plan, place: str, section: Section) -> None:
    settings, files = plan.settings, folder.names(place, *ENDINGS)
    wanted = settings.words(place)
    names = wanted or files
    for name in names:
        if name not in files:
            line = settings.line(place)
            hint = did_you_mean(name, files, "Write the page or delete its name.")
            settings.problems.error(line, f"The page {place}/{name} is not there.", hint)
            continue
        _add_page(folder, plan, f"{place}/{name}", section)
    for name in files:
        if name in names:
            continue
        if place == "learners" and name.lower().startswith("setup."):
            _add_page(folder, plan, f"{place}/{name}", section)
            continue
        settings.problems.warning(
            settings.line(place), f"The page {place}/{name} is left out.",
            f"Name it under “{place}:”.",
        )  # fmt: skip


def _add_page(folder: Folder, plan: Plan, path: str, section: Section) -> None:
    settings = folder.read(path, front_matter=section == "page")
    problems = settings.problems
    title = settings.text("title") or _first_heading(settings.source)
    if title == "FIXME":
        problems.warning(settings.line("title"), "This page is not written yet; it is left out.")
        plan.settings.problems.found += problems.found
        return
    if not title and not problems.has_errors:
        problems.error(1, "This page has no title.", "Write title: … at its top.")
    draft = Draft(
        path, settings, re.sub(r"[*_`]", "", title) or path, plan.module.language, section,
        captions=True, estimate=section != "page",
    )  # fmt: skip
    if section == "page":
        draft.minutes = (settings.whole("teaching") or 0) + (settings.whole("exercises") or 0)
        draft.break_minutes = settings.whole("break") or 0
    plan.drafts.append(draft)


def _first_heading(source: Source) -> str:
    match = re.search(r"(?m)^#{1,2}[ \t]+(.+?)[ \t#]*$", source.body)
    return match[1] if match else ""
