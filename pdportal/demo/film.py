"""A short film of a classroom, drawn by us and encoded by ffmpeg: no real room, no real people.

A question is written on the board, the teacher waits and looks to the left, hands go up (one on the
right, half way), one student answers, and the hands go down again.
"""

from __future__ import annotations

import math
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random

SECONDS = 26
RATE = 8
WIDTH, HEIGHT = 960, 540
"""Drawn larger than shown: making it smaller rounds the edges."""

LONGEST_WAIT = 90
WALL, FLOOR, BOARD, FRAME, CHALK, SHADE, *_MORE = range(16)
SKINS, HAIRS, CLOTHES = _MORE[:3], _MORE[3:6], _MORE[6:]
PALETTE = (
    0xEFE6D6, 0xD9C6A8, 0x2F4A43, 0xB08A5B, 0xF4F1E6, 0xE3D6C0, 0xE7B998, 0xB97F5B, 0x7A4E36,
    0x2B2523, 0x6B4A2F, 0x8F6B3F, 0x3A5A9B, 0x8A5A7A, 0x4F7F78, 0xB9694A,
)  # fmt: skip

Stroke = Sequence[tuple[float, float]]


def _bow(x: float, y: float, wide: float, high: float, start: float, stop: float) -> Stroke:
    """Part of an oval, from one angle to another in degrees; 0 is to the right, 90 down."""
    steps = max(2, int(abs(stop - start) / 20))
    angles = [math.radians(start + (stop - start) * n / steps) for n in range(steps + 1)]
    return [(x + wide * math.cos(a), y + high * math.sin(a)) for a in angles]


_LETTERS: dict[str, Sequence[Stroke]] = {
    # What is written on our boards; each in a box four wide and six high.
    "3": [_bow(1.9, 1.6, 1.5, 1.6, 200, 450), _bow(1.9, 4.4, 1.7, 1.6, 270, 520)],
    "4": [[(2.8, 6), (2.8, 0), (0.2, 4), (3.8, 4)]],
    "5": [[(3.4, 0), (0.9, 0), (0.6, 2.6), *_bow(1.9, 4.1, 1.8, 1.9, 240, 510)]],
    "6": [[(3, 0.1), (1.2, 2), *_bow(2, 4.2, 1.7, 1.8, 200, 560)]],
    "/": [[(3.4, -0.4), (0.6, 6.4)]],
    "?": [[*_bow(2, 1.6, 1.6, 1.6, 190, 410), (2, 3.4), (2, 4.3)], [(2, 5.9), (2, 6)]],
    ".": [[(2, 5.9), (2, 6)]],
    "a": [_bow(1.9, 4, 1.6, 2, 320, 680), [(3.5, 2.2), (3.5, 6)]],
    "b": [[(0.5, 0), (0.5, 6)], _bow(2.1, 4, 1.6, 2, 180, 540)],
    "c": [_bow(2.1, 4, 1.7, 2, 320, 40)],
    "e": [[(0.4, 4), (3.7, 4), *_bow(2.05, 4, 1.65, 2, 0, -310)]],
    "s": [[*_bow(2, 2.9, 1.4, 0.95, 320, 90), *_bow(2, 4.95, 1.5, 1.05, 270, 500)]],
    "u": [[(0.5, 2.1), *_bow(2, 4.4, 1.5, 1.6, 180, 0), (3.5, 2.1)], [(3.5, 2.1), (3.5, 6)]],
}  # fmt: skip


