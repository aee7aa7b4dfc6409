"""What `module.md` says for the library: grades, subjects, lens, the three levers, the cover."""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from pdportal.content.problems import Problem, did_you_mean
from pdportal.content.settings import Settings
from pdportal.modules.compiler.assets import UnfitError
from pdportal.modules.compiler.folder import OutsideError
from pdportal.modules.compiler.model import CompiledModule, CompiledPage
from pdportal.modules.compiler.site import Site
from pdportal.modules.models import FORMATS, GRADES, LENSES

KEYS: Final = {"grades", "subjects", "lens", "levers", "cover", "cover_alt"}

LEVERS: Final = ("approach", "pace", "say")
SUBJECTS: Final = (
    "art", "career and technical education", "computer science", "dance", "drama",
    "English language arts", "English language development", "health", "library", "math", "music",
    "physical education", "science", "social studies", "special education", "STEM",
    "world languages",
)  # fmt: skip
"""Spellings to keep to; any other subject is taken as it stands."""

_LADDER: Final = ["pk", "k", *map(str, range(1, 13))]
_RUNGS: Final = {"PK": (0, 0), "K-2": (1, 3), "3-5": (4, 6), "6-8": (7, 9), "9-12": (10, 13)}
_LONGEST: Final = 200
_EXAMPLE: Final = "Write levers: and below it approach: …, pace: …, say: …, a sentence each."
_WATCHED: Final = re.compile(r'<(?:video|iframe)\b|class="[^"]*\bvideo\b')
_TALKED: Final = re.compile(r'class="[^"]*\bcallout-discussion\b')


def read_facets(settings: Settings) -> dict[str, list[str]]:
    """The grades, subjects and lenses that a module names, as the library has them."""
    return {
        "grade": _grades(settings),
        "subject": _subjects(settings),
        "lens": settings.some_of("lens", LENSES),
    }


def _grades(settings: Settings) -> list[str]:
    bands: set[str] = set()
    for wanted in settings.words("grades"):
        plain = re.sub(r"[–—]", "-", wanted.lower()).replace("pre-k", "pk").replace(" ", "")
        first, _dash, last = plain.partition("-")
        rungs = [_LADDER.index(rung) for rung in (first, last or first) if rung in _LADDER]
        if len(rungs) < 2 or rungs[0] > rungs[1]:
            settings.problems.error(
                settings.line("grades"), f"“{wanted}” is no grade.",
                "Write grades such as K-2, 7 or 9-12; leave them out if it is for all.",
            )  # fmt: skip
            continue
        bands |= {name for name, (low, high) in _RUNGS.items()
                  if low <= rungs[1] and rungs[0] <= high}  # fmt: skip
    return [band for band in GRADES if band in bands]


def _subjects(settings: Settings) -> list[str]:
    found: dict[str, str] = {}
    for wanted in settings.words("subjects"):
        known = next((name for name in SUBJECTS if name.lower() == wanted.lower()), None)
        near = "" if known else did_you_mean(wanted.lower(), [name.lower() for name in SUBJECTS])
        if near:
            line = settings.line("subjects")
            settings.problems.warning(line, f"“{wanted}” is a subject of its own now.", near)
        found.setdefault(wanted.lower(), known or wanted[:80])
    return list(found.values())


def read_levers(settings: Settings) -> dict[str, str]:
    """A line each on approach, pace and say; what is wrong with them is told."""
    written = settings.source.meta.get("levers")
    line = settings.line("levers")
    if written is None:
        return {}
    if not isinstance(written, dict):
        settings.problems.error(line, "“levers” should be three lines.", _EXAMPLE)
        return {}
    for name in written:
        if name not in LEVERS:
            hint = did_you_mean(str(name), LEVERS, _EXAMPLE)
            settings.problems.error(line, f"“{name}” is no lever.", hint)
    levers = {name: " ".join(str(written.get(name) or "").split()) for name in LEVERS}
    for name, words in levers.items():
        if not words:
            message = f"The levers say nothing of “{name}”."
            settings.problems.warning(line, message, "The page says it by what the module holds.")
        elif len(words) > _LONGEST:
            message = f"The lever “{name}” is longer than {_LONGEST} characters."
            settings.problems.error(line, message, "Make it one short sentence.")
    return {name: words for name, words in levers.items() if words}


def check_levers(folder: Path, module: CompiledModule | None) -> Iterator[Problem]:
    """A hint where a module of our own leaves it to its parts to say how it can be shaped."""
    about = folder / "module.md"
    if module is not None and about.is_file() and not module.levers:
        yield Problem(about.as_posix(), 1, "hint", "This module does not say its levers.", _EXAMPLE)


def find_cover(settings: Settings, site: Site) -> dict[str, str]:
    """The picture that `cover` names, among the files of the module; {} where it names none."""
    named, alt = settings.text("cover"), settings.text("cover_alt")
    problems, line = settings.problems, settings.line("cover")
    if not named:
        return {}
    try:
        picture = site.asset(named, "module.md")
        fault = "is not there" if picture is None else ""
    except (OutsideError, UnfitError) as error:
        picture, fault = None, str(error) if isinstance(error, UnfitError) else "is elsewhere"
    if picture is not None and not picture.content_type.startswith("image/"):
        picture, fault = None, "is no picture"
    if picture is None:
        hint = "Name a picture in the folder, or leave “cover” out: then one is drawn."
        problems.error(line, f"The cover {named} {fault}.", hint)
        return {}
    if not alt:
        hint = "Write cover_alt: what is to be seen."
        problems.warning(line, "The cover has no text for those who cannot see it.", hint)
    return {"url": picture.url, "alt": alt}


def formats(pages: Iterable[CompiledPage]) -> list[str]:
    """What one does in a module, by what its pages for learners hold."""
    mine = [page for page in pages if page.section != "facilitators"]
    bodies = [piece.get("html", "") for page in mine for piece in page.body]
    kinds = {block.kind for page in mine for block in page.blocks}
    protocols = [block for page in mine for block in page.blocks if block.data.get("protocol")]
    return formats_of(any(page.text for page in mine), bodies, kinds, has_protocol=bool(protocols))


def formats_of(
    has_text: bool, bodies: Sequence[str], kinds: Iterable[str], *, has_protocol: bool
) -> list[str]:
    """The same, of what an edition has stored."""
    held = {
        "read": has_text,
        "watch": any(map(_WATCHED.search, bodies)),
        "try": "tryout" in kinds,
        "talk": has_protocol or "together" in kinds or any(map(_TALKED.search, bodies)),
    }
    return [name for name in FORMATS if held[name]]
