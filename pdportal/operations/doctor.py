"""The doctor: what is configured, what is wrong, and how to mend it."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, text

from pdportal.config import PREFIX, SETTINGS, WrongSetting, read_settings
from pdportal.operations.old_editions import MEND, say_old_editions
from pdportal.operations.storerooms import Finding, asked, examine_storerooms
from pdportal.setting_values import Bucket


def examine() -> Iterator[Finding]:
    """Look at settings, data folder, database, front end, mail and video, in this order."""
    try:
        settings = read_settings()
    except WrongSetting as error:
        yield Finding("wrong", str(error), "Correct it where it is set, or remove it.")
        return
    changed = [f"{PREFIX}{s.name}" for s in SETTINGS if _is_set(s.name)]
    yield Finding(
        "good", f"Settings: {', '.join(changed) if changed else 'all at their defaults'}."
    )
    yield from examine_storerooms(settings)
    yield from _examine_editions(settings)
    yield from _examine_address(settings)
    yield from _examine_mail(settings)
    yield from _examine_queue_and_counters(settings)
    yield from _examine_several_machines(settings)
    yield from _examine_clips(settings)


_WAITING = "SELECT count(*) FROM clip WHERE processed_at IS NULL AND deleted_at IS NULL"
_FAILED = "SELECT id FROM clip WHERE trouble = 'failed' AND deleted_at IS NULL ORDER BY id"


def _rows(statement: str, connection: Connection) -> list[Any]:
    return list(connection.execute(text(statement)))


def _failed(connection: Connection) -> list[str]:
    return [str(number) for number in connection.scalars(text(_FAILED))]


def _examine_clips(settings: dict[str, Any]) -> Iterator[Finding]:
    """What converts clips, and those that it could not; silent where there is nobody to ask."""
    waiting = asked(settings, lambda connection: connection.scalar(text(_WAITING))) or 0
    failed = asked(settings, _failed) or []
    if shutil.which("ffmpeg") or _has("imageio_ffmpeg"):
        yield Finding("good", "ffmpeg is there: clips are converted to play everywhere.")
    else:
        yield Finding(
            "note",
            f"There is no ffmpeg: clips are shown as they were uploaded ({waiting} wait to be "
            "converted). MP4 with H.264 plays; what many phones record does not play everywhere.",
            "Install ffmpeg, or: pip install 'pdportal[video]'",
        )
    if failed:
        yield Finding(
            "wrong",
            f"Clips that could not be converted in three tries: {', '.join(failed[:20])}.",
            "The log says why (process_clip). Is there memory and disk space enough?",
        )


def _examine_address(settings: dict[str, Any]) -> Iterator[Finding]:
    address = settings["BASE_URL"]
    local = "//127.0.0.1" in address or "//localhost" in address
    if address.startswith("https:"):
        yield Finding("good", f"People use {address}; cookies are Secure.")
    elif local:
        yield Finding(
            "note",
            f"People use {address}: good for this machine alone.",
            f"For others, put a proxy with https in front and set {PREFIX}BASE_URL.",
        )
    else:
        yield Finding(
            "wrong",
            f"{address} is not https: passwords and clips would travel in the open.",
            f"Put a proxy with https in front and set {PREFIX}BASE_URL to its address.",
        )
    if settings["DEMO"]:
        yield Finding("wrong", "The demo's open door is on.", f"Unset {PREFIX}DEMO.")


def _examine_mail(settings: dict[str, Any]) -> Iterator[Finding]:
    if settings["MAIL"].startswith("folder"):
        yield Finding(
            "note",
            "Mail is written to files in the data folder and not sent.",
            f"Set {PREFIX}MAIL to smtp://user:password@host:port.",
        )
    else:
        yield _reached("Mail goes out", settings["MAIL"], "MAIL", {"smtp": 25, "smtps": 465})
    yield from _examine_letters(settings)


_REFUSE = "SELECT address, times, said FROM undelivered WHERE times > 0"


def _examine_letters(settings: dict[str, Any]) -> Iterator[Finding]:
    """Mail that did not arrive; silent where the database has no such table to ask."""
    trouble = "SELECT trouble FROM letter WHERE trouble IS NOT NULL AND given_up_at IS"
    lost, waits, refuse = (
        asked(settings, partial(_rows, statement)) or []
        for statement in (
            f"{trouble} NOT NULL ORDER BY given_up_at DESC",
            f"{trouble} NULL ORDER BY next_try_at DESC",
            f"{_REFUSE} ORDER BY at DESC",
        )
    )
    if lost:
        yield Finding(
            "wrong",
            f"Mail given up in the last two weeks: {len(lost)}. The last: {lost[0].trouble}",
            "Correct the address where people were invited, or ask who runs the mail server.",
        )
    if refuse:
        yield Finding(
            "wrong",
            f"Addresses that refused mail: {len(refuse)}. The last: {refuse[0].address}, "
            f"{refuse[0].times} times ({refuse[0].said})",
            "Their owners see it in their inbox and can correct it; after three refusals in a row "
            "they get no more notices by mail.",
        )
    if waits:
        yield Finding(
            "note", f"Mail that is tried again: {len(waits)}. The last: {waits[0].trouble}"
        )


def _examine_editions(settings: dict[str, Any]) -> Iterator[Finding]:
    """Modules that may show facilitators' notes; silent where the database cannot be asked."""
    warning = asked(settings, say_old_editions)
    if warning:
        yield Finding("wrong", warning, MEND)


