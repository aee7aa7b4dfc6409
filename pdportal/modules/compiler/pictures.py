"""Pictures of a page: shown from the folder and nowhere else, sound and of a size that loads."""

import posixpath
import re
from collections.abc import Mapping
from difflib import get_close_matches
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from pdportal.content.document import Picture
from pdportal.content.tree import add_text, make, replace, text_of
from pdportal.content.vocabulary import label
from pdportal.modules.compiler.assets import LARGEST_PICTURE, MOST_PIXELS, UnfitError
from pdportal.modules.compiler.folder import OutsideError
from pdportal.modules.compiler.model import Asset
from pdportal.modules.compiler.page import Draft
from pdportal.modules.compiler.site import Site

_ATTRIBUTES = {
    "alt", "fig-alt", "width", "height", "style", "title", "align", "loading", "lang", "target",
    "fig-cap", "fig-align", "fig-pos", "fig-env", "fig-width", "fig-height", "out-width",
}  # fmt: skip
"""What authors write of pictures, here and in other tools; the first three are used."""


class Pictures:
    """Puts the pictures of one page in their places."""

    def __init__(self, site: Site, draft: Draft, above: Mapping[Element, Element]) -> None:
        self.site = site
        self.draft = draft
        self.problems = draft.problems
        self.above = above
        """The parent of each element of the page."""

    def show(self, picture: Element) -> None:
        """Show a picture of the folder, or say in its place what it would show."""
        written = self.draft.document.pictures.get(picture)
        target, line = (
            picture.get("src", ""),
            self.draft.document.lines.get(picture, self.draft.source.first_line),
        )
        if written is None:
            described = picture.get("alt") is not None
            alt = " ".join(picture.get("alt", "").split())
        else:
            alt = self._alt(picture, written, line)
            described = bool(alt) or not {"alt", "fig-alt"}.isdisjoint(written.attributes.values)
        title = picture.get("title", "")
        picture.attrib.clear()
        if title:
            picture.set("title", title)
        if not self._show(picture, target, alt, written, line):
            self._describe(picture, alt, target)
        elif not described:
            self._no_alt(line, target)

    def _alt(self, picture: Element, written: Picture, line: int) -> str:
        """The text for those who cannot see a picture; where it is the caption too, one of them."""
        values = written.attributes.values
        for name in values.keys() - _ATTRIBUTES:
            near = get_close_matches(name, ("alt", "fig-alt", "width"), n=1, cutoff=0.6)
            if near:
                hint = f"Did you mean “{near[0]}”?"
                self.problems.error(line, f"“{name}” means nothing to a picture.", hint)
        described = values.get("alt", values.get("fig-alt"))
        alt = " ".join((written.alt if described is None else described).split())
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
            cure = "Save it anew as PNG or JPEG, 1,600 pixels wide or less."
            self._refuse(target, line, f"The picture {target} {fault}.", cure)
            return None
        if asset is None:
            self.problems.warning(
                line, f"The picture {target} is not there.", "Its text is shown in its place."
            )
            return None
        if not asset.content_type.startswith("image/"):
            self._refuse(target, line, f"{target} is not a picture.", "Link to it instead.")
            return None
        return asset if self._loads(asset, target, line) else None

    def _loads(self, asset: Asset, target: str, line: int) -> bool:
        """Whether a phone can load a picture."""
        cure = "Save it smaller: 1,600 pixels are enough for any page."
        if max(asset.width, asset.height) > MOST_PIXELS and asset.content_type != "image/svg+xml":
            size = f"{asset.width:,} × {asset.height:,} pixels, and at most {MOST_PIXELS:,} a side"
            self._refuse(target, line, f"The picture {target} has {size} can be shown.", cure)
        elif asset.size > LARGEST_PICTURE:
            size = f"{asset.size / 1_000_000:,.1f} MB, and at most {LARGEST_PICTURE // 1_000_000}"
            self._refuse(target, line, f"The picture {target} has {size} can be shown.", cure)
        else:
            return True
        return False

    def _refuse(self, target: str, line: int, message: str, hint: str) -> None:
        """A fault of the file is told once, wherever else the picture is shown."""
        if (target, message) not in self.site.refused:
            self.site.refused.add((target, message))
            self.problems.error(line, message, hint)

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
