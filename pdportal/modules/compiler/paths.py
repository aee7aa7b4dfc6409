"""Reads what authors say of the ways through a module: tracks, optional pages, what comes first."""

from collections.abc import Collection

from pdportal.content.problems import Problems, did_you_mean
from pdportal.content.settings import Settings
from pdportal.content.slugs import slug
from pdportal.modules.compiler.model import CompiledPage
from pdportal.modules.compiler.page import Draft

Track = dict[str, str]
"""Its `key`, its `title`, and `who` it is for."""

LONGEST = 60
"""Characters of the name of a track."""


def tracks(settings: Settings) -> list[Track]:
    """The tracks that `module.md` names, in order, each with whom it is for."""
    found: list[Track] = []
    problems, line = settings.problems, settings.line("tracks")
    for name, who in settings.mapping("tracks").items():
        key = slug(name)
        if not key or len(name) > LONGEST:
            problems.error(
                line, f"“{name[:60]}” cannot be the name of a track.",
                f"Write a few letters, at most {LONGEST}.",
            )  # fmt: skip
        elif key in [track["key"] for track in found]:
            problems.error(line, f"The track “{name}” is there twice.", "Give it another name.")
        elif not who:
            problems.error(
                line, f"The track “{name}” does not say for whom it is.",
                f"Write one line: {name}: For whoever …",
            )  # fmt: skip
        else:
            found.append({"key": key, "title": name, "who": who})
    if len(found) == 1 and not problems.has_errors:
        problems.error(line, "One track is no choice.", "Name a second one, or none.")
    return found


def set_path(draft: Draft) -> None:
    """Read `track` and `optional` of a page; pages for facilitators have neither."""
    settings = draft.settings
    draft.track, draft.optional = slug(settings.text("track")), settings.flag("optional")
    if draft.section == "facilitators" and (draft.track or draft.optional):
        key = "track" if draft.track else "optional"
        draft.problems.warning(
            settings.line(key), f"“{key}” means nothing to a page for facilitators.",
            "It is ignored: they count for nobody.",
        )  # fmt: skip
        draft.track, draft.optional = "", False


def check_tracks(drafts: list[Draft], known: list[Track], problems: Problems, line: int) -> None:
    """Each page is on a track that there is, and each track has a page of its own to read."""
    keys = [track["key"] for track in known]
    for draft in drafts:
        if draft.track and draft.track not in keys:
            hint = (
                "Name it in module.md: tracks: …" if not keys else f"Known are {', '.join(keys)}."
            )
            draft.problems.error(
                draft.source.line_of("track"), f"There is no track “{draft.track}”.",
                did_you_mean(draft.track, keys, hint),
            )  # fmt: skip
    bare = [track for track in known if track["key"] not in {draft.track for draft in drafts}]
    for track in bare[1:]:  # one of them may be the pages of all
        problems.error(
            line, f"No page is on the track “{track['title']}”.",
            f"Write track: {track['key']} at the top of one, or take it out.",
        )  # fmt: skip


def check_counts(drafts: Collection[Draft], problems: Problems) -> None:
    """A module in which every page is optional would be done at once."""
    way = [draft for draft in drafts if draft.section == "page"]
    if way and all(draft.optional for draft in way) and not problems.has_errors:
        way[0].problems.error(
            way[0].source.line_of("optional"), "Every page of this module is optional.",
            "Leave one that counts.",
        )  # fmt: skip


def counts(page: CompiledPage, track: str) -> bool:
    """Whether whoever is on this track reads the page before they are done."""
    return page.section == "page" and not page.optional and page.track in {"", track}
