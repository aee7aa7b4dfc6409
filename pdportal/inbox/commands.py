"""`pdportal mail`: what mail servers have to tell the portal."""

from __future__ import annotations

from typing import BinaryIO

import click

from pdportal.db import committing


@click.group()
def mail() -> None:
    """Take reports about mail that did not arrive."""


@mail.command()
@click.argument("report", type=click.File("rb"), default="-")
def bounced(report: BinaryIO) -> None:
    """Read one mail, and note it if it says that a letter of the portal did not arrive.

    REPORT is a file, or standard input: let the mail server pipe what comes back to the address of
    PDPORTAL_MAIL_FROM into this. Other mail is left alone.
    """
    from pdportal.inbox.bounces import note_bounce
    from pdportal.operations.cli import portal_app

    with portal_app().app_context(), committing():
        letter = note_bounce(report.read())
        message = f"Letter {letter.id} did not arrive." if letter else "No report of a lost letter."
    click.echo(message)
