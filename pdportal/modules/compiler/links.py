"""Works out where links and pictures lead, within the folder and nowhere else."""

import posixpath
import re
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from pdportal.content.html import SCHEMES
from pdportal.content.problems import did_you_mean
from pdportal.content.tree import make, parents, text_of, unwrap
from pdportal.content.vocabulary import NOTES
from pdportal.modules.compiler.assets import UnfitError
from pdportal.modules.compiler.folder import OutsideError
from pdportal.modules.compiler.page import Draft, is_interactive
from pdportal.modules.compiler.pictures import Pictures
from pdportal.modules.compiler.site import Site
from pdportal.modules.compiler.videos import Videos

_MOMENT = re.compile(r"(?:[\w-]+&)?t=\d+(?:\.\d+)?")
"""A moment of a video, as an anchor."""


class Linker:
    """Rewrites the links and pictures of one page."""

    def __init__(self, site: Site, draft: Draft) -> None:
        self.site = site
        self.draft = draft
        self.problems = draft.problems
        self.above: dict[Element, Element] = {}

    def run(self) -> None:
        """Every link leads somewhere or is text; every picture is shown or described."""
        root = self.draft.document.root
        self._place_help()
        self.above = parents(root)
        pictures = Pictures(self.site, self.draft, self.above)
        videos = Videos(self.site, self.draft, self.above)
        for element, div in list(self.draft.document.divs.items()):
            if div.kind == "video":
                videos.show(element, div)
        for element in list(root.iter()):
            if element.tag == "a":
                self._link(element)
            elif element.tag == "img":
                pictures.show(element)

    def _place_help(self) -> None:
        """Put what a question names as `see` into it as a link, which is read like any other."""
        document = self.draft.document
        for element, div in document.divs.items():
            if "see" in div.attributes.values and is_interactive(self.draft, element):
                link = make("a", href=div.attributes.values["see"].strip() or "#")
                link.set("data-see", "yes")
                document.lines[link] = div.line
                element.append(link)

    def _line(self, element: Element) -> int:
        return self.draft.document.lines.get(element, self.draft.source.first_line)

    def _link(self, link: Element) -> None:
        target = link.get("href")
        if target is None:
            return
        if link.get("class", "").startswith("footnote"):
            self._label_note(link)
            return
        try:
            parts = urlsplit(target)
        except ValueError:
            self.problems.warning(self._line(link), f"The address {target} cannot be read.")
            self._to_text(link)
            return
        line = self._line(link)
        if parts.scheme and parts.scheme not in SCHEMES:
            self.problems.warning(
                line, f"The link “{text_of(link)[:60]}” leads to an address that is not allowed.",
                "Links are http, https, mailto, or to a page of this module.",
            )  # fmt: skip
            self._to_text(link)
        if parts.scheme or parts.netloc:
            return
        path, anchor = unquote(parts.path), unquote(parts.fragment)
        if path.startswith("/"):
            if not path.startswith(("/learn/", "/help/")):
                self.problems.warning(
                    line, f"The link {target} leaves this module.",
                    "Write the name of a page, or a whole https address.",
                )  # fmt: skip
                self._to_text(link)
            return
        page = self.draft if not path else self.site.page(path, self.draft.path)
        if page is not None:
            self._to_page(link, page, anchor, target, line)
        elif self.site.is_start(path, self.draft.path):
            link.set("href", f"/learn/{self.site.module}")
        else:
            self._to_file(link, path, target, line)

    def _to_page(self, link: Element, page: Draft, anchor: str, target: str, line: int) -> None:
        if page.section == "facilitators" and not self._for_facilitators(link):
            self.problems.warning(
                line, f"The link {target} leads to a page that only facilitators can open.",
                "It is shown as text; move it into a block for facilitators.",
            )  # fmt: skip
            self._to_text(link)
            return
        heading = page.outline.find(anchor) if anchor else ""
        if _MOMENT.fullmatch(anchor) and any(div.kind == "video" for div in page.divs):
            heading = anchor
        if anchor and not heading:
            known = page.outline.ids
            hint = did_you_mean(anchor, known, "Look at the headings of that page.")
            where = "this page" if page is self.draft else page.source.path
            self.problems.warning(line, f"There is no heading “#{anchor}” on {where}.", hint)
            if page is self.draft:
                self._to_text(link)
                return
        own = page is self.draft and heading and not link.get("data-see")
        if link.get("data-see"):
            link.text = next(
                (words for _, name, words in page.outline.headings if name == heading), page.title
            )
        link.set("href", f"#{heading}" if own else self.site.url(page, heading))

    def _to_file(self, link: Element, path: str, target: str, line: int) -> None:
        try:
            asset = self.site.asset(path, self.draft.path)
        except OutsideError:
            self.problems.error(
                line, f"The link {target} leads out of the folder.", "Copy the file here."
            )
            asset = None
        except UnfitError as fault:
            self.problems.warning(line, f"{target} {fault}.", "The link is shown as text.")
            asset = None
        else:
            if asset is None:
                self.problems.warning(line, f"There is no page or file {path}.", self._near(path))
        if asset is None:
            self._to_text(link)
        else:
            link.set("href", asset.url)

    def _near(self, path: str) -> str:
        here = posixpath.dirname(self.draft.path)
        names = [
            posixpath.relpath(page.path, here or ".")
            for page in self.site.pages.values()
            if not page.is_about
        ]
        return did_you_mean(path, names, "The link is shown as text.")

    def _for_facilitators(self, link: Element) -> bool:
        if self.draft.section == "facilitators":
            return True
        holder: Element | None = link
        while holder is not None:
            div = self.draft.document.div(holder)
            if div is not None and div.kind in NOTES:
                return True
            holder = self.above.get(holder)
        return False

    def _to_text(self, link: Element) -> None:
        holder = self.above.get(link)
        if holder is None:
            return
        if link.get("id"):
            link.tag = "span"
            link.attrib.pop("href", None)
            return
        for child in link:
            self.above[child] = holder
        unwrap(holder, link)

    def _label_note(self, link: Element) -> None:
        if "footnote-ref" in link.get("class", ""):
            link.set("role", "doc-noteref")
            link.set("aria-label", f"Note {text_of(link)}")
        else:
            link.set("role", "doc-backlink")
            link.set("aria-label", link.get("title", "Back to the text"))
            link.attrib.pop("title", None)