class Film:
    """The scene: what is on the board, and a class that is a little different each time."""

    def __init__(self, words: str, seed: int) -> None:
        random = Random(seed)  # noqa: S311 — who sits where
        self.dots = list(_written(words))
        self.class_ = [
            _Student(
                x=52 + 118 * place + 40 * row + random.randint(-8, 8),
                y=400 + 72 * row,
                size=30 + 5 * row,
                skin=random.choice(SKINS),
                hair=random.choice(HAIRS),
                wears=random.choice(CLOTHES),
                up=random.choice((14.0, 15.0, 16.0, 17.0, 17.8, 18.5))
                if place < 4
                else 17 + place / 2,
                raises=random.random() < (0.75 if place < 4 else 0.4),
            )
            for row in (0, 1)
            for place in range(8)
        ]
        late = self.class_[6]
        late.raises, late.up, late.half = True, 9.5, True

    def frames(self) -> Iterator[bytes]:
        """Each frame as one byte a dot, with the palette after it."""
        palette = b"".join((0xFF000000 | colour).to_bytes(4, "little") for colour in PALETTE)
        palette += bytes(1024 - len(palette))
        room, written = Picture(_room()), 0
        for student in self.class_:
            student.draw(room)
        for number in range(SECONDS * RATE):
            second = number / RATE
            share = min(1.0, (second + 1.2) / 4)
            for x, y in self.dots[written : int(len(self.dots) * share)]:
                room.disc(x, y, 4, CHALK)
            written = int(len(self.dots) * share)
            picture = Picture(room.dots)
            self._draw(picture, second)
            yield bytes(picture.dots) + palette

    def _draw(self, picture: Picture, second: float) -> None:
        self._draw_teacher(picture, second)
        for student in self.class_:
            student.draw_arm(picture, second)

    def _draw_teacher(self, picture: Picture, second: float) -> None:
        """Writes, steps aside, then waits with a look to the left; turns when somebody speaks."""
        x = 720 - 60 * _ease(second, 3.6, 5.2)
        looks = -9 * _ease(second, 8.6, 9.2) + 18 * _ease(second, 15, 15.6)
        sway = 2 * math.sin(second * 1.3)
        coat = CLOTHES[0]
        picture.box(x - 34, 226, x + 34, 352, coat)
        picture.disc(x, 226, 34, coat)
        arm = _ease(second, 0, 0.4) - _ease(second, 3.6, 4.4)
        picture.line(x - 26, 236, x - 40 - 30 * arm, 300 - 92 * arm, 11, coat)
        picture.line(x + 26, 236, x + 38, 306, 11, coat)
        picture.disc(x + sway, 172, 27, HAIRS[0])
        picture.disc(x + sway + looks * 0.7, 178, 24, SKINS[1])


class _Student:
    """Somebody seen from behind, and when their hand is up."""

    def __init__(
        self,
        *,
        x: float,
        y: float,
        size: float,
        skin: int,
        hair: int,
        wears: int,
        up: float,
        raises: bool,
    ) -> None:
        self.x, self.y, self.size = x, y, size
        self.skin, self.hair, self.wears = skin, hair, wears
        self.up, self.raises = up, raises
        self.half = False

    def draw(self, picture: Picture) -> None:
        """Shoulders and head."""
        x, y, size = self.x, self.y, self.size
        picture.disc(x, y + size * 1.9, size * 1.15, self.wears)
        picture.disc(x, y, size * 0.78, self.hair)
        picture.box(x - size * 0.2, y + size * 0.5, x + size * 0.2, y + size, self.skin)

    def draw_arm(self, picture: Picture, second: float) -> None:
        """The arm, as far as it is up, and not quite still."""
        if not self.raises:
            return
        high = _ease(second, self.up, self.up + 1) - _ease(second, 21.2, 22)
        high *= 0.45 if self.half and second < 18 else 1.0
        if high > 0.05:
            x, size = self.x + self.size * 0.9, self.size
            hand = self.y + size - high * size * 3.1
            tip = x + 2 * high * math.sin(second * 1.7 + x)
            picture.line(x, self.y + size, tip, hand, size * 0.24, self.skin)
            picture.disc(tip, hand, size * 0.3, self.skin)


