"""What a work has of files: in a version, and in what its author is working on."""

from __future__ import annotations

from collections.abc import Hashable
from enum import StrEnum
from typing import NamedTuple

from flask_babel import gettext as _

from pdportal.feedback.files.models import WorkFile
from pdportal.feedback.kinds import Field, field, kind_of
from pdportal.feedback.works.models import Revision, Work
from pdportal.web.errors import Refused


class Became(StrEnum):
    """What became of a file from one version to another."""

    ADDED = "added"
    REMOVED = "removed"
    REPLACED = "replaced"


class FileChange(NamedTuple):
    """One file that two versions do not share."""

    became: Became
    old: WorkFile | None
    new: WorkFile | None


def files_in(work: Work, number: int) -> list[WorkFile]:
    """The files of a version, in their order; asks the database only where there can be some."""
    return [each for each in _files(work) if each.is_in(number)]


def files_of_draft(work: Work) -> list[WorkFile]:
    """The files that the next version will have."""
    return [each for each in _files(work) if each.gone_in is None and not each.is_leaving]


def leaving(work: Work) -> list[WorkFile]:
    """Those of the newest version that the next is without, and that nothing replaces."""
    staying = {each.key for each in files_of_draft(work)}
    return [
        each
        for each in _files(work)
        if each.is_leaving and each.gone_in is None and each.key not in staying
    ]


def files_changed(work: Work) -> bool:
    """Whether the next version has other files than the newest."""
    return any(
        each.gone_in is None and (each.is_leaving or each.added_in is None) for each in _files(work)
    )


def draft_texts(work: Work) -> dict[str, str]:
    """The words of the files that the next version will have, by their field.

    Raises `Refused` (422) while one of them waits to be read, or cannot be shown.
    """
    files = files_of_draft(work)
    for each in files:
        if each.trouble:
            message = _("“%(name)s” cannot be shown. Remove or replace it first.", name=each.name)
            raise Refused(message, status=422)
        if each.read_at is None:
            message = _(
                "“%(name)s” is still being prepared. Try again in a moment.", name=each.name
            )
            raise Refused(message, status=422)
    return {each.key: each.text for each in files}


def fields_in(work: Work, *revisions: Revision) -> list[Field]:
    """What revisions of a work are made of: what is typed, then a field for each file."""
    names = {
        each.key: each.name for revision in revisions for each in files_in(work, revision.number)
    }
    return [*work.fields, *(field(key, name, rows=0) for key, name in names.items())]


def shown_facts(work: Work, revision: Revision) -> tuple[Hashable, ...]:
    """All that follows from the files of a version for what a page shows of it."""
    return tuple(
        (
            each.id,
            each.name,
            each.is_cut,
            each.pages,
            *((p.id, p.storage_key) for p in each.pictures),
        )
        for each in files_in(work, revision.number)
    )


def file_changes(before: Revision, after: Revision) -> list[FileChange]:
    """Which files were added, removed or replaced: those whose content is not the same."""
    old, new = (
        {file.key: file for file in files_in(after.work, each.number)} for each in (before, after)
    )
    changes = []
    for key in {**old, **new}:
        was, now = old.get(key), new.get(key)
        if was is None or now is None:
            changes.append(FileChange(Became.ADDED if now else Became.REMOVED, was, now))
        elif was.sha256 != now.sha256:
            changes.append(FileChange(Became.REPLACED, was, now))
    return changes


def _files(work: Work) -> list[WorkFile]:
    return work.files if kind_of(work).has_files else []
