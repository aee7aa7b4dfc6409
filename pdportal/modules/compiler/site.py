"""All pages and files of a module, and how they are found from one another."""

import posixpath
import re
from collections.abc import Sequence
from hashlib import sha256

from pdportal.modules.compiler.assets import UnfitError, make_asset
from pdportal.modules.compiler.folder import Folder, OutsideError
from pdportal.modules.compiler.model import Asset
from pdportal.modules.compiler.page import Draft

VTT = "text/vtt; charset=utf-8"
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
        self.refused: set[tuple[str, str]] = set()
        """What was said of pictures that cannot be shown."""
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

    def read(self, path: str, origin: str, most: int) -> tuple[str, bytes] | None:
        """How a file is shown in messages, and what it holds; None where there is none.

        Raises OutsideError, and UnfitError for one of more than `most` bytes.
        """
        for each in self.candidates(path, origin):
            file = self.folder.find(each)
            if file is None:
                continue
            _sha, size = self.folder.digest(each, file)
            if size > most:
                raise UnfitError(f"have more than {most // 1000:,} kB")
            return self.folder.show(each), file.read_bytes()
        if posixpath.normpath(posixpath.join(posixpath.dirname(origin), path)).startswith(".."):
            raise OutsideError(path)
        return None

    def add_text(self, path: str, text: str) -> Asset:
        """A file of captions that we write, as an asset."""
        sha = sha256(text.encode()).hexdigest()
        url = f"/learn/{self.module}/files/{sha[:16]}/captions.vtt"
        asset = Asset(path, "captions.vtt", sha, VTT, len(text.encode()), url, text=text)
        self.assets[path] = asset
        return asset

    def url(self, draft: Draft, anchor: str = "") -> str:
        """The address of a page, and of a place on it."""
        page = "" if draft.is_about else f"/{draft.slug}"
        return f"/learn/{self.module}{page}" + (f"#{anchor}" if anchor else "")
