"""How a term is told: texts from their files, and acts in the order of their moments."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from pdportal import clock

Entry = dict[str, Any]

LENGTH = 70
"""The day of term that today is."""

_TEXTS = Path(__file__).with_name("texts")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The quick one, where the package was built with it."""


def read(name: str) -> Any:
    """What one file of `texts/` says."""
    with (_TEXTS / f"{name}.yaml").open(encoding="utf-8") as file:
        return yaml.load(file, Loader=_LOADER)  # noqa: S506  # both are safe


class Term:
    """Ten weeks up to this moment, the same for everybody who asks for the same day."""

    def __init__(self, now: datetime, zone: ZoneInfo) -> None:
        self.now = now
        self.zone = zone
        self.random = Random(1871)  # noqa: S311  # the same district every time
        self._today = now.astimezone(zone).date()
        self._acts: list[tuple[datetime, int, partial[object]]] = []
        self._number = count()

    def day(self, number: int) -> date:
        """The date of a day of term."""
        return self._today + timedelta(days=number - LENGTH)

    def at(self, number: float, hour: float = 15.5, spread: float = 1.5) -> datetime:
        """A moment of a day, after school unless another hour is said; never later than now."""
        hour += self.random.uniform(0, spread)
        clock_time = time(int(hour) % 24, int(hour % 1 * 60), self.random.randrange(60))
        moment = datetime.combine(self.day(int(number)), clock_time, self.zone)
        return min(moment, self.now - timedelta(minutes=self.random.uniform(12, 50)))

    def add(self, moment: datetime, act: Callable[..., object], *given: Any) -> None:
        """Let `act` happen at `moment`; of acts at the same moment the one added first is first."""
        heapq.heappush(self._acts, (moment, next(self._number), partial(act, *given)))

    def play(self, until: datetime) -> None:
        """Do what is to happen up to a moment, with the clock set to each; acts may add others."""
        while self._acts and self._acts[0][0] <= until:
            moment, _number, act = heapq.heappop(self._acts)
            with clock.at(moment):
                act()
