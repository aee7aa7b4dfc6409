"""A cover for each module, drawn from its slug: the same every time, and no other like it.

The shapes have classes only; the colours are the page's own, so that it is right in light, in dark
and in print. A motif takes numbers from a hash of the slug and gives shapes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from markupsafe import Markup

WIDTH, HEIGHT = 320, 120
TONES = 6

Numbers = Iterator[int]
"""Numbers from 0 to 255 without end, the same for the same slug."""


def cover_of(slug: str, picture: Mapping[str, str]) -> Markup:
    """The cover of a module: its author's picture (`url` and `alt`), else one that is drawn."""
    if not picture:
        return drawn(slug)
    image = Markup('<img class="cover" src="{}" alt="{}" loading="lazy" width="640" height="240">')
    return image.format(picture["url"], picture["alt"])


@lru_cache(maxsize=4096)
def drawn(slug: str) -> Markup:
    """The SVG of a module: below 2 kB, without words, hidden from screen readers."""
    numbers = _numbers(slug)
    tone = next(numbers) % TONES
    motif = MOTIFS[next(numbers) % len(MOTIFS)]
    shapes = "".join(motif(numbers))
    return Markup(  # noqa: S704  # made of numbers alone
        f'<svg class="cover cover-{tone}" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true"'
        f' preserveAspectRatio="xMidYMid slice">{shapes}</svg>'
    )


def _numbers(slug: str) -> Numbers:
    for place in range(1_000):
        yield from hashlib.sha256(f"{place}\0{slug}".encode()).digest()


def _between(numbers: Numbers, least: int, most: int) -> int:
    return least + next(numbers) * (most - least) // 255


def _circle(x: int, y: int, radius: int, kind: str) -> str:
    return f'<circle class="{kind}" cx="{x}" cy="{y}" r="{radius}"/>'


def _path(way: str, kind: str) -> str:
    return f'<path class="{kind}" d="{way}"/>'


def hills(numbers: Numbers) -> Iterator[str]:
    """Hills before one another, and a sun."""
    yield _circle(_between(numbers, 50, 270), _between(numbers, 28, 50), 20, "e")
    for kind, top in (("b", 52), ("c", 74), ("d", 96)):
        first, second, third = (_between(numbers, top - 20, top + 14) for _ in range(3))
        yield _path(
            f"M0 {first}C60 {first - 26} 100 {second + 26} 160 {second}"
            f"S260 {third - 30} 320 {third}V120H0Z",
            kind,
        )


def quilt(numbers: Numbers) -> Iterator[str]:
    """Squares with a quarter of a circle in each."""
    for x in range(0, WIDTH, 40):
        for y in range(0, HEIGHT, 40):
            number = next(numbers)
            kind = "bbcce"[number % 5] if number < 200 else "d"
            right, below = x + 40, y + 40
            quarters = (
                f"M{x} {y}H{right}A40 40 0 0 1 {x} {below}Z",
                f"M{right} {y}V{below}A40 40 0 0 1 {x} {y}Z",
                f"M{right} {below}H{x}A40 40 0 0 1 {right} {y}Z",
                f"M{x} {below}V{y}A40 40 0 0 1 {right} {below}Z",
            )
            if number % 7:
                yield _path(quarters[number // 8 % 4], kind)


def arches(numbers: Numbers) -> Iterator[str]:
    """Arches within arches, as of a bridge."""
    x = _between(numbers, 10, 50)
    while x < WIDTH:
        radius = _between(numbers, 34, 84)
        for kind, share in (("b", 1.0), ("c", 0.74), ("a", 0.5), ("e", 0.26)):
            size = round(radius * share)
            yield _path(f"M{x - size} 120A{size} {size} 0 0 1 {x + size} 120Z", kind)
        x += radius + _between(numbers, 26, 60)


def leaves(numbers: Numbers) -> Iterator[str]:
    """Stems with leaves on both sides."""
    for x in range(_between(numbers, 14, 34), WIDTH, 52):
        top, lean = _between(numbers, 18, 62), _between(numbers, -12, 12)
        yield _path(f"M{x} 120Q{x} {top + 40} {x + lean} {top}", "line")
        for y in range(top + 12, 108, 24):
            kind, side = "bcd"[next(numbers) % 3], 18 if next(numbers) % 2 else -18
            yield _path(f"M{x} {y + 12}q{side} 0 {side} -18q{-side} 0 {-side} 18", kind)
        yield _circle(x + lean, top, 5, "e")


def peaks(numbers: Numbers) -> Iterator[str]:
    """Mountains behind one another, some with a side in the light."""
    yield _circle(_between(numbers, 30, 290), _between(numbers, 20, 40), 15, "e")
    for kind, light, apart in (("b", "b", 62), ("c", "b", 84), ("d", "c", 112)):
        for x in range(_between(numbers, -30, 20), WIDTH + 30, apart):
            top, half = _between(numbers, apart // 2 - 8, 84), _between(numbers, 36, 66)
            yield _path(f"M{x} {top}L{x + half} 120H{x - half}Z", kind)
            if light != kind:
                yield _path(f"M{x} {top}L{x + half // 5} 120H{x - half}Z", light)


def moons(numbers: Numbers) -> Iterator[str]:
    """Large circles that overlap."""
    for kind in "bcbdc":
        yield _circle(
            _between(numbers, 0, WIDTH), _between(numbers, 10, 110), _between(numbers, 26, 66), kind
        )
    yield _circle(_between(numbers, 60, 260), _between(numbers, 40, 80), 14, "e")


def waves(numbers: Numbers) -> Iterator[str]:
    """Lines of water, one below the other, and a boat's sail."""
    x = _between(numbers, 60, 240)
    yield _path(f"M{x} 18V64H{x - 30}Z", "e")
    yield _path(f"M{x + 4} 28V64H{x + 22}Z", "d")
    for line, y in enumerate(range(66, 130, 14)):
        step, shift = _between(numbers, 18, 26), _between(numbers, 0, 30)
        crests = f"q{step // 2} -9 {step} 0t{step} 0" + f"t{step} 0" * (360 // step)
        yield _path(f"M{-shift} {y}{crests}V130H-40Z", "bcbcd"[line % 5])


def ways(numbers: Numbers) -> Iterator[str]:
    """Ways that part and meet, with places to stop on them."""
    heights = [20, 60, 100]
    for start in heights:
        end, middle = heights[next(numbers) % 3], heights[next(numbers) % 3]
        yield _path(
            f"M0 {start}C50 {start} 60 {middle} 110 {middle}S170 {middle} 210 {end}S280 {end} 320"
            f" {heights[next(numbers) % 3]}",
            "line",
        )
        yield _circle(110, middle, _between(numbers, 8, 15), "c")
        yield _circle(210, end, _between(numbers, 8, 15), "d")
    yield _circle(_between(numbers, 26, 60), heights[next(numbers) % 3], 7, "e")
    yield _circle(_between(numbers, 250, 300), heights[next(numbers) % 3], 9, "e")


MOTIFS: tuple[Callable[[Numbers], Iterator[str]], ...] = (
    hills, quilt, arches, leaves, peaks, moons, waves, ways,
)  # fmt: skip
