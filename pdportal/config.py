"""Settings: defaults that `PDPORTAL_…` variables override, each with what it is for."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dotenv import dotenv_values

from pdportal import setting_values as read
from pdportal.mail_settings import read_mail, read_sender
from pdportal.permissions import close_to_others

PREFIX = "PDPORTAL_"

AWS_SETTINGS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_S3",
)
"""What other programs also read for S3, under the same names; taken over from `.env`, too."""


class WrongSetting(Exception):
    """A setting that is unknown or cannot be understood; the message names it."""


@dataclass(frozen=True)
class Setting:
    """One setting: its name without the prefix, its default as typed, and how it is read."""

    name: str
    default: str | None
    read: Callable[[str], Any]
    about: str
    secret: bool = False


SETTINGS = (
    Setting(
        "DATA", "data", read.folder, "The data folder: database, files, clips, keys. Back this up."
    ),
    Setting(
        "DATABASE_URL",
        None,
        read.database,
        "The database; without it, SQLite in the data folder. "
        "For PostgreSQL: postgresql://user:password@host/name.",
        secret=True,
    ),
    Setting(
        "FILES",
        None,
        read.files,
        "Where clips and figures lie: a folder, or s3://bucket/prefix?endpoint=https://host with "
        "the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Without it, files/ in the data "
        "folder.",
        secret=True,
    ),
    Setting(
        "SECRET_KEY",
        None,
        read.secret,
        "Signs sessions and links. Without it, one is made and kept in the data folder.",
        secret=True,
    ),
    Setting(
        "NAME", "pdportal", read.name, "What the portal is called on its pages and in its mail."
    ),
    Setting(
        "BASE_URL",
        "http://127.0.0.1:8000",
        read.site,
        "The address people use: for links in mail and for passkeys; https makes cookies Secure.",
    ),
    Setting("HOST", "127.0.0.1", read.text, "The address to listen on."),
    Setting("PORT", "8000", read.count(1, 65535), "The port to listen on."),
    Setting(
        "WORKERS", "0", read.count(0, 256), "Server processes; 0 means one for each processor."
    ),
    Setting(
        "THREADS", "0", read.count(0, 512), "Threads in each server process; 0 means the default."
    ),
    Setting(
        "TRUSTED_PROXIES",
        "0",
        read.count(0, 5),
        "How many reverse proxies stand in front and set X-Forwarded-For and X-Forwarded-Proto.",
    ),
    Setting(
        "MAIL",
        "folder:",
        read_mail,
        "Where mail goes: folder: (as .eml files in the data folder) or smtp://user:password@host:port.",
        secret=True,
    ),
    Setting(
        "MAIL_FROM",
        "pdportal@localhost",
        read_sender,
        "The sender of the portal's mail: pd@school.org, or Lakeside PD <pd@school.org>.",
    ),
    Setting(
        "JOBS",
        "inside",
        read.one_of("inside", "beside"),
        "inside: `pdportal serve` also does the jobs. beside: start `pdportal worker` as well.",
    ),
    Setting(
        "JOBS_URL",
        None,
        read.queue,
        "The queue of jobs: redis://host:port/0 or postgresql://user:password@host/name. "
        "Without it, a file in the data folder, for one machine.",
        secret=True,
    ),
    Setting(
        "RATE_LIMITS",
        None,
        read.limits,
        "Where attempts at the doors are counted: memory: (by each process alone) or "
        "redis://host:port. Without it, in the Redis of PDPORTAL_JOBS_URL, else in memory.",
        secret=True,
    ),
    Setting(
        "HAND_OVER",
        "no",
        read.yes_or_no,
        "yes: the proxy in front sends clips from the folder of files itself, once the portal has "
        "said who may (X-Accel-Redirect to /_files/…; deploy/ has a Caddyfile and nginx.conf).",
    ),
    Setting(
        "SIGNED_MINUTES",
        "5",
        read.count(0, 60),
        "How many minutes an address is good at which a browser gets a clip from the bucket of "
        "PDPORTAL_FILES; 0: the portal sends all itself, also from where browsers cannot reach.",
    ),
    Setting(
        "VIDEO_HOSTS",
        "",
        read.hosts,
        "Hosts whose videos play within a module's page once somebody presses play, with blanks "
        "between them (www.youtube-nocookie.com player.vimeo.com). Others are links.",
    ),
    Setting("LOG", "text", read.one_of("text", "json"), "How log lines are written."),
    Setting(
        "LOG_LEVEL", "info", read.one_of("debug", "info", "warning", "error"), "What is logged."
    ),
    Setting("LOCALE", "en", read.language, "The language of people who have not chosen one."),
    Setting("TIME_ZONE", "UTC", read.zone, "The time zone of people who have not chosen one."),
    Setting(
        "MAX_CLIP_MB",
        "200",
        read.count(1, 4096),
        "The largest clip that may be sent in one piece, by a browser without scripts.",
    ),
    Setting(
        "MAX_UPLOAD_MB",
        "4000",
        read.count(1, 20_000),
        "The largest clip that may be uploaded in pieces, as the upload page does.",
    ),
    Setting(
        "CLIP_DAYS",
        "0",
        read.count(0, 3660),
        "After how many days a clip is deleted, where its owner chooses no other date; "
        "0: at the end of the school year.",
    ),
    Setting("MAX_CLIP_DAYS", "366", read.count(1, 3660), "The longest that a clip may be kept."),
    Setting(
        "MAX_FILE_MB",
        "25",
        read.count(1, 200),
        "The largest file that may be brought for feedback: a photo, PDF, document or slides.",
    ),
    Setting("FILES_OF_WORK", "12", read.count(1, 50), "How many files one work may have."),
    Setting(
        "PAGES_SHOWN", "60", read.count(1, 300), "Of how many pages of a PDF pictures are shown."
    ),
    Setting(
        "GRACE_MINUTES",
        "30",
        read.count(0, 1440),
        "How long an author may take back work just shared.",
    ),
    Setting(
        "LEASE_DAYS", "3", read.count(1, 30), "Days until an unstarted review goes to the next."
    ),
    Setting("REVIEWS_ASKED", "3", read.count(1, 10), "How many colleagues are asked for a review."),
    Setting("REVIEWS_NEEDED", "2", read.count(1, 10), "How many reviews are enough."),
    Setting(
        "REVIEWS_OPEN",
        "3",
        read.count(1, 50),
        "How many reviews somebody may owe before others are asked in their place.",
    ),
    Setting(
        "DEMO",
        "no",
        read.yes_or_no,
        "Set by `pdportal demo`: anyone may look around as its people. Never on a real portal.",
    ),
)

_BY_NAME = {setting.name: setting for setting in SETTINGS}


def read_settings(
    given: Mapping[str, object] | None = None, environment: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """All settings: defaults, then `.env`, then the environment, then what is `given`.

    A variable that holds nothing counts as not set.

    `given` holds values by their names without the prefix, as typed or already read.
    Raises `WrongSetting` with the name of the first that is unknown or wrong.
    """
    if environment is None:
        env_file = {key: value or "" for key, value in dotenv_values(".env").items()}
        environment = {**env_file, **os.environ}
    typed: dict[str, object] = {s.name: s.default for s in SETTINGS if s.default is not None}
    for variable, text in environment.items():
        if variable.startswith(PREFIX):
            typed[variable.removeprefix(PREFIX)] = text
    typed |= given or {}

    settings: dict[str, Any] = {}
    for name, value in typed.items():
        setting = _BY_NAME.get(name)
        if setting is None:
            raise WrongSetting(f"{PREFIX}{name} is not a setting of pdportal.")
        if isinstance(value, str) and not value.strip():
            value = setting.default
        if value is None:
            continue
        try:
            settings[name] = setting.read(value) if isinstance(value, str) else value
        except ValueError as error:
            hidden = setting.secret or ("://" in str(value) and "@" in str(value))
            shown = "what it holds" if hidden else f"“{value}”"
            raise WrongSetting(f"{PREFIX}{name}: {shown} does not work; {error}.") from None
    if settings["REVIEWS_NEEDED"] > settings["REVIEWS_ASKED"]:
        raise WrongSetting(f"{PREFIX}REVIEWS_NEEDED is more than {PREFIX}REVIEWS_ASKED.")
    settings.setdefault("FILES", settings["DATA"] / "files")
    queue = settings.setdefault("JOBS_URL", "")
    settings.setdefault("RATE_LIMITS", queue if queue.startswith("redis") else "memory:")
    settings["AWS"] = {name: environment[name] for name in AWS_SETTINGS if environment.get(name)}
    return settings


def database_url(settings: dict[str, Any]) -> str:
    """Where the database is: SQLite in the data folder where nothing else is said."""
    return settings.get("DATABASE_URL") or f"sqlite:///{settings['DATA'] / 'pdportal.sqlite3'}"


def flask_config(settings: dict[str, Any]) -> dict[str, Any]:
    """What Flask and its extensions are told, derived from our settings."""
    data: Path = settings["DATA"]
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    secure = settings["BASE_URL"].startswith("https:")
    postgres = settings.get("DATABASE_URL", "").startswith("postgresql")
    return {
        "PDPORTAL": settings,
        "SECRET_KEY": settings.get("SECRET_KEY") or kept_secret(data / "secret-key"),
        "SQLALCHEMY_DATABASE_URI": database_url(settings),
        # What people wrote stays out of the messages of errors.
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True, "pool_pre_ping": postgres},
        # Links in pages and passkeys trust the name that people used; only ours is answered.
        "TRUSTED_HOSTS": [urlsplit(settings["BASE_URL"]).hostname, "localhost", "127.0.0.1"]
        if secure
        else None,
        "SESSION_COOKIE_NAME": "__Host-pdportal" if secure else "pdportal",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": 60 * 60 * 24 * 14,
        "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "MAX_FORM_PARTS": 1000,
        "BABEL_DEFAULT_LOCALE": settings["LOCALE"],
        "BABEL_DEFAULT_TIMEZONE": settings["TIME_ZONE"],
        # Some browsers send no Referer; where a form comes from is asked in `web/doors.py`.
        "WTF_CSRF_SSL_STRICT": False,
        "WTF_CSRF_TIME_LIMIT": None,  # a page left open overnight must still take what was typed
    }


def kept_secret(path: Path) -> str:
    """The secret in `path`, made there once, readable by its owner alone."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return close_to_others(path).read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()
