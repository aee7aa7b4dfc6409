"""The term of the demo: days counted from its first, and acts in the order of their moments."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

from pdportal import clock

LENGTH = 70
"""The day of term that today is."""


Act = Callable[[], object]


class Term:
    """Ten weeks up to this moment, the same for everybody who asks for the same day."""

    def __init__(self, now: datetime, zone: ZoneInfo) -> None:
        self.now = now
        self.zone = zone
        self.random = Random(1871)  # noqa: S311 — the same district every time
        self._today = now.astimezone(zone).date()

    def day(self, number: int) -> date:
        """The date of a day of term."""
        return self._today + timedelta(days=number - LENGTH)

    def at(self, number: float, hour: float = 15.5, spread: float = 1.5) -> datetime:
        """A moment of a day, after school unless another hour is said; never later than now."""
        hour += self.random.uniform(0, spread)
        whole = int(number)
        clock_time = time(int(hour) % 24, int(hour % 1 * 60), self.random.randrange(60))
        moment = datetime.combine(self.day(whole), clock_time, self.zone)
        latest = self.now - timedelta(minutes=self.random.uniform(12, 50))
        return min(moment, latest)


class Timeline:
    """What people do, each act at its moment; an act may add others that come later."""

    def __init__(self) -> None:
        self._acts: list[tuple[datetime, int, Act]] = []
        self._number = count()

    def add(self, moment: datetime, act: Act) -> None:
        """Let `act` happen at `moment`; of acts at the same moment the one added first is first."""
        heapq.heappush(self._acts, (moment, next(self._number), act))

    def play(self, until: datetime) -> None:
        """Do what is to happen up to a moment, with the clock set to each."""
        while self._acts and self._acts[0][0] <= until:
            moment, _number, act = heapq.heappop(self._acts)
            with clock.at(moment):
                act()
