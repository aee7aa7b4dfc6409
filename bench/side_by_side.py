"""The portal and the bare pages, served beside one another over one database."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from bench.browser import Browser
from bench.measuring import say
from bench.processes import HAS_PROC, Server, free_port, parent_of, server
from bench.seed import COHORT, database_address
from pdportal import create_app
from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.db.migrations import upgrade_database


@dataclass(frozen=True)
class SideBySide:
    """Both, and where their rows are."""

    app: Flask
    """The portal in this process: it makes cookies and asks the same database."""
    portal: Server
    bare: Server
    address: str

    def browsers(self, people: Sequence[int]) -> list[Browser]:
        """Of these people, signed in without the form: a password takes its time, on purpose."""
        found = []
        for ident in people:
            _client, name, cookie = session_cookie(self.app, ident)
            found.append(Browser(self.portal.port, {name: cookie}))
            found[-1].get("/account")  # for its token
        return found


def session_cookie(app: Flask, person: int) -> tuple[FlaskClient, str, str]:
    """A client of this app in which somebody is signed in, and their cookie."""
    with app.app_context():
        known = db.session.get_one(Person, person).fs_uniquifier
        db.session.remove()
        db.engine.dispose()
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = known
        session["_fresh"] = True
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = client.get_cookie(name)
    assert cookie is not None
    return client, name, cookie.value


@contextmanager
def side_by_side(database: str, fill: Callable[[Flask], None]) -> Iterator[SideBySide]:
    """A folder and a database of their own, which `fill` fills, until the block is left."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pdportal-bench-")))
        settings: dict[str, str] = {"PDPORTAL_DATA": str(folder / "data")}
        others: list[int] = []
        if database == "postgresql":
            from tests.postgres import fresh_postgres

            settings["PDPORTAL_DATABASE_URL"] = stack.enter_context(fresh_postgres())
        app = create_app({name.removeprefix("PDPORTAL_"): to for name, to in settings.items()})
        say(f"· seeding a folder of its own on {database}")
        upgrade_database(app)
        fill(app)
        with app.app_context():
            if database == "postgresql" and HAS_PROC:
                asked = db.session.execute(text("SELECT pg_backend_pid()"))
                others.append(parent_of(int(asked.scalar_one())))
                db.session.remove()
            db.engine.dispose()
        say("· starting the portal as `pdportal serve` does, and the bare pages on the same server")
        port = free_port()
        command = ["-m", "pdportal", "serve", "--port", str(port)]
        portal = stack.enter_context(server("portal", command, port, folder, settings, *others))
        say(f"  the portal answered after {portal.ready_after:.1f} s")
        address = database_address(app)
        settings |= {"BENCH_DATABASE": address, "BENCH_PEOPLE": str(COHORT)}
        port = free_port()
        bare = stack.enter_context(
            server("bare pages", ["-m", "bench.bare", str(port)], port, folder, settings, *others)
        )
        yield SideBySide(app, portal, bare, address)
