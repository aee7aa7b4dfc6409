"""Settings: defaults that `PDPORTAL_…` variables override, each with what it is for."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError
from dotenv import dotenv_values

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

SHORTEST_SECRET = 24
"""Letters of a secret key: as many as nobody tries one after the other."""


class WrongSetting(Exception):
    """A setting that is unknown or cannot be understood; the message names it."""


def _yes_or_no(text: str) -> bool:
    answers = {"1": True, "yes": True, "true": True, "on": True}
    answers |= {"0": False, "no": False, "false": False, "off": False}
    try:
        return answers[text.strip().lower()]
    except KeyError:
        raise ValueError("say yes or no") from None


def _count(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.strip().isdecimal() or not least <= int(text) <= most:
            raise ValueError(f"say a whole number from {least} to {most}")
        return int(text)

    return parse


def _one_of(*choices: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text.strip().lower() not in choices:
            raise ValueError(f"say one of: {', '.join(choices)}")
        return text.strip().lower()

    return parse


def _address(*schemes: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if urlsplit(text.strip()).scheme not in schemes:
            raise ValueError(f"start it with one of: {', '.join(f'{s}:' for s in schemes)}")
        return text.strip().rstrip("/")

    return parse


def _site(text: str) -> str:
    """The address of the portal: its pages, cookies and passkeys have a host to themselves."""
    address = _address("http", "https")(text)
    parts = urlsplit(address)
    if not parts.hostname or parts.username is not None:
        raise ValueError("say a whole address, such as https://learn.example.org")
    if parts.path or parts.query or parts.fragment:
        raise ValueError(
            "the portal cannot be served below a path; give it a name of its own, such as "
            "https://learn.example.org"
        )
    if parts.port == 0:
        raise ValueError("port 0 is none")
    return address


def _queue(text: str) -> str:
    return text and _address("redis", "rediss", "postgresql")(text)


def _zone(text: str) -> str:
    if text not in available_timezones():
        raise ValueError("say a time zone by its name, such as America/Chicago or Europe/Berlin")
    return ZoneInfo(text).key


def _database(text: str) -> str:
    url = _address("sqlite", "postgresql", "postgresql+psycopg")(text)
    return url.replace("postgresql:", "postgresql+psycopg:", 1)


def _folder(text: str) -> Path:
    return Path(text).expanduser().absolute()


@dataclass(frozen=True)
class Bucket:
    """A place in an S3-compatible store, as `s3://name/prefix?endpoint=…&region=…` names it."""

    name: str
    prefix: str
    endpoint: str = ""
    region: str = ""


def _files(text: str) -> Path | Bucket:
    """A folder or a bucket; keys are AWS's own variables and never part of the address."""
    if "://" not in text:
        return _folder(text)
    parts = urlsplit(text.strip())
    options = dict(parse_qsl(parts.query))
    if parts.scheme != "s3" or not parts.netloc or "@" in parts.netloc:
        raise ValueError("say a folder, or s3://bucket/prefix with the keys in AWS_… variables")
    if not options.keys() <= {"endpoint", "region"}:
        raise ValueError("after the question mark, say endpoint= and region= only")
    if "endpoint" in options:
        options["endpoint"] = _address("http", "https")(options["endpoint"])
    return Bucket(parts.netloc, parts.path.strip("/"), **options)


def _text(text: str) -> str:
    return text.strip()


def _name(text: str) -> str:
    if not any(letter.isalnum() for letter in text):
        raise ValueError("say a name")
    return " ".join(text.split())


def _secret(text: str) -> str:
    if text.strip() and len(text.strip()) < SHORTEST_SECRET:
        raise ValueError(f"take at least {SHORTEST_SECRET} letters that nobody can guess")
    return text.strip()


