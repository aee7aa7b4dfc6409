"""A part of a picture or page that a comment is about: where it is, in numbers and in words.

It is kept with the file's field and the number of the picture, and stands in another revision if
that has the same file, known by its content.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pdportal.feedback.comments.models import Comment
from pdportal.feedback.files.attached import files_in
from pdportal.feedback.files.models import FilePicture, WorkFile
from pdportal.feedback.works.models import Revision
from pdportal.web.typed import decimal_number

SIDES = ("left", "top", "width", "height")
WHOLE = 1000
"""The width, and the height, of every picture: what stands in numbers are thousandths of it."""

_SIZES = (
    (0.015, _l("a small spot")),
    (0.07, _l("a twentieth")),
    (0.14, _l("a tenth")),
    (0.22, _l("a fifth")),
    (0.29, _l("a quarter")),
    (0.42, _l("a third")),
    (0.6, _l("half")),
    (0.9, _l("most")),
)
"""What a part of up to this share of the picture is called."""
_PLACES = (
    (_l("top left"), _l("top"), _l("top right")),
    (_l("left"), _l("middle"), _l("right")),
    (_l("bottom left"), _l("bottom"), _l("bottom right")),
)


@dataclass(frozen=True)
class Region:
    """A part of a picture, in thousandths of its width and height."""

    left: int
    top: int
    width: int
    height: int

    @property
    def words(self) -> str:
        """Where it is, for whoever does not see it: “top left, a fifth of the picture”."""
        share = self.width * self.height / WHOLE**2
        size = next((words for most, words in _SIZES if share <= most), None)
        if size is None:
            return _("the whole picture")
        row = min(2, (2 * self.top + self.height) * 3 // (2 * WHOLE))
        column = min(2, (2 * self.left + self.width) * 3 // (2 * WHOLE))
        return _("%(place)s, %(size)s of the picture", place=_PLACES[row][column], size=size)

    @property
    def stored(self) -> str:
        """Its numbers, with blanks between them."""
        return f"{self.left} {self.top} {self.width} {self.height}"

    @property
    def percents(self) -> dict[str, str]:
        """Its sides as the boxes of a form hold them."""
        return {side: f"{getattr(self, side) / 10:g}" for side in SIDES}


ALL_OF_IT = Region(0, 0, WHOLE, WHOLE)


def read_region(typed: Mapping[str, str]) -> Region:
    """What was typed as percent of a picture, cut to the picture; without numbers all of it."""
    left, top = (min(_thousandths(typed.get(side, ""), 0), WHOLE - 1) for side in SIDES[:2])
    width, height = (_thousandths(typed.get(side, ""), WHOLE) for side in SIDES[2:])
    return Region(left, top, min(max(width, 1), WHOLE - left), min(max(height, 1), WHOLE - top))


def _thousandths(typed: str, otherwise: int) -> int:
    share = decimal_number(typed)
    return otherwise if share is None else round(10 * min(max(share, 0), 100))


@dataclass(frozen=True)
class Pointed:
    """A part of a picture, for whoever reads a revision that may have that picture or not."""

    card: str
    """The id of the comment's card on the page."""
    region: Region
    made_on: int
    """The number of the revision that the comment was made on."""
    file: WorkFile | None = None
    picture: FilePicture | None = None
    """The picture in the revision that is read; None: it has it no more."""
    number: int = 0
    """What marks the card and the part: the first of the page is 1."""


def region_of(comment: Comment) -> Region:
    """The part of a picture that a comment is about."""
    return stored_region(comment.region)


def stored_region(numbers: str | None) -> Region:
    """What `Region.stored` wrote; without numbers all of the picture."""
    return Region(*map(int, numbers.split())) if numbers else ALL_OF_IT


def read_picture(typed: str) -> tuple[str, int] | None:
    """The key of a file's field and the number of its picture, as `ToPoint.key` writes them."""
    key, _colon, number = typed.rpartition(":")
    is_one = key and number.isdecimal() and len(number) < 6
    return (key, int(number)) if is_one else None


class ToPoint(NamedTuple):
    """A picture that a comment can be about a part of; `key` names it in a form."""

    key: str
    file: WorkFile
    picture: FilePicture

    @property
    def place(self) -> tuple[str, int]:
        """What `read_picture` makes of its key."""
        return self.file.key, self.picture.number


def pictures_to_point(files: Iterable[WorkFile]) -> list[ToPoint]:
    """The pictures of files that are shown now."""
    return [
        ToPoint(f"{file.key}:{picture.number}", file, picture)
        for file in files
        for picture in file.pictures
        if picture.storage_key
    ]


def point(comment: Comment, revision: Revision, card: str) -> Pointed:
    """Where the part that a comment is about stands in a revision of its work."""
    here = Pointed(card, region_of(comment), comment.revision.number)
    then = files_in(revision.work, here.made_on)
    old = next((file for file in then if file.key == comment.field), None)
    same = [f for f in files_in(revision.work, revision.number) if old and f.sha256 == old.sha256]
    for file in sorted(same, key=lambda file: file.key != comment.field):
        for picture in file.pictures:
            if picture.number == comment.page:
                return replace(here, file=file, picture=picture)
    return here
