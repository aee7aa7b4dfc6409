"""Works of the term: begun, shared for a round or two, and the reviews that nobody begins."""

from __future__ import annotations

from pathlib import Path

from pdportal.demo.district import Riverbend, Story
from pdportal.demo.loop import RoundStory
from pdportal.demo.telling import LENGTH, Entry, read
from pdportal.feedback.files import services as files
from pdportal.feedback.files import store
from pdportal.feedback.rounds import renewal
from pdportal.feedback.works import services as work_services
from pdportal.uploads import Upload

FILES = Path(__file__).with_name("files")
"""Drawn for the demo: no student wrote them."""


def plan(riverbend: Riverbend) -> None:
    """Every work of the district, and the care for reviews that nobody begins."""
    for entry in [*read("works"), *read("short_works")]:
        WorkStory(riverbend, entry).plan()
    for slug, ways in read("learning").items():
        for way in ways:
            if shared := way.get("share"):
                key = f"{slug} {way['who']}"
                RoundStory(riverbend, {**shared, "key": key}).plan(key, way["who"])
    for day in range(-1, LENGTH + 1):
        riverbend.term.add(riverbend.term.at(day, 18.5, 0), renewal.renew_asks)


class WorkStory(Story):
    """One work: begun, and shared for one round or two."""

    def plan(self) -> None:
        """Begin it, and plan its rounds."""
        entry, term = self.entry, self.term
        author = entry["author"]
        if "goal" in entry:
            RoundStory(self.riverbend, entry).plan(f"goal {entry['goal']}", author)
            return
        if entry["state"] == "draft":
            term.add(term.at(entry["day"], 20), self._begin)
            return
        term.add(term.at(entry["day"] - 2, 20), self._begin)
        RoundStory(self.riverbend, entry).plan(entry["key"], author)
        if second := entry.get("second"):
            term.add(term.at(second["day"] - 1, 20), self._write_on, second)
            again = {**second, "key": f"{entry['key']} again"}
            RoundStory(self.riverbend, again).plan(entry["key"], author)

    def _begin(self) -> None:
        entry = self.entry
        self.riverbend.works[entry["key"]] = work_services.begin_work(
            self.people[entry["author"]], entry["kind"], entry["title"], content=entry["content"]
        )
        for name in entry.get("files", ()):
            self._add_file(name)

    def _add_file(self, name: str) -> None:
        """Add a file, let the job read it, and blur what is said of it."""
        work = self.riverbend.works[self.entry["key"]]
        with (FILES / name).open("rb") as file, Upload.of(file) as upload:
            files.add_files(work.author, work, [store.store_file(upload, name)])
        added = work.files[-1]
        store.read_now(added)
        for box in self.entry.get("blurred", {}).get(name, ()):
            files.blur(work.author, added.pictures[0], box)
            store.read_now(added)

    def _write_on(self, second: Entry) -> None:
        work = self.riverbend.works[self.entry["key"]]
        version = work.draft.version if work.draft else 0
        work_services.save_draft(
            work.author, work, second["content"], why=second["why"], version=version
        )
