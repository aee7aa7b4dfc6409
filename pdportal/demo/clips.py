"""Clips of lessons: uploaded, shared with a coach, talked about at moments; some of them wait."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from pdportal.accounts.models import Person
from pdportal.db import committing
from pdportal.demo.district import Riverbend
from pdportal.demo.reading import Entry, read
from pdportal.feedback.clips import services as clips
from pdportal.feedback.comments import services as comments
from pdportal.feedback.comments.models import Comment, CommentKind, Verdict
from pdportal.feedback.comments.writing import Typed
from pdportal.video import files, services
from pdportal.video.models import Clip

FILMS = Path(__file__).with_name("films")
"""Drawn classrooms, 26 seconds each: no real room and no real people."""


def plan(riverbend: Riverbend) -> list[ClipStory]:
    """Every clip of the district."""
    stories = [ClipStory(riverbend, said) for said in read("clips")]
    for story in stories:
        story.plan()
    return stories


def measure(stories: list[ClipStory]) -> None:
    """What a job does after each upload: find out how long it is."""
    for story in stories:
        with committing():
            files.measure_clip(story.clip_id)


class ClipStory:
    """One clip and what is said about it."""

    clip: Clip
    clip_id: int

    def __init__(self, riverbend: Riverbend, said: Entry) -> None:
        self.riverbend = riverbend
        self.said = said
        self.comments: list[Comment] = []

    @property
    def owner(self) -> Person:
        return self.riverbend.people[self.said["owner"]]

    def plan(self) -> None:
        """Upload, share, comments in their order, decisions."""
        said, term, add = self.said, self.riverbend.term, self.riverbend.timeline.add
        shared = said["share"]
        uploads = term.at(said["day"], 15.6, 1)
        add(uploads, self._upload)
        add(max(uploads, term.at(shared["day"], 17, 1)), partial(self._share, shared))
        for number, comment in enumerate(said.get("comments", ())):
            add(
                term.at(comment["day"], 18.5 + number * 0.1, 0.02),
                partial(self._comment, comment),
            )
        if "answered" in said:
            add(term.at(said["answered"], 19.2, 0.1), partial(self._finish, shared["with"]))
        if decisions := said.get("decisions"):
            add(term.at(said["answered"] + 1, 20), partial(self._decide, decisions))

    def _upload(self) -> None:
        said = self.said
        with (FILMS / f"{said['film']}.webm").open("rb") as film, files.Upload.of(film) as upload:
            stored = files.store_file(upload)
        self.clip = services.add_clip(
            self.owner,
            stored,
            title=said["title"],
            about=said["about"],
            consent=said["consent"],
            delete_by=services.usual_end(self.riverbend.term.day(said["day"])),
            file_name=f"{said['key']}.webm",
        )
        self.clip_id = self.clip.id

    def _share(self, said: Entry) -> None:
        person = self.riverbend.people[said["with"]]
        services.share(self.owner, self.clip, person, said["question"])

    def _comment(self, said: Entry) -> None:
        person = self.riverbend.people[said["by"]]
        services.looked(person, self.clip)
        self.comments.append(
            comments.add_comment(
                person,
                clips.work_of(self.clip),
                Typed(
                    said["text"],
                    CommentKind(said["kind"]),
                    said.get("next", ""),
                    starts=said.get("starts"),
                    ends=said.get("ends"),
                ),
                answers=self.comments[said["answers"] - 1] if "answers" in said else None,
            )
        )

    def _finish(self, key: str) -> None:
        clips.finish(self.riverbend.people[key], self.clip)

    def _decide(self, decisions: dict[int, list[str]]) -> None:
        for number, (verdict, why) in decisions.items():
            comments.decide(self.owner, self.comments[number - 1], Verdict(verdict), why)
