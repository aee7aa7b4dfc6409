"""Passwords: which are good enough, and hashing that keeps nobody else waiting."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from flask_babel import gettext as _
from flask_security import PasswordUtil

SHORTEST = 10
LONGEST = 200
WAIT_SECONDS = 10.0
"""How long a sign-in queues for a processor before the person is told that the portal is busy."""

TOO_COMMON = frozenset(
    [
        *("password", "passwort", "motdepasse", "contrasena", "qwertyuiop", "letmein", "welcome"),
        *("1234567890", "0123456789", "iloveyou", "administrator", "changeme", "homework"),
        *("teacher", "school", "student", "classroom"),
    ]
)


class PasswordRules(PasswordUtil):
    """Long enough, not one of the first that anybody would try, not one's own name."""

    def validate(
        self, password: str, is_register: bool, **about: Any
    ) -> tuple[list[str] | None, str]:
        """The mistakes in words, or None, and the password as it is to be hashed."""
        plain = self.normalize(password)
        person = about.get("user")
        own = [getattr(person, "name", ""), getattr(person, "email", ""), *about.get("own", ())]
        mistake = _mistake(plain, [word for text in own if text for word in _words(text)])
        return ([mistake] if mistake else None), plain


def _mistake(password: str, own_words: list[str]) -> str | None:
    if len(password) < SHORTEST:
        return _(
            "Use at least %(count)s characters. Four words in a row are easy to remember.",
            count=SHORTEST,
        )
    if len(password) > LONGEST:
        return _("Use at most %(count)s characters.", count=LONGEST)
    core = "".join(c for c in password.lower() if c.isalpha()) or password.lower()
    letters = set(password.lower())
    if len(letters) < 4 or core in TOO_COMMON or password.lower() in TOO_COMMON:
        return _("This password is too easy to guess. Choose another one.")
    if any(core == word for word in own_words):
        return _("Choose something other than your name or address.")
    return None


def _words(text: str) -> list[str]:
    parts = text.lower().replace("@", " ").replace(".", " ").split()
    together = "".join(c for c in text.lower() if c.isalpha())
    return [word for word in (*parts, "".join(parts), together) if len(word) > 3]


class QueuedHashes:
    """Hashes for as many people at once as there are processors to spare; others wait.

    A view that hashes is marked `@writes_later`: no transaction that writes waits here.
    """

    def __init__(self, context: Any, at_once: int) -> None:
        self._context = context
        self._turns = threading.BoundedSemaphore(at_once)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def hash(self, secret: str | bytes, **options: Any) -> str:
        """The hash of a new password."""
        with self._turn():
            return str(self._context.hash(secret, **options))

    def verify(self, secret: str | bytes, hashed: str) -> bool:
        """Whether this is the password that was hashed."""
        with self._turn():
            return bool(self._context.verify(secret, hashed))

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._turns.acquire(timeout=WAIT_SECONDS):
            raise TimeoutError("Many people sign in at this moment: no turn came.")
        try:
            yield
        finally:
            self._turns.release()


def at_once(app: Flask) -> int:
    """How many hashes one process may work on: together they use every processor, once."""
    cores = os.cpu_count() or 1
    workers = app.config["PDPORTAL"]["WORKERS"] or cores
    return max(1, cores // workers)
