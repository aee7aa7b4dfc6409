"""What is wrong in a source file, where, and how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice
from typing import Literal

MANY = 300
Level = Literal["error", "warning", "hint"]


@dataclass(frozen=True, order=True)
class Problem:
    """An error would hurt a learner or lose data; a warning is worth a look, a hint a thought."""

    path: str
    line: int
    level: Level
    message: str
    hint: str = ""

    def __str__(self) -> str:
        text = f"{self.path}:{self.line}: {self.level}: {self.message}"
        return f"{text} {self.hint}" if self.hint else text

    @property
    def is_error(self) -> bool:
        """Nothing with an error is published."""
        return self.level == "error"


class Problems:
    """Collects the problems of one file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.found: list[Problem] = []
        self._known: set[Problem] = set()

    def error(self, line: int, message: str, hint: str = "") -> None:
        """Note something that must be mended before the file can be published."""
        self._add(Problem(self.path, max(line, 1), "error", message, hint))

    def warning(self, line: int, message: str, hint: str = "") -> None:
        """Note something that readers can live with."""
        self._add(Problem(self.path, max(line, 1), "warning", message, hint))

    @property
    def has_errors(self) -> bool:
        """Whether something is wrong already, of which what else one sees may be a consequence."""
        return any(problem.is_error for problem in self.found)

    def elsewhere(self, path: str) -> "Problems":
        """For problems of another file that are told together with these."""
        other = Problems(path)
        other.found = self.found
        return other

    def _add(self, problem: Problem) -> None:
        if problem not in self._known:
            self._known.add(problem)
            self.found.append(problem)


def did_you_mean(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Name the known word that looks most like this one, or say something else.

    Of thousands of known words only the first are looked at: comparing them takes its time.
    """
    near = get_close_matches(word[:200], list(islice(known, MANY)), n=1, cutoff=0.5)
    return f"Did you mean “{near[0]}”?" if near else otherwise
