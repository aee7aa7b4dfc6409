"""Pictures as JPEG files of a modest size: turned upright, blurred where asked, and nothing else.

Drawing a picture anew leaves out all that a camera writes beside it: place, device, earlier states.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from PIL import Image, ImageDraw, ImageOps

from pdportal.documents.kinds import Unfit

LONGEST_SIDE = 2000
MOST_PIXELS = 60_000_000
MOST_PIXELS_OF_JPEG = 220_000_000
"""A JPEG file is decoded at a fraction of its size, so cameras may have more."""
SMALLEST_SIDE = 80
"""Below it, a picture in a document is an ornament."""
_CELLS = 3
"""Of how many colors across and down a blurred part consists: too few to guess a face or a name."""


class CannotRead(Exception):
    """A file that cannot be shown, and why."""

    def __init__(self, unfit: Unfit) -> None:
        super().__init__(unfit)
        self.unfit = unfit


@dataclass(frozen=True)
class Job:
    """What is asked of the child."""

    path: str
    kind: str
    most_pages: int
    boxes: dict[int, list[list[int]]]
    only: list[int] | None = None

    def draws(self, number: int) -> bool:
        """Whether this page or picture is to be drawn."""
        return self.only is None or number in self.only


def read(job: Job) -> dict[str, Any]:
    """A file that is one picture."""
    size = _draw(job, 1, job.path, job.kind)
    return {"kind": job.kind, "pages": 1, "text": "", "is_cut": False, "pictures": [[1, *size]]}


def draw_each(job: Job, files: Iterable[IO[bytes]]) -> list[list[int]]:
    """The pictures of a document, numbered; those that cannot be read or are tiny are left out."""
    drawn = []
    for number, file in enumerate(files, 1):
        try:
            drawn.append([number, *_draw(job, number, file, None, SMALLEST_SIDE)])
        except (CannotRead, OSError, ValueError, SyntaxError):
            continue
    return drawn


def save(job: Job, number: int, picture: Image.Image) -> tuple[int, int]:
    """Store one picture as it is shown."""
    for box in job.boxes.get(number, []):
        blur(picture, box)
    picture.save(f"{number}.jpeg", quality=84, subsampling=0)
    return picture.size


def blur(picture: Image.Image, box: Sequence[int]) -> None:
    """Blur a part, given in thousandths, so that nothing can bring it back."""
    wide, high = picture.size
    left, top = box[0] * wide // 1000, box[1] * high // 1000
    right = min(wide, -(-(box[0] + box[2]) * wide // 1000))
    bottom = min(high, -(-(box[1] + box[3]) * high // 1000))
    if right <= left or bottom <= top:
        return
    size = (right - left, bottom - top)
    few = picture.crop((left, top, right, bottom)).resize((_CELLS, _CELLS), Image.Resampling.BOX)
    picture.paste(few.resize(size, Image.Resampling.BICUBIC), (left, top))
    ImageDraw.Draw(picture).rectangle((left, top, right - 1, bottom - 1), outline="#8a8178")


def _draw(
    job: Job, number: int, source: Any, kind: str | None, smallest: int = 1
) -> tuple[int, int]:
    formats = {"heic": ["HEIF"], None: ["JPEG", "PNG", "GIF", "WEBP"]}.get(
        kind, [str(kind).upper()]
    )
    if kind == "heic":
        from pi_heif import register_heif_opener

        register_heif_opener()
    if kind == "webp" and _pixels_of_webp(source) > MOST_PIXELS:
        raise CannotRead(Unfit.TOO_BIG)
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS_OF_JPEG
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            picture = Image.open(source, formats=formats)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise CannotRead(Unfit.TOO_BIG) from None
    if picture.format != "JPEG" and picture.width * picture.height > MOST_PIXELS:
        raise CannotRead(Unfit.TOO_BIG)
    if min(picture.size) < smallest:
        raise CannotRead(Unfit.UNKNOWN)
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    picture.load()
    return save(job, number, _plain(picture)) if job.draws(number) else picture.size


def _pixels_of_webp(path: str) -> int:
    """As its head says: Pillow takes the memory for them first, and calls it damaged then."""
    with Path(path).open("rb") as file:
        head = file.read(30)
    if head[12:16] == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return ((bits & 0x3FFF) + 1) * ((bits >> 14 & 0x3FFF) + 1)
    if head[12:16] == b"VP8 ":
        wide, high = (int.from_bytes(head[at : at + 2], "little") & 0x3FFF for at in (26, 28))
        return wide * high
    wide, high = (int.from_bytes(head[at : at + 3], "little") + 1 for at in (24, 27))
    return wide * high


def _plain(picture: Image.Image) -> Image.Image:
    """The pixels alone: upright, on white, in RGB, of a modest size."""
    picture = ImageOps.exif_transpose(picture)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        plain = Image.new("RGB", picture.size, "white")
        plain.paste(picture, mask=picture.getchannel("A"))
        return plain
    plain = Image.new("RGB", picture.size)
    plain.paste(picture.convert("RGB"))
    return plain
