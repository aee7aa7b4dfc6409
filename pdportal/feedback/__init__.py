"""Works shared while unfinished: protocols, rounds, reviews, decisions, revisions. The heart.

A room for each noun (`works`, `protocols`, `rounds`, `reviews`, `comments`), with the files a
feature has: models, policy, queries, services, forms, views.
"""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l


def register(app: Flask) -> None:
    """Plug feedback into the app."""
    from pdportal.accounts.own_data import add_single
    from pdportal.feedback import finds, views
    from pdportal.feedback.clips import printed_views
    from pdportal.feedback.clips.views import bp as clip_pages
    from pdportal.feedback.kinds import load_kinds
    from pdportal.feedback.unsent import services as unsent
    from pdportal.search.sources import Source, add_source
    from pdportal.web.autosave import KEEPER
    from pdportal.web.pages import Place, add_place

    add_single("clips", printed_views.about_clip)
    load_kinds()
    app.extensions[KEEPER] = unsent.keep
    app.register_blueprint(views.bp)
    app.register_blueprint(clip_pages)
    add_source(app, Source(_l("Goals and work"), finds.find_works, 20))
    add_source(app, Source(_l("Protocols"), finds.find_protocols, 40))
    add_place(app, Place(_l("Feedback"), "feedback.index", "/feedback", order=30))
    _tell_templates(app)
    _add_jobs(app)
    _listen()


def _tell_templates(app: Flask) -> None:
    """Words of the loop, and who may be named to whoever looks."""
    from pdportal.accounts import me
    from pdportal.feedback.clips.page import clip_watched
    from pdportal.feedback.comments.answers import ANSWERS, HELPED, KINDS
    from pdportal.feedback.meetings.policy import brings
    from pdportal.feedback.protocols.choosing import FAMILIES
    from pdportal.feedback.rounds import veil
    from pdportal.feedback.rounds.follow_ups import offered
    from pdportal.feedback.writers.queries import others_of, with_author

    app.jinja_env.globals.update(
        comment_kinds=KINDS,
        comment_answers=ANSWERS,
        ways_to_help=HELPED,
        follow_ups_offered=offered,
        protocol_families=FAMILIES,
        clip_watched=clip_watched,
        person_in=lambda round_, review=None: veil.person_in(me(), round_, review),
        writer_of=lambda comment: veil.writer_of(me(), comment),
        doer=lambda work, done, called="", round_=None: veil.doer(me(), work, done, called, round_),
        answerer=lambda comment, done, called="": veil.answerer(me(), comment, done, called),
        other_writers=lambda work: others_of(work, me()),
        written_with=with_author,
        brings=brings,
    )


def _add_jobs(app: Flask) -> None:
    from pdportal.feedback.clips import stills
    from pdportal.feedback.files import store
    from pdportal.feedback.rounds import renewal
    from pdportal.operations.jobs import jobs

    jobs(app).add(renewal.renew_asks, name="renew_asks", every="hour")
    jobs(app).add(stills.draw_stills, name="draw_stills", retries=0)
    jobs(app).add(store.read_file, name="read_work_file", retries=0)
    jobs(app).add(store.read_files, name="read_work_files", every="minute")
    jobs(app).add(store.sweep_files, name="sweep_work_files", every="hour")


def _listen() -> None:
    """Hear what others tell."""
    from pdportal.accounts.events import person_away, person_deactivated
    from pdportal.cohorts.events import member_left
    from pdportal.feedback import events
    from pdportal.feedback.clips import drafts, recordings, stills
    from pdportal.feedback.clips import services as clips
    from pdportal.feedback.files import services as work_files
    from pdportal.feedback.meetings import services as meetings
    from pdportal.feedback.rounds import renewal
    from pdportal.feedback.rounds import services as rounds
    from pdportal.feedback.writers import services as writers
    from pdportal.video.events import clip_added, clip_changed, clip_processed, share_ended
    from pdportal.video.policy import add_talk

    member_left.connect(renewal.member_left)
    person_deactivated.connect(renewal.person_deactivated)
    person_deactivated.connect(meetings.person_deactivated)
    person_away.connect(renewal.person_away)
    add_talk(clips.is_talked_about)
    clip_added.connect(clips.bring_clip)
    clip_processed.connect(stills.draw_again)
    clip_changed.connect(clips.rename_clip)
    share_ended.connect(drafts.keep_as_unsent)
    events.commented.connect(clips.note_commented)
    events.commented.connect(stills.ask_for_stills)
    events.comment_removed.connect(recordings.remove_recording)
    events.revision_saved.connect(work_files.revision_saved)
    events.revision_saved.connect(rounds.revision_saved)
    events.revision_saved.connect(writers.revision_saved)
