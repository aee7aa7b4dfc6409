"""The program `pdportal`: every command, with errors as one plain line on stderr."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from pdportal.operations import CannotRun

if TYPE_CHECKING:
    from flask import Flask

GOOD, FAULTS, WRONG_USAGE = 0, 1, 2


BROUGHT = {
    "content": (
        "modules",
        "Check and publish modules, protocols and frameworks written in Markdown.",
    ),
    "skills": ("skills", "Bring in frameworks of skills."),
    "demo": ("demo", "Look around in a district that has been at work for ten weeks."),
    "mail": ("inbox", "Take reports about mail that did not arrive."),
    "user": ("accounts", "Add people and list them."),
}
"""Commands of features: which one's `commands.py` has it, and its first sentence."""


class Portal(click.Group):
    """The commands of the kernel, and those of features: imported by whoever asks for one."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *BROUGHT})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in BROUGHT:
            found = import_module(f"pdportal.{BROUGHT[cmd_name][0]}.commands")
            return cast(click.Command, getattr(found, cmd_name))
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        about = {name: sentence for name, (_feature, sentence) in BROUGHT.items()}
        about |= {name: each.get_short_help_str(200) for name, each in self.commands.items()}
        with formatter.section("Commands"):
            formatter.write_dl(sorted(about.items()))


@click.group(cls=Portal, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="pdportal", message="pdportal %(version)s")
def pdportal() -> None:
    """Teachers learn the way they are asked to teach.

    Settings are PDPORTAL_… variables, also read from a file .env in this folder;
    `pdportal doctor` shows them and what is wrong. Exit codes: 0 good, 1 faults found,
    2 wrong usage.
    """


@pdportal.command()
@click.option("--host", help="The address to listen on (PDPORTAL_HOST).")
@click.option("--port", type=click.IntRange(1, 65535), help="The port (PDPORTAL_PORT).")
def serve(host: str | None, port: int | None) -> None:
    """Serve the portal, and do its jobs unless PDPORTAL_JOBS is “beside”."""
    from pdportal.operations.running import serve_portal

    serve_portal(_real_portal(), host=host, port=port)


@pdportal.command()
def worker() -> None:
    """Do the portal's jobs (mail, reminders, deletion of clips) until stopped.

    Needed only with PDPORTAL_JOBS=beside. SIGTERM and Ctrl-C let the job at hand finish.
    """
    from pdportal.operations.running import work

    work(_real_portal())


@pdportal.group()
def db() -> None:
    """Look after the database."""


@db.command()
def upgrade() -> None:
    """Build the tables, or bring them up to date. Safe to repeat, and with several at once."""
    from pdportal.db import db as database
    from pdportal.db.migrations import is_newer, schema, upgrade_database, why_unfit
    from pdportal.operations.old_editions import MEND, say_old_editions

    app = portal_app()
    at, _newest = schema(app)
    if is_newer(at):
        raise CannotRun(why_unfit(at))
    before, after = upgrade_database(app)
    click.echo(
        f"The database is up to date ({after})."
        if before == after
        else f"The database went from {before or 'empty'} to {after}."
    )
    with app.app_context(), database.engine.connect() as connection:
        if warning := say_old_editions(connection):
            click.echo(f"{warning}\n{MEND}")


@db.command(hidden=True)
@click.argument("message")
def revision(message: str) -> None:
    """For developers: write the next migration from what the models say."""
    from pdportal.db.migrations import new_step

    new_step(portal_app(), message)


@pdportal.command()
def doctor() -> None:
    """Say what is configured, what is wrong, and how to mend it."""
    from pdportal.operations.doctor import examine

    sound = True
    for finding in examine():
        mark = {"good": "ok  ", "note": "note", "wrong": "!!  "}[finding.state]
        click.echo(f"{mark} {finding.what}")
        if finding.mend:
            click.echo(f"     {finding.mend}")
        sound = sound and finding.state != "wrong"
    if not sound:
        raise CannotRun("something is wrong; see the lines marked !! above.")


@pdportal.command()
@click.argument("to", metavar="TO", type=click.Path(path_type=Path))
def backup(to: Path) -> None:
    """Write the database, all files and the key into the new folder TO, and verify them.

    The portal may run meanwhile. Settings are not in it: keep a copy of them, too. PostgreSQL
    needs pg_dump (package postgresql-client).
    """
    from pdportal.operations.backups import make_backup

    told = make_backup(_settings(), to)
    click.echo(f"Backed up to {to} and verified: {told}.")


@pdportal.command()
@click.argument("source", metavar="FROM", type=click.Path(exists=True, path_type=Path))
def restore(source: Path) -> None:
    """Bring back the backup in FROM, where there is no database and there are no files yet.

    Nothing is overwritten. Stop the portal first, and run it as the portal's user.
    """
    from pdportal.operations.backups import restore_backup

    settings = _settings()
    told = restore_backup(settings, source)
    click.echo(f"Restored into {settings['DATA']}: {told}. Now run: pdportal db upgrade")


def _settings() -> dict[str, Any]:
    """The settings, where no portal is made of them."""
    from pdportal.config import WrongSetting, read_settings

    try:
        return read_settings()
    except WrongSetting as error:
        raise click.UsageError(str(error)) from None


def portal_app() -> Flask:
    """The portal for a command; a wrong setting is one line and exit code 2."""
    from pdportal import create_app
    from pdportal.config import WrongSetting

    try:
        return create_app()
    except WrongSetting as error:
        raise click.UsageError(str(error)) from None


def _real_portal() -> Flask:
    """The same, but no demo: its mail can be read by everybody."""
    app = portal_app()
    if app.config["PDPORTAL"]["DEMO"]:
        raise click.UsageError(
            "PDPORTAL_DEMO is set by `pdportal demo` alone; remove it to serve a portal."
        )
    return app


def plainly(error: Exception) -> CannotRun | None:
    """What a database or a disk refused, as one line; None for a mistake of our own."""
    from sqlalchemy.exc import SQLAlchemyError

    from pdportal.db.faults import fault_of

    if isinstance(error, SQLAlchemyError):
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0].rstrip(".")
        return CannotRun(
            f"the database cannot be used: {reason}; {fault_of(error)}. "
            "`pdportal doctor` says more."
        )
    if isinstance(error, OSError):
        what = f"{error.filename} cannot be used: " if error.filename else ""
        return CannotRun(f"{what}{error.strerror or error}.")
    return None


def main(arguments: list[str] | None = None, command: click.Command = pdportal) -> None:
    """Run the program, or one command of it, and exit with its code.

    What it writes, its owner alone may read.
    """
    os.umask(0o077)
    try:
        code = command.main(args=arguments, prog_name="pdportal", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(WRONG_USAGE)
    except click.UsageError as error:
        hint = f" See `{error.ctx.command_path} --help`." if error.ctx else ""
        click.echo(f"pdportal: {error.format_message().rstrip('.')}.{hint}", err=True)
        sys.exit(WRONG_USAGE)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("pdportal: stopped.", err=True)
        sys.exit(130)
    except Exception as error:
        fault = plainly(error)
        if fault is None:
            raise
        fault.show()
        sys.exit(FAULTS)
    sys.exit(code if isinstance(code, int) else GOOD)  # an `Exit` comes back as its code