class Picture:
    """A picture of coloured dots."""

    def __init__(self, ground: bytes | bytearray | None = None) -> None:
        self.dots = bytearray(ground or bytes([WALL]) * (WIDTH * HEIGHT))

    def box(self, left: float, top: float, right: float, bottom: float, colour: int) -> None:
        """A filled box."""
        for y in range(max(0, int(top)), min(HEIGHT, int(bottom))):
            self._row(y, left, right, colour)

    def disc(self, x: float, y: float, radius: float, colour: int) -> None:
        """A filled circle."""
        for down, half in _rows(round(radius * 2) / 2):
            if 0 <= int(y) + down < HEIGHT:
                self._row(int(y) + down, x - half, x + half, colour)

    def line(
        self, x: float, y: float, to_x: float, to_y: float, radius: float, colour: int
    ) -> None:
        """A thick line with round ends."""
        steps = max(1, int(math.hypot(to_x - x, to_y - y) / max(2, radius / 2)))
        for n in range(steps + 1):
            self.disc(x + (to_x - x) * n / steps, y + (to_y - y) * n / steps, radius, colour)

    def _row(self, y: int, left: float, right: float, colour: int) -> None:
        start, stop = max(0, int(left)), min(WIDTH, int(right))
        if start < stop:
            self.dots[y * WIDTH + start : y * WIDTH + stop] = bytes([colour]) * (stop - start)


def make(words: str, seed: int, ffmpeg: str) -> bytes:
    """The film as WebM; raises `OSError` or `subprocess.SubprocessError` if ffmpeg cannot."""
    tone = "0.05*sin({0}*2*PI*t)*(0.6+0.4*sin(2*PI*t/{1}))"
    sound = "+".join(tone.format(*pair) for pair in ((196, 7), (247, 9), (294, 11)))
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "film.webm"
        command = [
            *(ffmpeg, "-v", "error", "-y"),
            *("-f", "rawvideo", "-pix_fmt", "pal8", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(RATE)),
            *("-i", "pipe:0"),
            *("-f", "lavfi", "-i", f"aevalsrc={sound}:d={SECONDS}:s=24000"),
            *("-vf", "scale=640:360:flags=fast_bilinear", "-pix_fmt", "yuv420p"),
            *("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "16", "-b:v", "200k"),
            *("-g", str(RATE * 6), "-c:a", "libopus", "-b:a", "24k", "-shortest", str(target)),
        ]
        with subprocess.Popen(  # noqa: S603 — our own words
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            assert process.stdin is not None  # noqa: S101 — it was asked for
            for frame in Film(words, seed).frames():
                process.stdin.write(frame)
            process.stdin.close()
            if process.wait(LONGEST_WAIT):
                raise subprocess.SubprocessError("ffmpeg could not make the film")
        return target.read_bytes()


def _room() -> bytes:
    picture = Picture()
    picture.box(0, 352, WIDTH, HEIGHT, FLOOR)
    picture.box(0, 344, WIDTH, 352, FRAME)
    picture.box(96, 44, 644, 268, FRAME)
    picture.box(106, 54, 634, 258, BOARD)
    picture.box(790, 60, 910, 210, CHALK)
    picture.box(846, 60, 854, 210, SHADE)
    picture.box(790, 131, 910, 139, SHADE)
    return bytes(picture.dots)


def _written(words: str) -> Iterator[tuple[float, float]]:
    """The dots of chalk, in the order in which they are written."""
    size = min(18.0, 480 / (5 * len(words)))
    left = 370 - size * 5 * len(words) / 2
    for place, letter in enumerate(words):
        for stroke in _LETTERS.get(letter, ()):
            for (x, y), (to_x, to_y) in pairwise(stroke):
                steps = max(1, int(math.hypot(to_x - x, to_y - y) * size / 3))
                for n in range(steps + 1):
                    yield (
                        left + size * (place * 5 + x + (to_x - x) * n / steps),
                        150 + size * (y + (to_y - y) * n / steps - 3),
                    )


@cache
def _rows(radius: float) -> list[tuple[int, float]]:
    whole = math.ceil(radius)
    return [
        (down, math.sqrt(radius * radius - down * down))
        for down in range(-whole, whole + 1)
        if abs(down) <= radius
    ]


def _ease(second: float, start: float, stop: float) -> float:
    """0 before, 1 after, and gently in between."""
    share = min(1.0, max(0.0, (second - start) / (stop - start)))
    return share * share * (3 - 2 * share)


def ffmpeg_here() -> str | None:
    """The program that encodes, if this machine has it."""
    if found := shutil.which("ffmpeg"):
        return found
    try:
        from imageio_ffmpeg import get_ffmpeg_exe

        path: str = get_ffmpeg_exe()
    except (ImportError, RuntimeError):
        return None
    return path
