"""Publish protocols: a changed file becomes a new edition."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import select

from pdportal.content.problems import Problem
from pdportal.db import db
from pdportal.feedback.protocols.compiler import compile_protocol
from pdportal.feedback.protocols.models import Protocol


def publish_protocols(paths: Iterable[Path]) -> list[Problem]:
    """Publish files, or folders of them: all, or with an error in one of them, none.

    A changed file becomes a new edition; rounds keep the one they began with.
    """
    files: list[Path] = []
    problems: list[Problem] = []
    for path in paths:
        here = sorted(path.glob("*.md")) if path.is_dir() else [path]
        if not here:
            problems.append(Problem(path.as_posix(), 1, "error", "There are no .md files here."))
        files += here
    compiled: dict[str, Protocol] = {}
    for file in files:
        protocol, faults = compile_protocol(file)
        problems += faults
        if protocol and protocol.slug in compiled:
            message = f"There are two protocols named {protocol.slug}."
            problems.append(Problem(file.as_posix(), 1, "error", message, "Rename one."))
        elif protocol:
            compiled[protocol.slug] = protocol
    if not any(problem.is_error for problem in problems):
        for protocol in compiled.values():
            publish_edition(protocol)
    return problems


def publish_edition(compiled: Protocol) -> Protocol:
    """Make what was compiled the current edition, unless it is that already; gives the edition."""
    editions = db.session.scalars(
        select(Protocol).where(Protocol.slug == compiled.slug).with_for_update()
    ).all()
    same = next(
        (edition for edition in editions if edition.content_hash == compiled.content_hash), None
    )
    if same is not None and same.source is None:
        same.source = compiled.source
    if same is not None and same.is_current:
        return same
    for edition in editions:
        edition.is_current = False
    db.session.flush()  # only one edition is current at any moment
    edition = same or compiled
    edition.is_current = True
    db.session.add(edition)
    db.session.flush()
    return edition
