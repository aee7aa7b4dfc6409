"""Measuring targets beside one another in shuffled rounds, and the table of what came of it."""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice

from bench import loader
from bench.loader import Run
from bench.processes import HAS_PROC, Server

WARM = 200
"""How many requests of each come before any is measured."""

SETTLE_SECONDS = 0.2
"""After a run, for what is still on its way to end before the processor time is read."""


@dataclass
class Target:
    """One thing to measure."""

    name: str
    server: Server
    requests: Callable[[], Iterator[bytes]]
    expect: int = 200
    beside: str = ""
    """The bare target that is its measure."""
    at_most: int = 0
    """How many requests one run may send; 0: as many as fit in its time."""
    runs: dict[int, list[Run]] = field(default_factory=dict)

    def cpu_ms(self, clients: int) -> float | None:
        """What a request costs at so many clients, in the middle of its runs."""
        known = [run.cpu_ms for run in self.runs[clients] if run.cpu_ms]
        return statistics.median(known) if known else None


def again(requests: list[bytes]) -> Callable[[], Iterator[bytes]]:
    """These requests in turn, without an end."""
    return lambda: cycle(requests)


def measure(targets: list[Target], rounds: int, seconds: float, clients: list[int]) -> None:
    """Warm up, then run each target at each number of clients, in another order each round."""
    for target in targets:
        first = islice(target.requests(), min(WARM, target.at_most or WARM))
        loader.run(target.server.port, first, 4, 5, target.expect)
    steps = [(target, number) for target in targets for number in clients]
    for nth in range(rounds):
        random.shuffle(steps)
        say(f"· round {nth + 1} of {rounds}")
        for target, number in steps:
            before = target.server.cpu_seconds()
            requests = target.requests()
            if target.at_most:
                requests = islice(requests, target.at_most)
            run = loader.run(target.server.port, requests, number, seconds, target.expect)
            time.sleep(SETTLE_SECONDS)
            if HAS_PROC and run.waits:
                used = target.server.cpu_seconds() - before
                run.cpu_ms = used * 1000 / len(run.waits)
            target.runs.setdefault(number, []).append(run)


def show(targets: list[Target]) -> None:
    """Print what each came to, as median [min to max] of its runs."""
    by_name = {target.name: target for target in targets}
    print(f"{'':22}{'clients':>8}{'requests/s':>12}{'p50 ms':>8}{'p99 ms':>8}", end="")
    print(f"{'CPU ms a request':>24}{'of the bare: rate':>20}{'CPU':>20}")
    for target in targets:
        for number, runs in sorted(target.runs.items()):
            beside = by_name[target.beside].runs[number] if target.beside else []
            rates = [run.rate / other.rate for run, other in zip(runs, beside, strict=False)]
            costs = [
                run.cpu_ms / other.cpu_ms
                for run, other in zip(runs, beside, strict=False)
                if run.cpu_ms and other.cpu_ms
            ]
            line = f"{target.name:22}{number:>8}{_median([run.rate for run in runs]):>12.0f}"
            line += f"{_median([run.percentile(0.5) for run in runs]):>8.1f}"
            line += f"{_median([run.percentile(0.99) for run in runs]):>8.1f}"
            line += f"{_spread([run.cpu_ms for run in runs if run.cpu_ms], 2):>24}"
            line += f"{_spread(rates, 2):>20}{_spread(costs, 2):>20}"
            print(line)
            wrong = sum(sum(run.wrong.values()) for run in runs)
            if wrong:
                kinds = sorted({status for run in runs for status in run.wrong})
                print(f"{'':22}{wrong} wrong answers: {', '.join(map(str, kinds))}")


def _median(figures: list[float]) -> float:
    return statistics.median(figures) if figures else 0.0


def _spread(figures: list[float], digits: int) -> str:
    if not figures:
        return ""
    low, high = min(figures), max(figures)
    return f"{_median(figures):.{digits}f} [{low:.{digits}f} to {high:.{digits}f}]"


def say(line: str) -> None:
    """Tell whoever waits what goes on."""
    print(line, file=sys.stderr, flush=True)
