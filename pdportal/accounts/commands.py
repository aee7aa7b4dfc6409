"""`pdportal user`: the first person of a portal, and whoever cannot be invited by mail."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import click
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError, ProgrammingError

from pdportal.accounts import queries
from pdportal.accounts.models import District, Invitation, Person, Role, RoleName, School
from pdportal.db import committing, db
from pdportal.operations import CannotRun
from pdportal.web.typed import one_line

Place = TypeVar("Place", District, School)


@click.group()
def user() -> None:
    """Add people and list them."""


@user.command()
@click.argument("name")
@click.argument("email")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([role.value for role in RoleName]),
    help="May be given several times. Without it: teacher; the very first person becomes admin.",
)
@click.option("--district", help="The district; made if it is new. Needed if there are several.")
@click.option(
    "--school",
    help="A school of the district; made if it is new. The roles are held in it: a lead or an "
    "admin of a school leads its people and cohorts, and no others. Without it they are held in "
    "the whole district, as is always the role of a district's first admin.",
)
@click.option(
    "--invite", is_flag=True, help="Print a welcome link instead of asking for a password."
)
def add(
    name: str,
    email: str,
    roles: tuple[str, ...],
    district: str | None,
    school: str | None,
    invite: bool,
) -> None:
    """Add a person: NAME as colleagues read it, and the EMAIL address they sign in with.

    The password is asked for (twice, unseen), or read from the first line of standard input if
    that is not a terminal. With --invite nobody types one: a link is printed that works once,
    for 14 days.
    """
    with _portal():
        name, email = one_line(name), _address(email)
        if not 1 <= len(name) <= 120:
            raise click.UsageError("the name must have 1 to 120 characters.")
        if db.session.scalar(select(Person.id).where(Person.email == email)):
            raise CannotRun(f"{email} has an account already.")
        named = _roles_to_give(roles)
        password = None if invite else _password(name, email)
        with committing():
            home = _district(district)
            place = _school(school, home)
            founds = RoleName.ADMIN in named and not _has_admin(home)
            if invite:
                link = _invitation(home, None if founds else place, name, email, named)
            else:
                held = [
                    (role, None if founds and role is RoleName.ADMIN else place) for role in named
                ]
                _person(home, place, name, email, held, password or "")
        if invite:
            click.echo(link)
        else:
            roles_held = ", ".join(
                f"{role.value} in {(where or home).name}" for role, where in held
            )
            click.echo(f"{name} can sign in as {email} ({roles_held}).")


@user.command("list")
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text")
@click.option("--district", help="Only people of this district.")
def list_people(shape: str, district: str | None) -> None:
    """List everybody: name, address, roles, school, district, and whether they may sign in."""
    with _portal():
        rows = [
            {**row._mapping, "roles": sorted(set((row.roles or "").split(",")) - {""})}
            for row in db.session.execute(queries.everybody(district))
        ]
    if shape == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    if not rows:
        click.echo("Nobody yet. `pdportal user add NAME EMAIL` makes the first person an admin.")
        return
    heads = ("name", "email", "roles", "school", "district", "account")
    table = [
        (
            row["name"],
            row["email"],
            ", ".join(row["roles"]),
            row["school"] or "-",
            row["district"],
            "on" if row["active"] else "switched off",
        )
        for row in rows
    ]
    widths = [max(len(str(line[i])) for line in (heads, *table)) for i in range(len(heads))]
    for line in (heads, *table):
        cells = (str(cell).ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


@contextmanager
def _portal() -> Iterator[None]:
    """Within the portal; a database without tables is one plain line."""
    from pdportal.operations.cli import portal_app

    with portal_app().app_context():
        try:
            yield
        except (OperationalError, ProgrammingError):
            message = "the database cannot be used as it is; `pdportal doctor` says more."
            raise CannotRun(message) from None


def _address(typed: str) -> str:
    from pdportal.accounts.addresses import read_address

    try:
        return read_address(typed)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _password(name: str, email: str) -> str:
    from pdportal.accounts.services.account import checked
    from pdportal.web.errors import Refused

    typed: str = (
        click.prompt("Password", hide_input=True, confirmation_prompt=True)
        if sys.stdin.isatty()
        else sys.stdin.readline().rstrip("\r\n")
    )
    try:
        return checked(typed, None, name, email)
    except Refused as refused:
        raise CannotRun(refused.message) from None


def _district(name: str | None) -> District:
    if name:
        return _found_or_added(District, name)
    all_of_them = db.session.scalars(select(District).limit(2)).all()
    if len(all_of_them) != 1:
        raise click.UsageError("say which district: --district NAME (a new name makes it).")
    return all_of_them[0]


def _school(name: str | None, home: District) -> School | None:
    return _found_or_added(School, name, district_id=home.id) if name else None


def _found_or_added(kind: type[Place], name: str, **where: int) -> Place:
    name = name.strip()
    place = db.session.scalar(select(kind).filter_by(name=name, **where))
    if place is None:
        if not 1 <= len(name) <= 160:
            what = kind.__name__.lower()
            raise click.UsageError(f"the {what}'s name must have 1 to 160 characters.")
        place = kind(name=name, **where)
        db.session.add(place)
        db.session.flush()
    return place


def _has_admin(home: District) -> bool:
    of_all = (
        select(Role.id)
        .join(Person, Role.person_id == Person.id)
        .where(Person.district_id == home.id, Role.name == RoleName.ADMIN, Role.school_id.is_(None))
    )
    return db.session.scalar(of_all.limit(1)) is not None


def _roles_to_give(roles: tuple[str, ...]) -> list[RoleName]:
    """The roles asked for, or teacher; the first person of a portal is an admin as well."""
    named = [RoleName(role) for role in roles]
    is_first = db.session.scalar(select(func.count(Person.id))) == 0
    if is_first and RoleName.ADMIN not in named:
        return [RoleName.ADMIN, *named]
    return named or [RoleName.TEACHER]


def _person(
    home: District,
    place: School | None,
    name: str,
    email: str,
    held: list[tuple[RoleName, School | None]],
    password: str,
) -> None:
    from flask_security import hash_password

    from pdportal.accounts.events import emit

    person = Person(
        district_id=home.id,
        school_id=place.id if place else None,
        name=name,
        email=email,
        password=hash_password(password),
        held=[Role(name=role, school_id=where.id if where else None) for role, where in held],
    )
    db.session.add(person)
    db.session.flush()
    emit(None, "added", person)


def _invitation(
    home: District, place: School | None, name: str, email: str, roles: list[RoleName]
) -> str:
    from pdportal import clock
    from pdportal.accounts.events import emit
    from pdportal.accounts.services.invitations import VALID_FOR, make_link

    if len(roles) > 1:
        raise click.UsageError("with --invite, give one --role; others can be given later.")
    invitation = db.session.scalar(
        select(Invitation).where(
            Invitation.district_id == home.id,
            Invitation.email == email,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
    )
    if invitation is None:
        invitation = Invitation(
            district_id=home.id, email=email, token_hash="", expires_at=clock.now() + VALID_FOR
        )
        db.session.add(invitation)
    invitation.name, invitation.role = name, roles[0]
    invitation.school_id = place.id if place else None
    link: str = make_link(invitation)
    emit(None, "invited", invitation, role=roles[0].value)
    return link