def _examine_queue_and_counters(settings: dict[str, Any]) -> Iterator[Finding]:
    ports = {"redis": 6379, "rediss": 6379, "postgresql": 5432}
    if settings["JOBS_URL"]:
        yield _reached("Jobs are queued", settings["JOBS_URL"], "JOBS_URL", ports)
    if not settings["RATE_LIMITS"].startswith("memory"):
        yield _reached("Attempts are counted", settings["RATE_LIMITS"], "RATE_LIMITS", ports)


def _examine_several_machines(settings: dict[str, Any]) -> Iterator[Finding]:
    """What machines would not share; silent where everything lies on this one."""
    shared = {
        "the database": "DATABASE_URL" in settings and "sqlite" not in settings["DATABASE_URL"],
        "files": isinstance(settings["FILES"], Bucket),
        "the queue of jobs": bool(settings["JOBS_URL"]),
        "attempts at the doors": not settings["RATE_LIMITS"].startswith("memory"),
        "the secret key": bool(settings.get("SECRET_KEY")),
    }
    cures = {
        "the database": "DATABASE_URL=postgresql://…",
        "files": "FILES=s3://… (or one network folder for all)",
        "the queue of jobs": "JOBS_URL=redis://…",
        "attempts at the doors": "RATE_LIMITS=redis://…",
        "the secret key": "SECRET_KEY=… (the same on each)",
    }
    lacking = [name for name, is_shared in shared.items() if not is_shared]
    if not any(shared[name] for name in ("the database", "files", "the queue of jobs")):
        return
    if not lacking:
        yield Finding("good", "Several machines can serve this portal: all they need is shared.")
        return
    yield Finding(
        "note",
        f"Right for one machine; several would each have their own: {', '.join(lacking)}.",
        f"For several, set {', '.join(f'{PREFIX}{cures[name]}' for name in lacking)}.",
    )


def _reached(what: str, address: str, setting: str, ports: dict[str, int]) -> Finding:
    """Whether somebody listens there; what they would say is seen when they are used."""
    parts = urlsplit(address)
    host, port = parts.hostname or "localhost", parts.port or ports.get(parts.scheme, 0)
    try:
        socket.create_connection((host, port), timeout=3).close()
    except OSError as error:
        return Finding(
            "wrong",
            f"{what} by {host}:{port}, which does not answer: {error.strerror or error}.",
            f"Start it, or correct {PREFIX}{setting}.",
        )
    return Finding("good", f"{what} by {host}:{port}, which answers.")


def _is_set(name: str) -> bool:
    return f"{PREFIX}{name}" in os.environ


def _has(module: str) -> bool:
    from importlib.util import find_spec

    return find_spec(module) is not None
