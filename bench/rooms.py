"""Live meetings as their pages keep them up: what is new, who is there, what is noted."""

from __future__ import annotations

import heapq
import random
import re
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bench.browser import Browser
from bench.loader import Client
from bench.processes import Server
from bench.seed import PLAN
from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.feedback.meetings import services
from pdportal.feedback.meetings.models import Duty
from pdportal.feedback.meetings.stages import may_note, stages
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.works.models import Work
from pdportal.feedback.works.services import begin_work, save_revision

TICK, HERE, NOTE, CLOCK = 2.5, 30.0, 60.0, 20.0
"""Seconds between what a page asks, says and posts: `meeting_controller.js` has the first two."""
_ETAG = re.compile(rb'\r\netag: "([^"]+)"', re.IGNORECASE)
FETCH = {"X-Requested-With": "fetch"}


@dataclass(frozen=True)
class Room:
    """A meeting that goes on, and who is in it, its facilitator first."""

    meeting_id: int
    stage: str
    people: list[int]


def a_plan(author: Person) -> Work:
    """A lesson plan that can be shared."""
    work = begin_work(author, "lesson_plan", "Which is larger, 3/4 or 7/8?", content=PLAN)
    save_revision(author, work)
    return work


def add_rooms(protocol: Protocol, people: Sequence[Person], rooms: int, seats: int) -> list[Room]:
    """So many meetings of so many of these people, in the first stage in which they note."""
    found = []
    for number in range(rooms):
        author, *others = people[number * seats : (number + 1) * seats]
        question = "Where would your students stop thinking?"
        meeting = services.call(
            author, a_plan(author), protocol=protocol, question=question, people=others
        )
        db.session.refresh(meeting)
        services.take_duty(others[0], meeting, Duty.FACILITATOR, whose=others[0].id)
        services.begin(others[0], meeting)
        last = next(seat for seat in meeting.seats if seat.person_id == others[-1].id)
        while not may_note(last, stages(meeting)[meeting.stage]):
            services.to_stage(others[0], meeting, meeting.stage + 1, seen=meeting.stage)
        key = stages(meeting)[meeting.stage].key
        found.append(Room(meeting.id, key, [*(other.id for other in others), author.id]))
    return found


def empty_ticks(room: Room, browsers: Sequence[Browser]) -> list[bytes]:
    """What the pages of a room ask as long as nothing happens there."""
    found = []
    for browser in browsers:
        page = Page(browser, room)
        page.ask(page.tick())
        page.client.socket.close()
        found.append(page.tick())
    return found


class Page:
    """Somebody's page of a meeting, on a connection that stays open."""

    def __init__(self, browser: Browser, room: Room) -> None:
        self.browser = browser
        self.client = Client(browser.port)
        self.stage = room.stage
        self.url = f"/feedback/meetings/{room.meeting_id}"
        self.state = ""
        self.noted = 0

    def ask(self, request: bytes) -> int:
        """Send it, wait for the answer, and learn which state of the meeting it shows."""
        self.client.ask(request)
        while not self.client.hear():
            pass
        if state := _ETAG.search(b"".join(self.client.parts)):
            self.state = state[1].decode("ascii")
        return self.client.status

    def tick(self) -> bytes:
        """What is new?"""
        return self.browser.getting(f"{self.url}/now", If_None_Match=f'"{self.state}"')

    def here(self) -> bytes:
        """My page is open."""
        return self.browser.posting(f"{self.url}/here", FETCH)

    def note(self) -> bytes:
        """Note something for all, another each time."""
        self.noted += 1
        said = f"They wait for the quick ones to answer, {self.noted} times."
        return self.browser.posting(f"{self.url}/note", FETCH, stage=self.stage, text=said)

    def clock(self) -> bytes:
        """Add a minute."""
        return self.browser.posting(f"{self.url}/run", FETCH, what="+1")


@dataclass
class Held:
    """What rooms came to in a while; waits in milliseconds from when an answer was due."""

    rooms: int
    people: int
    seconds: float
    waits: dict[str, list[float]] = field(default_factory=dict)
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    cpu_seconds: float = 0.0
    took: float = 0.0
    """Longer than `seconds` where the answers could not keep up."""

    def show(self, bare_ms: float | None) -> None:
        """Print it; `bare_ms` is what a bare page costs in the same run."""
        print(f"\n{self.rooms} rooms, {self.people} people, {self.seconds:.0f} s", end="")
        print(f", answered after {self.took:.0f} s", end="")
        print(f": {100 * self.cpu_seconds / self.seconds:.0f}% of one processor", end="")
        asked = sum(map(len, self.waits.values()))
        if bare_ms:
            print(f", {1000 * self.cpu_seconds / asked / bare_ms:.2f} bare pages a request", end="")
        print()
        for what, waits in sorted(self.waits.items()):
            waits.sort()
            statuses = {status: n for (kind, status), n in self.answers.items() if kind == what}
            print(
                f"  {what:6}{len(waits):>7}  median {statistics.median(waits):6.1f} ms"
                f"  p99 {waits[int(0.99 * len(waits))]:6.1f}  longest {waits[-1]:6.1f}  {statuses}"
            )


def hold(
    portal: Server, rooms: Sequence[Room], people: Sequence[Sequence[Browser]], seconds: float
) -> Held:
    """Keep these rooms going for so long, each in a thread of its own."""
    held = Held(len(rooms), sum(map(len, people)), seconds)
    lock = threading.Lock()
    began = time.monotonic() + 1
    threads = [
        threading.Thread(target=_hold, args=(room, browsers, began, held, lock))
        for room, browsers in zip(rooms, people, strict=True)
    ]
    before = portal.cpu_seconds()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held.took = time.monotonic() - began
    held.cpu_seconds = portal.cpu_seconds() - before
    return held


def _hold(
    room: Room, browsers: Sequence[Browser], began: float, held: Held, lock: threading.Lock
) -> None:
    """One room; its facilitator turns the clock, all but the author note."""
    pages = [Page(browser, room) for browser in browsers]
    todo: list[tuple[float, int, str, float, Callable[[], bytes], Page]] = []

    def plan(what: str, every: float, request: Callable[[], bytes], page: Page) -> None:
        at = began + random.random() * every  # noqa: S311 -- no secret
        todo.append((at, len(todo), what, every, request, page))

    for page in pages:
        plan("tick", TICK, page.tick, page)
        plan("here", HERE, page.here, page)
    for page in pages[:-1]:
        plan("note", NOTE, page.note, page)
    plan("clock", CLOCK, pages[0].clock, pages[0])
    heapq.heapify(todo)
    while todo[0][0] < began + held.seconds:
        at, number, what, every, request, page = heapq.heappop(todo)
        time.sleep(max(0.0, at - time.monotonic()))
        status = page.ask(request())
        with lock:
            held.waits.setdefault(what, []).append((time.monotonic() - at) * 1000)
            held.answers[what, status] += 1
        heapq.heappush(todo, (at + every, number, what, every, request, page))
    for page in pages:
        page.client.socket.close()
