"""Videos of a page: files of the module with captions and a transcript, and links to others.

Their HTML is made here, after the sanitiser's rules and not by it: every word in it is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from markupsafe import Markup

from pdportal.content.boxes import safe_html
from pdportal.content.divs import Div
from pdportal.content.html import plain_text
from pdportal.content.tree import make, replace
from pdportal.content.vocabulary import NOTES, label
from pdportal.modules.compiler.assets import UnfitError
from pdportal.modules.compiler.folder import OutsideError
from pdportal.modules.compiler.model import Asset
from pdportal.modules.compiler.page import Draft, is_interactive
from pdportal.modules.compiler.site import Site
from pdportal.video.captions.reading import (
    LARGEST,
    Cue,
    decode,
    paragraphs,
    read_captions,
    write_vtt,
)

PLAYED = ("video/mp4", "video/webm")
LARGE = 50_000_000
"""Bytes of a video that a phone in a school loads slowly."""
Address = Callable[[int], str]
"""Where a second of a video is."""
_YOUTUBE = re.compile(
    r"https?://(?:www\.|m\.)?(?:youtu\.be/"
    r"|youtube(?:-nocookie)?\.com/(?:watch\?(?:.*&)?v=|embed/|shorts/))([\w-]{6,20})"
)
_VIMEO = re.compile(r"https?://(?:www\.|player\.)?vimeo\.com/(?:video/)?(\d{4,15})")


@dataclass
class _Video:
    """What is known of one video while its HTML is made."""

    name: str
    title: str
    language: str
    cues: list[Cue]
    transcript: str
    """What its author wrote as a transcript, as safe HTML."""


class Videos:
    """Puts the videos of one page in their places."""

    def __init__(self, site: Site, draft: Draft, above: Mapping[Element, Element]) -> None:
        self.site = site
        self.draft = draft
        self.problems = draft.problems
        self.above = above
        self.names: set[str] = set()

    def show(self, element: Element, div: Div) -> None:
        """Make the HTML of `::: video {src="…"}`; one without an address stays a plain box."""
        source = div.attributes.values.get("src", "").strip()
        if not source:
            return
        title = " ".join(div.title.split())
        if not title:
            self.problems.warning(div.line, "This video has no title.", 'Write {title="…"}.')
        video = _Video(
            div.id or (f"film-{len(self.names) + 1}" if self.names else ""),
            title, div.attributes.values.get("lang", self.draft.language),
            self._cues(div), self._transcript(element),
        )  # fmt: skip
        outside = urlsplit(source).scheme in {"http", "https"} if _can_be_read(source) else False
        html = self._outside(source, video) if outside else self._inside(source, video, div)
        if not html:
            return
        if not (video.cues or video.transcript):
            self.problems.warning(
                div.line, "This video has no captions and no transcript.",
                'Write {captions="lesson.vtt"}, or ::: transcript in it.',
            )  # fmt: skip
        self.names.add(video.name)
        self._put(element, div, html, video)

    def _put(self, element: Element, div: Div, html: Markup, video: _Video) -> None:
        """Leave the words of a video in the tree, where search finds them, and keep its HTML."""
        holder = element
        while holder in self.above:
            holder = self.above[holder]
            around = self.draft.document.div(holder)
            if around and (around.kind in NOTES or is_interactive(self.draft, holder)):
                self.problems.error(
                    div.line, f"A video cannot stand in a {around.kind}.", "Put it before it."
                )
                return
        for word in (video.title, " ".join(cue.text for cue in video.cues)):
            if word:
                element.append(make("p", word))
        self.draft.ready[element] = str(html)

    def _transcript(self, element: Element) -> str:
        """What is written as a transcript in a video, taken out of it."""
        for child in list(element):
            div = self.draft.document.div(child)
            if div is not None and div.kind == "transcript":
                html = safe_html(self.draft.document, child, self.draft.language)
                replace(element, child, [make("p", plain_text(html))])
                return html
        return ""

    def _cues(self, div: Div) -> list[Cue]:
        """The captions that a video names, with what is wrong in them told in their own file."""
        path = div.attributes.values.get("captions", "").strip()
        if not path:
            return []
        try:
            found = self.site.read(unquote(path), self.draft.path, LARGEST)
        except OutsideError:
            self.problems.error(div.line, f"The captions {path} lie outside the folder.")
            return []
        except UnfitError as unfit:
            self.problems.error(div.line, f"The captions {path} {unfit}.")
            return []
        if found is None:
            self.problems.error(div.line, f"The captions {path} are not there.")
            return []
        shown, data = found
        cues, faults = read_captions(decode(data))
        told = self.problems.elsewhere(shown)
        for line, fault in faults[:20]:
            told.warning(line, fault, "It is left out.")
        if not cues:
            told.error(1, "There are no captions in this file.", "Save it as WebVTT or SubRip.")
        return cues

    def _inside(self, source: str, video: _Video, div: Div) -> Markup:
        """A file of the module, which the browser plays."""
        asset = self._file(source, div, PLAYED, "an MP4 or WebM video")
        if asset is None:
            return Markup()
        if asset.size > LARGE:
            self.problems.warning(
                div.line, f"The video {source} has {asset.size / 1_000_000:,.0f} MB.",
                "Save it smaller: 720 lines are enough, and three minutes are then about 25 MB.",
            )  # fmt: skip
        poster = div.attributes.values.get("poster", "").strip()
        picture = self._file(poster, div, ("image/",), "a picture") if poster else None
        track = Markup()
        if video.cues:
            captions = self.site.add_text(f"{asset.path} (captions)", write_vtt(video.cues))
            track = Markup(
                '<track kind="captions" src="{}" srclang="{}" label="{}" default>'
            ).format(captions.url, video.language, self._label("captions"))
        player = Markup(
            '<video controls playsinline preload="metadata" data-moments-target="video"'
            ' aria-label="{}"{}><source src="{}" type="{}">{}<a href="{}">{}</a></video>'
        ).format(
            video.title or self._label("video"),
            Markup(' poster="{}"').format(picture.url) if picture else "",
            asset.url, asset.content_type, track, asset.url, video.title or source,
        )  # fmt: skip
        return self._framed(player, video, lambda second: f"{asset.url}#t={second}")

    def _outside(self, source: str, video: _Video) -> Markup:
        """A link to a video elsewhere; shown in place only where the portal allows its host."""
        youtube, vimeo = _YOUTUBE.match(source), _VIMEO.match(source)
        frame = ""
        if youtube:
            frame = f"https://www.youtube-nocookie.com/embed/{youtube[1]}"
        elif vimeo:
            frame = f"https://player.vimeo.com/video/{vimeo[1]}"
        card = Markup(
            '<p class="film-outside"><a href="{}" rel="noopener noreferrer"{}>'
            "<strong>{}</strong> <small>{}</small></a></p>"
        ).format(
            source, Markup(' data-frame="{}"').format(frame) if frame else "",
            video.title or source, urlsplit(source).hostname or "",
        )  # fmt: skip
        join = "&" if "?" in source else "?"
        at = (lambda second: f"{source}{join}t={second}s") if youtube else (lambda _second: source)
        return self._framed(card, video, at)

    def _framed(self, player: Markup, video: _Video, address: Address) -> Markup:
        caption = (
            Markup("<figcaption>{}</figcaption>").format(video.title)
            if video.title and "<video" in player
            else ""
        )
        return Markup(
            '<figure class="film"{} data-controller="moments" data-moments-name-value="{}">'
            "{}{}{}</figure>"
        ).format(
            Markup(' id="{}"').format(video.name) if video.name else "",
            video.name, player, caption, self._words(video, address),
        )  # fmt: skip

    def _words(self, video: _Video, address: Address) -> Markup:
        """The transcript, closed until it is asked for; each caption leads to its moment."""
        words = Markup(video.transcript)  # noqa: S704  # safe HTML
        prefix = f"{video.name}&" if video.name else ""
        for cues in paragraphs(video.cues) if not words else ():
            spoken = Markup(" ").join(
                Markup('<a href="{}" id="{}" data-moment="{:g}">{}</a>').format(
                    address(int(cue.start)), f"{prefix}t={cue.start:g}", cue.start, cue.text
                )
                for cue in cues
            )
            clock = f"{int(cues[0].start) // 60}:{int(cues[0].start) % 60:02}"
            words += Markup("<p><time>{}</time> {}</p>").format(clock, spoken)
        if not words:
            return words
        return Markup(
            '<details class="spoiler transcript"><summary>{}</summary>'
            '<div class="transcript-words" lang="{}" dir="auto">{}</div></details>'
        ).format(self._label("transcript"), video.language, words)

    def _file(self, path: str, div: Div, kinds: tuple[str, ...], what: str) -> Asset | None:
        """A file of the folder, if it is of one of these kinds; if not, the reason is told."""
        try:
            asset = self.site.asset(unquote(path), self.draft.path)
        except OutsideError:
            self.problems.error(div.line, f"{path} lies outside the folder.", "Copy the file here.")
            return None
        except UnfitError as fault:
            self.problems.error(div.line, f"{path} {fault}.")
            return None
        if asset is None:
            self.problems.error(div.line, f"The file {path} is not there.", "Put it in the folder.")
            return None
        if not asset.content_type.startswith(kinds):
            self.problems.error(div.line, f"{path} is not {what}.", "Save it as one.")
            return None
        return asset

    def _label(self, what: str) -> str:
        return label(what, self.draft.language)


def _can_be_read(address: str) -> bool:
    try:
        return bool(urlsplit(address).scheme)
    except ValueError:
        return False
