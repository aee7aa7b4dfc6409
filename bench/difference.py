"""A difference of 5,000 words, for several kinds of text, in turns with the bare page.

`python -m bench.difference` makes each anew, in one process: both texts are read (rendered and cut
into words) once, what is worked out from them is not kept.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from statistics import median
from time import process_time

from pdportal import create_app
from pdportal.db import db
from pdportal.db.migrations import upgrade_database
from pdportal.feedback.works import comparison
from pdportal.feedback.works.diffs import field_diff
from pdportal.feedback.works.reading import read, reading_of
from pdportal.web.texts import render_text

WORDS = 5_000
COMMON = [
    *("the", "pupils", "pairs", "place", "fractions", "on", "a", "line", "and", "say", "why", "it"),
    *("stands", "left", "of", "another", "before", "they", "write", "what", "task", "asks", "for"),
    *("reasons", "with", "numbers", "or", "tables", "so", "that", "who", "reads", "can", "follow"),
]
SIGNS = [chr(0x4E00 + number * 13) for number in range(900)]
Text = list[list[str]]
"""Paragraphs of words."""


def texts() -> Iterator[tuple[str, str, str]]:
    """The kinds: what each is called, the old text and the new one."""
    chance = Random(4)  # noqa: S311  # texts are no secrets
    english, chinese = _english(chance), _chinese(chance)
    changed = "Every 16th word changed, two paragraphs moved"
    yield f"English. {changed}", _joined(english), _joined(_edited(english, "altered", chance))
    items = [[word.strip(".") for word in line] for line in english]
    lists = "\n".join("- " + " ".join(line) for line in items)
    edited = "\n".join("- " + " ".join(line) for line in _edited(items, "altered", chance))
    yield f"A list. {changed}", lists, edited
    yield (
        f"Chinese. {changed}",
        _joined(chinese, ""),
        _joined(_edited(chinese, "改", chance), ""),
    )
    yield "Every paragraph moved", _joined(english), _joined(chance.sample(english, len(english)))
    yield "All changed, of the same words", _joined(english), _joined(_english(chance))
    new = [[f"{word}x" for word in line] for line in english]
    yield "All words new", _joined(english), _joined(new)
    yield "Chinese, all changed", _joined(chinese, ""), _joined(_chinese(chance), "")


def _english(chance: Random) -> Text:
    lines: Text = []
    while sum(map(len, lines)) < WORDS:
        sentence = [
            word if chance.random() < 0.8 else f"{word}{chance.randint(2, 99)}"
            for word in chance.choices(COMMON, k=chance.randint(8, 20))
        ]
        sentence[-1] += "."
        if lines and len(lines[-1]) < 60:
            lines[-1] += sentence
        else:
            lines.append(sentence)
    return lines


def _chinese(chance: Random) -> Text:
    return [[*chance.choices(SIGNS, k=19), "。"] * 3 for _paragraph in range(WORDS // 60)]


def _edited(lines: Text, other: str, chance: Random) -> Text:
    edited = [
        [word if nth % 16 else other for nth, word in enumerate(line, start=1)] for line in lines
    ]
    for _twice in range(2):
        edited.insert(chance.randrange(len(edited)), edited.pop(chance.randrange(len(edited))))
    return edited


def _joined(lines: Text, blank: str = " ") -> str:
    return "\n\n".join(blank.join(line) for line in lines)


def main() -> None:
    """Make, compare, print."""
    from bench.bare import create_app as bare_app
    from bench.seed import database_address, seed, set_bare_page

    ask = argparse.ArgumentParser(prog="python -m bench.difference", description=__doc__)
    ask.add_argument("--times", type=int, default=30, help="how often each is made (30)")
    given = ask.parse_args()
    with tempfile.TemporaryDirectory(prefix="pdportal-bench-") as folder:
        app = create_app({"DATA": str(Path(folder) / "data"), "LOG_LEVEL": "error"})
        upgrade_database(app)
        seed(app, 1)
        os.environ |= {"BENCH_DATABASE": database_address(app), "BENCH_PEOPLE": "60"}
        bare = bare_app().test_client()
        with app.app_context():
            set_bare_page(db.engine, "page", 30_000)
        with app.test_request_context("/"):
            print(f"{'':54}{'words':>6}{'best, ms':>10}{'median':>8}{'x bare':>8}")
            for name, old, new in texts():
                words = len(reading_of(old).words)
                spent = [
                    (_spent(lambda: bare.get("/page/page")), _difference(old, new))
                    for _turn in range(given.times)
                ]
                best, middle = min(own for _bare, own in spent), median(own for _bare, own in spent)
                ratio = median(own / other for other, own in spent)
                print(f"{name:54}{words:6}{best * 1000:10.1f}{middle * 1000:8.1f}{ratio:8.1f}")


def _difference(old: str, new: str) -> float:
    """How long it takes, where nothing but the two texts has been read."""
    before, after = (read(render_text(text)) for text in (old, new))
    pair = comparison.FieldPair(before, after)
    return _spent(
        lambda: field_diff("plan", comparison.Comparison({"plan": pair}), {"plan": "Plan"})
    )


def _spent(act: Callable[[], object]) -> float:
    began = process_time()
    act()
    return process_time() - began


if __name__ == "__main__":
    main()
