"""`pdportal demo`: a district to look around in."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pdportal.config import PREFIX
from pdportal.demo.folder import DemoFolder, Mark
from pdportal.demo.telling import read
from pdportal.operations import CannotRun
from pdportal.shipped import shipped

if TYPE_CHECKING:
    from flask import Flask

CONTENT = shipped("content", "shipped_content")
"""What people read: in the checkout, or as an installed wheel carries it."""


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=Path("demo-data"),
    show_default=True,
    help="The demo's own folder.",
)
@click.option("--reset", is_flag=True, help="Make the district anew; what was done in it is gone.")
def demo(port: int, host: str, data: Path, reset: bool) -> None:
    """Look around in a district that has been at work for ten weeks.

    The first start makes it in half a minute, with its people, their texts and a term of history;
    later starts find it as it was left. It has a folder of its own, never that of a real portal,
    and sends no mail: letters are files that one can read on the page.
    """
    from pdportal.operations.running import serve_portal

    folder = DemoFolder(data.expanduser().absolute())
    _port_is_free(host, port)
    with folder.held():
        _set_environment(folder.path, host, port)
        mark = None if reset else folder.mark()
        if mark is None:
            app, mark = _make(folder)
        else:
            folder.share()
            app = _open()
        _introduce(app, mark, folder.path)
        serve_portal(app, host=host, port=port)


def _port_is_free(host: str, port: int) -> None:
    """Say so before a district is made in vain."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(found[0], socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(found[4])
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CannotRun(
            f"cannot listen on {host}:{port}: {reason}. Choose another --port."
        ) from None


def _set_environment(data: Path, host: str, port: int) -> None:
    """Each process of the server reads it; and nothing of a real portal's settings may reach in."""
    at = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104  # to say how to reach it
    settings = {
        "DATA": str(data),
        "DATABASE_URL": f"sqlite:///{data / 'pdportal.sqlite3'}",
        "FILES": str(data / "files"),
        "DEMO": "yes",
        "SECRET_KEY": "",
        "BASE_URL": f"http://{f'[{at}]' if ':' in at else at}:{port}",
        "HOST": host,
        "PORT": str(port),
        "TIME_ZONE": read("people")["zone"],
        "MAIL": "folder:",
        "JOBS": "inside",
        "JOBS_URL": "",
        "RATE_LIMITS": "memory:",
        "TRUSTED_PROXIES": "0",
        "HAND_OVER": "no",
        "GRACE_MINUTES": "30",
        "LEASE_DAYS": "3",
        "REVIEWS_ASKED": "3",
        "REVIEWS_NEEDED": "2",
        "REVIEWS_OPEN": "3",
    }
    os.environ.update({f"{PREFIX}{name}": value for name, value in settings.items()})
    os.environ.setdefault(f"{PREFIX}LOG_LEVEL", "warning")


def _make(folder: DemoFolder) -> tuple[Flask, Mark]:
    click.echo(f"Making the demo district in {folder.path}, once:")
    mark = folder.clear_to_make()
    _apart(lambda: _fill(mark))
    _say("the portal")
    return _open(), folder.made(mark)


def _fill(mark: Mark) -> None:
    from pdportal.db.migrations import upgrade_database
    from pdportal.demo.learning import Unpublished
    from pdportal.demo.seed import make_district
    from pdportal.operations.cli import portal_app

    app = portal_app()
    _say("the database")
    upgrade_database(app)
    try:
        make_district(app, CONTENT, mark.password, _say)
    except Unpublished as fault:
        raise CannotRun(str(fault)) from None


def _apart(act: Callable[[], None]) -> None:
    """Do it in a process of its own: the threads that store files would be missing in each fork."""
    from pdportal.operations.cli import main
    from pdportal.operations.serving import IN_GROUPS

    if not IN_GROUPS:  # one process does everything, and has its threads
        act()
        return
    command = click.Command("demo", callback=act)
    child = get_context("fork").Process(target=main, args=([], command))
    child.start()
    before = signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    child.join()
    signal.signal(signal.SIGTERM, before)
    if code := child.exitcode:
        raise click.exceptions.Exit(code if code > 0 else 128 - code)


def _open() -> Flask:
    from pdportal.db.migrations import schema, upgrade_database
    from pdportal.operations.cli import portal_app

    app = portal_app()
    at, newest = schema(app)
    if at != newest:
        upgrade_database(app)
    return app


def _say(what: str) -> None:
    click.echo(f"  · {what}")
    sys.stdout.flush()


def _introduce(app: Flask, mark: Mark, data: Path) -> None:
    """Where it is, who can be looked around as, and the password."""
    from sqlalchemy import select

    from pdportal.accounts.models import Person
    from pdportal.db import db

    with app.app_context():
        cast = db.session.execute(
            select(Person.name, Person.demo_role, Person.email)
            .where(Person.demo_role.is_not(None), Person.active)
            .order_by(Person.id)
        ).all()
    names, roles = (max((len(row[n] or "") for row in cast), default=0) for n in (0, 1))
    click.echo("")
    for name, role, email in cast:
        click.echo(f"  {name:<{names}}  {role:<{roles}}  {email}")
    click.echo(f"\n  The password of everybody: {mark.password}")
    click.echo("  On the sign-in page one click is enough.\n")
    if not _is_local(app.config["PDPORTAL"]["HOST"]):
        click.echo("  Anybody who reaches this machine can look around, without a password.\n")
    if mark.is_old:
        click.echo("  This term ended a while ago; `pdportal demo --reset` makes a new one.\n")
    click.echo(f"  {app.config['PDPORTAL']['BASE_URL']}    data in {data}    Ctrl-C stops\n")
    sys.stdout.flush()


def _is_local(host: str) -> bool:
    return host == "localhost" or host == "::1" or host.startswith("127.")
