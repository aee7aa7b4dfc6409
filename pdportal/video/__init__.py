"""Clips of lessons: uploaded by their teachers, seen by those they choose, gone on their date."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l


def register(app: Flask) -> None:
    """Plug clips into the app: pages, files, notices, and the jobs that convert and delete them."""
    from pdportal.operations.jobs import jobs
    from pdportal.search.sources import Source, add_source
    from pdportal.setting_values import Bucket
    from pdportal.video import files, processing, services
    from pdportal.video.exemplars import policy as exemplars
    from pdportal.video.exemplars import services as exemplar_services
    from pdportal.video.exemplars.finds import find_exemplars
    from pdportal.video.exemplars.queries import was_offered
    from pdportal.video.policy import add_talk, add_viewers
    from pdportal.video.uploads import joining
    from pdportal.video.uploads.views import bp as upload_pages
    from pdportal.video.views import bp

    app.register_blueprint(bp)
    app.register_blueprint(upload_pages)
    in_bucket = isinstance(app.config["PDPORTAL"]["FILES"], Bucket)
    app.jinja_env.globals["clip_life"] = in_bucket * 60 * app.config["PDPORTAL"]["SIGNED_MINUTES"]
    add_viewers(exemplars.is_learned_from)
    add_talk(was_offered)
    add_source(app, Source(_l("Clips to learn from"), find_exemplars, 30))
    jobs(app).add(exemplar_services.end_exemplars, name="end_exemplars", every="hour")
    jobs(app).add(processing.process_clip, name="process_clip", retries=0)
    jobs(app).add(processing.process_clips, name="process_clips", every="minute")
    jobs(app).add(services.delete_expired_clips, name="delete_expired_clips", every="hour")
    jobs(app).add(services.delete_old_originals, name="delete_old_originals", every="hour")
    jobs(app).add(files.sweep_files, name="sweep_files", every="hour")
    jobs(app).add(joining.join_upload, name="join_upload", retries=0)
    jobs(app).add(joining.join_uploads, name="join_uploads", every="minute")
    jobs(app).add(joining.remove_abandoned, name="remove_abandoned", every="hour")
    jobs(app).add(joining.sweep_pieces, name="sweep_pieces", every="hour")
