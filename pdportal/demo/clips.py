"""Clips of lessons: uploaded, shared with a coach, talked about at moments; some of them wait."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select, update

from pdportal import clock, storage
from pdportal.accounts.models import Person
from pdportal.activity.looks import store_look
from pdportal.db import committing, db
from pdportal.demo.district import Riverbend, Story
from pdportal.demo.telling import Entry, read
from pdportal.feedback.clips import drafts, later
from pdportal.feedback.clips import services as clips
from pdportal.feedback.comments import services as comments
from pdportal.feedback.comments.answers import CommentKind, Verdict
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.comments.writing import Typed
from pdportal.inbox.models import Notice
from pdportal.uploads import Upload
from pdportal.video import files, processing, services
from pdportal.video.captions.services import store_captions
from pdportal.video.exemplars.services import offer, usual_review
from pdportal.video.models import Clip
from pdportal.video.uploads import services as inflow
from pdportal.video.uploads.tus import LARGEST_PIECE

FILMS = Path(__file__).with_name("films")
"""Drawn classrooms, 26 seconds each: no real room and no real people."""


def plan(riverbend: Riverbend) -> None:
    """Every clip of the district."""
    for entry in read("clips"):
        ClipStory(riverbend, entry).plan()


def process() -> None:
    """What a job does after each upload; its owner saw that it was ready."""
    for clip_id, added_at in db.session.execute(select(Clip.id, Clip.created_at)).all():
        with clock.at(added_at + timedelta(minutes=1)), committing():
            processing.process_clip(clip_id)
    with committing():
        ready = update(Notice).where(Notice.kind == "clip_ready", Notice.read_at.is_(None))
        db.session.execute(ready.values(read_at=Notice.at))


def begin_one(owner: Person) -> None:
    """An upload whose line broke this afternoon, with the words that were typed by then."""
    file = inflow.File("IMG_2274.MOV", "a video on a phone", 148_000_000)
    words = {"title": "Period 5: the second question", "about": "Who speaks after the first one."}
    with committing():
        upload = inflow.begin_upload(owner, file)
        for number in range(2):
            key = f"{inflow.PREFIX}/{upload.id}/{number}"
            storage.put(key, bytes(LARGEST_PIECE))
            inflow.add_piece(owner, upload, number * LARGEST_PIECE, LARGEST_PIECE, key)
        inflow.keep_words(owner, upload, words, upload.version)


class ClipStory(Story):
    """One clip and what is said about it."""

    clip: Clip

    def plan(self) -> None:
        """Upload, share, comments in their order, decisions."""
        entry, term = self.entry, self.term
        self.comments: list[Comment] = []
        self.owner: Person = self.people[entry["owner"]]
        uploads = term.at(entry["day"], 15.6, 1)
        term.add(uploads, self._upload)
        term.add(max(uploads, term.at(entry["share"]["day"], 17, 1)), self._share, entry["share"])
        for number, comment in enumerate(entry.get("comments", ())):
            term.add(term.at(comment["day"], 18.5 + number * 0.1, 0.02), self._comment, comment)
        if "answered" in entry:
            coach = self.people[entry["share"]["with"]]
            term.add(term.at(entry["answered"], 19.2, 0.1), lambda: clips.finish(coach, self.clip))
        for number, (verdict, why) in entry.get("decisions", {}).items():
            term.add(term.at(entry["answered"] + 1, 20), self._decide, number, verdict, why)

    def _upload(self) -> None:
        entry = self.entry
        self.clip = self._filmed(entry)
        if "look_fors" in entry:
            clips.list_look_fors(self.clip, "\n".join(entry["look_fors"]))
        if "agreed" in entry:
            note = {name: entry[name] for name in ("consent", "agreed", "agreed_by")}
            note |= {"agreed_on": clock.now().date()}
            services.save_consent(self.owner, self.clip, note, None)
        if "learn" in entry:
            until = usual_review(self.clip)
            offer(self.owner, self.clip, to_school=True, review_on=until, **entry["learn"])
        if "captions" in entry:
            store_captions(self.owner, self.clip, "en", entry["captions"].encode())

    def _filmed(self, entry: Entry) -> Clip:
        with (FILMS / f"{entry['film']}.mp4").open("rb") as film, Upload.of(film) as upload:
            stored = files.store_file(upload)
        return services.add_clip(
            self.owner,
            stored,
            title=entry["title"],
            about=entry["about"],
            consent=entry["consent"],
            delete_by=services.usual_end(self.term.day(entry["day"])),
            file_name=f"{entry['key']}.mp4",
        )

    def _share(self, entry: Entry) -> None:
        coach = self.people[entry["with"]]
        services.share(self.owner, self.clip, coach, entry["question"])
        for minutes, boxes in enumerate(self.entry.get("drafts", ()), start=4):
            collects = clock.now() + timedelta(minutes=minutes)
            self.term.add(collects, drafts.collect, coach, clips.work_of(self.clip), boxes)

    def _comment(self, entry: Entry) -> None:
        person = self.people[entry["by"]]
        if person.id != self.owner.id:
            store_look("clip", self.clip.id, person.id, clock.now())
        if "answers" in entry:
            first = self.comments[entry["answers"] - 1]
            self.comments.append(comments.reply(person, first, entry["text"]))
            return
        typed = Typed(
            entry["text"],
            CommentKind(entry["kind"]),
            entry.get("next", ""),
            starts=entry.get("starts"),
            ends=entry.get("ends"),
            look_for=entry.get("look_for", ""),
        )
        work = clips.work_of(self.clip)
        self.comments.append(comments.add_comment(person, work, typed))

    def _decide(self, number: int, verdict: str, why: str) -> None:
        comments.decide(self.owner, self.comments[number - 1], Verdict(verdict), why)
        again = self.entry.get("again", {})
        if number in again.get("answers", ()):
            self.term.add(clock.now() + timedelta(days=again["days"]), self._film_again, again)

    def _film_again(self, again: Entry) -> None:
        """A later clip, shown to the same coach, which answers what was said of the first."""
        newer = self._filmed(self.entry | again)
        services.share(self.owner, newer, self.people[self.entry["share"]["with"]])
        first = clips.work_of(self.clip)
        ticks = {self.comments[number - 1].id: None for number in again["answers"]}
        comments = later.comments_on(self.owner, first)
        later.answer_earlier(self.owner, clips.work_of(newer), first, comments, ticks)
