"""Sign-in by flask-security, told about our people, our one commit and our pages."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_security import RoleMixin, Security, SQLAlchemyUserDatastore

from pdportal.accounts import queries
from pdportal.accounts.models import Passkey, Person
from pdportal.db import db
from pdportal.web.doors import open_doors


class _NoRoles(RoleMixin):  # type: ignore[misc]  # flask-security has no types here
    """flask-security wants a role model; ours says where a role is held, so it keeps out of it."""


class People(SQLAlchemyUserDatastore):  # type: ignore[misc]  # flask-security has no types here
    """Finds our people for flask-security, and leaves the commit to the request."""

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> Person | None:
        if "fs_uniquifier" in kwargs:
            return queries.signed_in(str(kwargs["fs_uniquifier"]))
        found: Person | None = super().find_user(case_insensitive=case_insensitive, **kwargs)
        return found

    def commit(self) -> None:
        db.session.flush()


def register(app: Flask) -> None:
    """Set up flask-security: generic answers, argon2, our addresses."""
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",
        SECURITY_PASSWORD_SALT=app.config["SECRET_KEY"],
        SECURITY_LOGIN_URL="/sign-in",
        SECURITY_LOGOUT_URL="/sign-out",
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_POST_LOGIN_VIEW="/",
        SECURITY_POST_LOGOUT_VIEW="/sign-in",
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS=False,
        WTF_CSRF_CHECK_DEFAULT=True,
    )
    people = People(db, Person, _NoRoles, Passkey)
    security = Security(app, people, register_blueprint=True)
    app.extensions["pdportal.people"] = people
    app.extensions["pdportal.security"] = security
    open_doors(app, "security.login", "security.static")
