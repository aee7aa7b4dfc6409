"""`pdportal skills`: frameworks of others, as CASE packages."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy import select

from pdportal.accounts.models import District
from pdportal.db import committing, db
from pdportal.operations import CannotRun


@click.group()
def skills() -> None:
    """Bring in frameworks of skills."""


@skills.command("import")
@click.argument(
    "path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--district", help="The district that has it. Without it, everybody has it.")
def import_(path: Path, district: str | None) -> None:
    """Store the CASE package (JSON, 1.0 or 1.1) in FILE: all of it, or nothing.

    Imported again, it changes what is new or says something else; an item that is no longer in it
    is marked, and what people said about it stays.
    """
    from pdportal.operations.cli import portal_app
    from pdportal.skills.frameworks.case import read_case
    from pdportal.skills.frameworks.services import compare, store, stored_framework
    from pdportal.web.errors import Refused

    read, problems = read_case(path.read_bytes(), path.name)
    for problem in problems:
        click.echo(str(problem))
    if read is None:
        raise CannotRun("nothing was stored.")
    with portal_app().test_request_context():
        district_id = None
        if district:
            district_id = db.session.scalar(select(District.id).where(District.name == district))
            if district_id is None:
                raise click.UsageError(f"there is no district “{district}”.")
        with committing():
            changes = compare(stored_framework(read.identifier, district_id), read)
            try:
                store(read, district_id)
            except Refused as refused:
                raise CannotRun(refused.message) from None
    click.echo(
        f"{read.title}: {len(changes.new)} new, {len(changes.changed)} changed, "
        f"{len(changes.gone)} no longer in it, {changes.same} as before."
    )
