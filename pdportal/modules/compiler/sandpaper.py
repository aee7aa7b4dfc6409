"""Reads a Sandpaper lesson, as The Carpentries write them, into the plan of a module."""

import re
from pathlib import Path
from typing import Any

from pdportal.content.problems import Problem, Problems, did_you_mean
from pdportal.content.settings import Settings
from pdportal.content.slugs import slug
from pdportal.content.source import Source, parse_yaml
from pdportal.content.tree import parse, text_of
from pdportal.modules.compiler.folder import Folder, OutsideError
from pdportal.modules.compiler.model import Audience, CompiledModule, CompiledPage, Section
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
    result = Plan(module, problems, places=PLACES, definitions=_links(folder))
    index = next((n for n in ("index.md", "index.Rmd") if (folder.root / n).is_file()), "")
    if index:
        source, faults = folder.source(index, front_matter=False)
        about = Draft(
            index, source, "", module.title, _problems(source, faults), language=module.language,
            is_about=True, captions=True,
        )  # fmt: skip
        result.about = about
    else:
        problems.warning(1, "There is no index.md.", "It tells what the lesson is about.")
    _add(folder, settings, result, "episodes", "episode", "everyone")
    _add(folder, settings, result, "learners", "extra", "everyone")
    _add(folder, settings, result, "profiles", "extra", "everyone")
    for page in _AT_ROOT:
        if (folder.root / page).is_file():
            _add_page(folder, result, page, "extra", "everyone")
    _add(folder, settings, result, "instructors", "facilitators", "facilitators")
    return result


def outcomes(plan: Plan, pages: list[CompiledPage]) -> list[str]:
    """The objectives of a short lesson; a long one has too many to list."""
    if not plan.places:
        return []
    objectives: list[str] = []
    for page in pages:
        if page.section == "episode":
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
    source, faults = folder.source("links.md", front_matter=False)
    if faults:
        return ""
    lines = [line for line in source.body.split("\n") if re.match(r"^ {0,3}\[[^\]]+\]:", line)]
    return "\n\n" + "\n".join(lines) if lines else ""


def _add(
    folder: Folder, settings: Settings, plan: Plan, place: str, section: Section,
    audience: Audience,
) -> None:  # fmt: skip
    files = folder.names(place, *ENDINGS)
    wanted = settings.words(place)
    names = wanted or files
    for name in names:
        if name not in files:
            line = settings.line(place)
            hint = did_you_mean(name, files, "Write the page or delete its name.")
            plan.problems.error(line, f"The page {place}/{name} is not there.", hint)
            continue
        _add_page(folder, plan, f"{place}/{name}", section, audience)
    for name in files:
        if name in names:
            continue
        if place == "learners" and name.lower().startswith("setup."):
            _add_page(folder, plan, f"{place}/{name}", section, audience)
            continue
        plan.problems.warning(
            settings.line(place), f"The page {place}/{name} is left out.",
            f"Name it under “{place}:”.",
        )  # fmt: skip


def _add_page(folder: Folder, plan: Plan, path: str, section: Section, audience: Audience) -> None:
    source, faults = folder.source(path, front_matter=section == "episode")
    problems = _problems(source, faults)
    settings = Settings(source, problems)
    title = settings.text("title") or _first_heading(source)
    if title == "FIXME":
        problems.warning(settings.line("title"), "This page is not written yet; it is left out.")
        plan.problems.found += problems.found
        return
    if not title:
        if not faults:
            problems.error(1, "This page has no title.", "Write title: … at its top.")
        title = path
    draft = Draft(
        path, source, "", re.sub(r"[*_`]", "", title), problems, language=plan.module.language,
        section=section, audience=audience, captions=True,
    )  # fmt: skip
    if section == "episode":
        draft.minutes = (settings.whole("teaching") or 0) + (settings.whole("exercises") or 0)
        draft.break_minutes = settings.whole("break") or 0
    else:
        draft.estimate = True
    plan.drafts.append(draft)


def _first_heading(source: Source) -> str:
    match = re.search(r"(?m)^#{1,2}[ \t]+(.+?)[ \t#]*$", source.body)
    return match[1] if match else ""


def _problems(source: Source, faults: "list[Problem]") -> Problems:
    problems = Problems(source.path)
    problems.found += faults
    return problems
