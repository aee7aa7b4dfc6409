"""Works out where links and pictures lead, within the folder and nowhere else."""

import posixpath
import re
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from pdportal.content.document import Picture
from pdportal.content.html import SCHEMES
from pdportal.content.problems import did_you_mean
from pdportal.content.tree import add_text, make, parents, replace, text_of, unwrap
from pdportal.content.vocabulary import NOTES, label
from pdportal.modules.compiler.assets import UnfitError, make_asset
from pdportal.modules.compiler.folder import Folder, OutsideError
from pdportal.modules.compiler.model import Asset
from pdportal.modules.compiler.page import Draft

PAGE_ENDING = re.compile(r"\.(?:md|rmd|html?)$", re.IGNORECASE)


class Site:
    """All pages and files of a module, and how they are found from one another."""

    def __init__(
        self, module: str, folder: Folder, drafts: list[Draft], places: Sequence[str] = ()
    ) -> None:
        self.module = module
        self.folder = folder
        self.places = places
        self.assets: dict[str, Asset] = {}
        self.unfit: dict[str, str] = {}
        self.pages: dict[str, Draft] = {}
        for draft in drafts:
            self.pages.setdefault(PAGE_ENDING.sub("", draft.path).lower(), draft)

    def candidates(self, path: str, origin: str) -> list[str]:
        """The paths in the folder that a relative address may mean, likeliest first."""
        here = posixpath.dirname(origin)
        paths = []
        for place in dict.fromkeys([here, *self.places]):
            clean = posixpath.normpath(posixpath.join(place, path))
            if not clean.startswith(("../", "/")) and clean != "..":
                paths.append(clean)
        return list(dict.fromkeys(paths))

    def page(self, path: str, origin: str) -> Draft | None:
        """The page that an address means, with any ending or none."""
        for clean in self.candidates(path, origin):
            stem = PAGE_ENDING.sub("", clean).lower()
            if stem in self.pages:
                return self.pages[stem]
            inner = re.sub(r"^(?:instructor|learner)s?/", "", stem)
            if inner in self.pages and self.places:
                return self.pages[inner]
        return None

    def is_start(self, path: str, origin: str) -> bool:
        """Whether an address means the module's own page."""
        names = {"index", "module", "."} if self.places else {"module", "."}
        return any(
            PAGE_ENDING.sub("", clean).lower() in names for clean in self.candidates(path, origin)
        )

    def asset(self, path: str, origin: str) -> Asset | None:
        """The file that an address means.

        Raises OutsideError for one out of the folder and UnfitError for one that is not served.
        """
        clean = posixpath.normpath(posixpath.join(posixpath.dirname(origin), path))
        candidates = self.candidates(path, origin)
        for each in candidates:
            if each in self.assets:
                return self.assets[each]
            if each in self.unfit:
                raise UnfitError(self.unfit[each])
            file = self.folder.find(each)
            if file is None:
                continue
            try:
                self.assets[each] = make_asset(self.folder, each, file, self.module)
            except UnfitError as fault:
                self.unfit[each] = str(fault)
                raise
            return self.assets[each]
        if clean.startswith(("../", "/")) or clean == "..":
            raise OutsideError(path)
        return None

    def url(self, draft: Draft, anchor: str = "") -> str:
        """The address of a page, and of a place on it."""
        page = "" if draft.is_about else f"/{draft.slug}"
        return f"/learn/{self.module}{page}" + (f"#{anchor}" if anchor else "")


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
        self.above = parents(root)
        for element in list(root.iter()):
            if element.tag == "a":
                self._link(element)
            elif element.tag == "img":
                self._picture(element)

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
            if not path.startswith("/learn/"):
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
        if page.audience == "facilitators" and not self._for_facilitators(link):
            self.problems.warning(
                line, f"The link {target} leads to a page that only facilitators can open.",
                "It is shown as text; move it into a block for facilitators.",
            )  # fmt: skip
            self._to_text(link)
            return
        heading = page.outline.find(anchor) if anchor else ""
        if anchor and not heading:
            known = page.outline.ids
            hint = did_you_mean(anchor, known, "Look at the headings of that page.")
            where = "this page" if page is self.draft else page.source.path
            self.problems.warning(line, f"There is no heading “#{anchor}” on {where}.", hint)
            if page is self.draft:
                self._to_text(link)
                return
        own = page is self.draft and heading
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
        if self.draft.audience == "facilitators":
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

    # Pictures

    def _picture(self, picture: Element) -> None:
        written = self.draft.document.pictures.get(picture)
        target, line = picture.get("src", ""), self._line(picture)
        if written is None:
            if picture.get("alt") is None and target:
                self._no_alt(line, target)
            alt = " ".join(picture.get("alt", "").split())
        else:
            alt = self._alt(picture, written, target, line)
        title = picture.get("title", "")
        picture.attrib.clear()
        if title:
            picture.set("title", title)
        if not self._show(picture, target, alt, written, line):
            self._describe(picture, alt, target)

    def _alt(self, picture: Element, written: Picture, target: str, line: int) -> str:
        """The text for those who cannot see a picture; where it is the caption too, one of them."""
        values = written.attributes.values
        described = values.get("alt", values.get("fig-alt"))
        alt = " ".join((written.alt if described is None else described).split())
        if described is None and not alt:
            self._no_alt(line, target)
        figure, caption = self.above.get(picture), text_of(written.caption)
        same = described is None or alt == caption
        if figure is not None and written.caption in list(figure):
            if same and not self.draft.captions:
                figure.remove(written.caption)
            elif same:
                written.caption.set("aria-hidden", "true")
        elif caption and not same:
            self.problems.warning(
                line, f"The caption “{caption[:50]}” is not shown.",
                "A picture has a caption where it stands in a paragraph of its own, without title.",
            )  # fmt: skip
        return alt

    def _no_alt(self, line: int, target: str) -> None:
        self.problems.warning(
            line, f"The picture {target} has no text for those who cannot see it.",
            'Write ![](file){alt="what is to be seen"}.',
        )  # fmt: skip

    def _show(
        self, picture: Element, target: str, alt: str, written: Picture | None, line: int
    ) -> bool:
        """Show a picture of the folder; whether it could be shown."""
        asset = self._file(target, line)
        if asset is None:
            return False
        picture.set("src", asset.url)
        picture.set("alt", alt)
        self._size(picture, asset, written)
        picture.set("loading", "lazy")
        return True

    def _file(self, target: str, line: int) -> Asset | None:
        """The picture of the folder that an address means; if there is none, the reason is told."""
        if not target:
            self.problems.warning(line, "This picture has no address.", "Write ![text](file).")
            return None
        try:
            parts = urlsplit(target)
        except ValueError:
            self.problems.warning(line, f"The address {target} cannot be read.")
            return None
        if parts.scheme or parts.netloc or target.startswith("/"):
            self.problems.warning(
                line, f"The picture {target} is on another site and is not shown.",
                "Put the file in the folder.",
            )  # fmt: skip
            return None
        try:
            asset = self.site.asset(unquote(parts.path), self.draft.path)
        except OutsideError:
            self.problems.error(
                line, f"The picture {target} lies outside the folder.", "Copy the file here."
            )
            return None
        except UnfitError as fault:
            self.problems.warning(line, f"{target} {fault}.", "It is left out.")
            return None
        if asset is None:
            self.problems.warning(
                line, f"The picture {target} is not there.", "Its text is shown in its place."
            )
            return None
        if not asset.content_type.startswith("image/"):
            self.problems.warning(line, f"{target} is not a picture.", "Link to it instead.")
            return None
        return asset

    def _size(self, picture: Element, asset: Asset, written: Picture | None) -> None:
        width, height = asset.width, asset.height
        wanted = written.attributes.values.get("width", "") if written else ""
        match = re.fullmatch(r"(\d{1,5})(?:px)?", wanted.strip())
        if match and int(match[1]):
            new = int(match[1])
            height = round(height * new / width) if width else 0
            width = new
        if width and height:
            picture.set("width", str(width))
            picture.set("height", str(height))
        elif width:
            picture.set("width", str(width))

    def _describe(self, picture: Element, alt: str, target: str) -> None:
        """In the place of a picture: what it would show."""
        holder = self.above.get(picture)
        if holder is None:
            return
        named = label("picture", self.draft.language)
        words = alt or posixpath.basename(urlsplit(target).path if "[" not in target else target)
        if holder.tag == "figure":
            box = make("div", class_="figure-missing")
            box.append(make("p", f"{named}: {words}" if words else named))
        else:
            box = make("span", f"[{named}: {words}]" if words else f"[{named}]", class_="muted")
        if target.startswith(("http://", "https://")):
            place = box if holder.tag != "figure" else box[0]
            link = make("a", "↗", href=target, **{"aria-label": f"{named}: {target}"})
            add_text(place, len(place), " ")
            place.append(link)
        replace(holder, picture, [box])