def _hosts(text: str) -> str:
    hosts = text.lower().split()
    if not all(re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", host) for host in hosts):
        raise ValueError("say hosts like player.vimeo.com, with blanks between them")
    return " ".join(hosts)


def _language(text: str) -> str:
    try:
        return str(Locale.parse(text.strip().replace("-", "_")))
    except (ValueError, UnknownLocaleError):
        raise ValueError("say a language by its code, such as en, es or pt_BR") from None


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
        "DATA", "data", _folder, "The data folder: database, files, clips, keys. Back this up."
    ),
    Setting(
        "DATABASE_URL",
        None,
        _database,
        "The database; without it, SQLite in the data folder. "
        "For PostgreSQL: postgresql://user:password@host/name.",
        secret=True,
    ),
    Setting(
        "FILES",
        None,
        _files,
        "Where clips and figures lie: a folder, or s3://bucket/prefix?endpoint=https://host with "
        "the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. Without it, files/ in the data "
        "folder.",
        secret=True,
    ),
    Setting(
        "SECRET_KEY",
        None,
        _secret,
        "Signs sessions and links. Without it, one is made and kept in the data folder.",
        secret=True,
    ),
    Setting("NAME", "pdportal", _name, "What the portal is called on its pages and in its mail."),
    Setting(
        "BASE_URL",
        "http://127.0.0.1:8000",
        _site,
        "The address people use: for links in mail and for passkeys; https makes cookies Secure.",
    ),
    Setting("HOST", "127.0.0.1", _text, "The address to listen on."),
    Setting("PORT", "8000", _count(1, 65535), "The port to listen on."),
    Setting("WORKERS", "0", _count(0, 256), "Server processes; 0 means one for each processor."),
    Setting("THREADS", "0", _count(0, 512), "Threads in each server process; 0 means the default."),
    Setting(
        "TRUSTED_PROXIES",
        "0",
        _count(0, 5),
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
        _one_of("inside", "beside"),
        "inside: `pdportal serve` also does the jobs. beside: start `pdportal worker` as well.",
    ),
    Setting(
        "JOBS_URL",
        None,
        _queue,
        "The queue of jobs: redis://host:port/0 or postgresql://user:password@host/name. "
        "Without it, a file in the data folder, for one machine.",
        secret=True,
    ),
    Setting(
        "RATE_LIMITS",
        None,
        _address("memory", "redis", "rediss"),
        "Where attempts at the doors are counted: memory: (by each process alone) or "
        "redis://host:port. Without it, in the Redis of PDPORTAL_JOBS_URL, else in memory.",
        secret=True,
    ),
    Setting(
        "HAND_OVER",
        "no",
        _yes_or_no,
        "yes: the proxy in front sends clips from the folder of files itself, once the portal has "
        "said who may (X-Accel-Redirect to /_files/…; deploy/ has a Caddyfile and nginx.conf).",
    ),
    Setting(
        "SIGNED_MINUTES",
        "5",
        _count(0, 60),
        "How many minutes an address is good at which a browser gets a clip from the bucket of "
        "PDPORTAL_FILES; 0: the portal sends all itself, also from where browsers cannot reach.",
    ),
    Setting(
        "VIDEO_HOSTS",
        "",
        _hosts,
        "Hosts whose videos play within a module's page once somebody presses play, with blanks "
        "between them (www.youtube-nocookie.com player.vimeo.com). Others are links.",
    ),
    Setting("LOG", "text", _one_of("text", "json"), "How log lines are written."),
    Setting("LOG_LEVEL", "info", _one_of("debug", "info", "warning", "error"), "What is logged."),
    Setting("LOCALE", "en", _language, "The language of people who have not chosen one."),
    Setting("TIME_ZONE", "UTC", _zone, "The time zone of people who have not chosen one."),
    Setting(
        "MAX_CLIP_MB",
        "200",
        _count(1, 4096),
        "The largest clip that may be sent in one piece, by a browser without scripts.",
    ),
    Setting(
        "MAX_UPLOAD_MB",
        "4000",
        _count(1, 20_000),
        "The largest clip that may be uploaded in pieces, as the upload page does.",
    ),
    Setting(
        "CLIP_DAYS",
        "0",
        _count(0, 3660),
        "After how many days a clip is deleted, where its owner chooses no other date; "
        "0: at the end of the school year.",
    ),
    Setting("MAX_CLIP_DAYS", "366", _count(1, 3660), "The longest that a clip may be kept."),
    Setting(
        "MAX_FILE_MB",
        "25",
        _count(1, 200),
        "The largest file that may be brought for feedback: a photo, PDF, document or slides.",
    ),
    Setting("FILES_OF_WORK", "12", _count(1, 50), "How many files one work may have."),
    Setting("PAGES_SHOWN", "60", _count(1, 300), "Of how many pages of a PDF pictures are shown."),
    Setting(
        "GRACE_MINUTES",
        "30",
        _count(0, 1440),
        "How long an author may take back work just shared.",
    ),
    Setting("LEASE_DAYS", "3", _count(1, 30), "Days until an unstarted review goes to the next."),
    Setting("REVIEWS_ASKED", "3", _count(1, 10), "How many colleagues are asked for a review."),
    Setting("REVIEWS_NEEDED", "2", _count(1, 10), "How many reviews are enough."),
    Setting(
        "REVIEWS_OPEN",
        "3",
        _count(1, 50),
        "How many reviews somebody may owe before others are asked in their place.",
    ),
    Setting(
        "DEMO",
        "no",
        _yes_or_no,
        "Set by `pdportal demo`: anyone may look around as its people. Never on a real portal.",
    ),
)

_BY_NAME = {setting.name: setting for setting in SETTINGS}


def read_settings(
    given: Mapping[str, object] | None = None, environment: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """All settings: defaults, then `.env`, then the environment, then what is `given`.

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
