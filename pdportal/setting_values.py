"""How the text of a setting is read: each function gives its value or says what to write instead.

All raise `ValueError` with words that go on after "does not work;".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError

SHORTEST_SECRET = 24
"""Letters of a secret key: as many as nobody tries one after the other."""


def yes_or_no(text: str) -> bool:
    answers = {"1": True, "yes": True, "true": True, "on": True}
    answers |= {"0": False, "no": False, "false": False, "off": False}
    try:
        return answers[text.strip().lower()]
    except KeyError:
        raise ValueError("say yes or no") from None


def count(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.strip().isdecimal() or not least <= int(text) <= most:
            raise ValueError(f"say a whole number from {least} to {most}")
        return int(text)

    return parse


def one_of(*choices: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text.strip().lower() not in choices:
            raise ValueError(f"say one of: {', '.join(choices)}")
        return text.strip().lower()

    return parse


def address(*schemes: str) -> Callable[[str], str]:
    """The address with its scheme in lower case, as all who read it later compare it."""

    def parse(text: str) -> str:
        scheme, colon, rest = text.strip().partition(":")
        if not colon or scheme.lower() not in schemes:
            raise ValueError(f"start it with one of: {', '.join(f'{s}:' for s in schemes)}")
        return f"{scheme.lower()}:{rest}".rstrip("/")

    return parse


def escaped_login(person: str) -> str:
    """`user:password` percent-encoded, as an address takes it: as typed they may hold any sign."""
    return ":".join(quote(unquote(part), safe="") for part in person.split(":", 1))


_OPTIONS = re.compile(r"((?:.*@)?[^/?@]*/[^/?@]*)(\?\w+=.*)")
"""An address without its scheme: up to the name of what is there, and the options after it."""


def server(*schemes: str) -> Callable[[str], str]:
    """The address of a server that may ask for a user and a password: `scheme://u:p@host:port/x`.

    What stands before the last @ is user and password; options such as `?name=a@b` have their own.
    """

    def parse(text: str) -> str:
        scheme, slashes, rest = address(*schemes)(text).partition("://")
        with_options = _OPTIONS.fullmatch(rest)
        rest, options = with_options.groups() if with_options else (rest, "")
        person, at, place = rest.rpartition("@")
        try:
            works = slashes and urlsplit(f"//{place}").port != 0
        except ValueError:
            works = False
        if not works:
            raise ValueError(f"say {scheme.partition(':')[0]}://user:password@host:port/name")
        return f"{scheme}://{escaped_login(person)}{at}{place}{options}"

    return parse


def limits(text: str) -> str:
    typed = address("memory", "redis", "rediss")(text)
    if typed.startswith("memory:") and typed != "memory:":
        raise ValueError("say memory: alone, or redis://host:port")
    return typed if typed == "memory:" else server("redis", "rediss")(typed)


_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\]")


def site(text: str) -> str:
    """The address of the portal, its host as browsers send it: in lower case, and `xn--…`.

    Its pages, cookies and passkeys have a host to themselves.
    """
    typed = address("http", "https")(text)
    parts = urlsplit(typed)
    if not parts.hostname or parts.username is not None:
        raise ValueError("say a whole address, such as https://learn.example.org")
    if parts.path or parts.query or parts.fragment:
        raise ValueError(
            "the portal cannot be served below a path; give it a name of its own, such as "
            "https://learn.example.org"
        )
    if parts.port == 0:
        raise ValueError("port 0 is none")
    host = _as_sent(parts.netloc.rpartition(":")[0] if parts.port else parts.netloc.rstrip(":"))
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")


def _as_sent(host: str) -> str:
    if not host.isascii():
        import idna

        with suppress(idna.IDNAError):
            host = idna.encode(host, uts46=True).decode("ascii")
    if not _HOST.fullmatch(host.lower()):
        raise ValueError("its host is no name, such as learn.example.org")
    return host.lower()


queue = server("redis", "rediss", "postgresql")


def zone(text: str) -> str:
    if text not in available_timezones():
        raise ValueError("say a time zone by its name, such as America/Chicago or Europe/Berlin")
    return ZoneInfo(text).key


def database(text: str) -> str:
    typed = address("sqlite", "postgresql", "postgresql+psycopg")(text)
    if typed.startswith("sqlite:"):
        if not re.match(r"sqlite:///(?!:memory:)[^?]", typed):
            raise ValueError("say sqlite:////folder/name.sqlite3")
        return typed
    url = server("postgresql", "postgresql+psycopg")(typed)
    return url.replace("postgresql:", "postgresql+psycopg:", 1)


def folder(text: str) -> Path:
    return Path(text).expanduser().absolute()


@dataclass(frozen=True)
class Bucket:
    """A place in an S3-compatible store, as `s3://name/prefix?endpoint=…&region=…` names it."""

    name: str
    prefix: str
    endpoint: str = ""
    region: str = ""


def files(text: str) -> Path | Bucket:
    """A folder or a bucket; keys are AWS's own variables and never part of the address."""
    if not re.match(r"\s*[a-z][a-z0-9+.-]+:", text, re.IGNORECASE):
        return folder(text)
    parts = urlsplit(text.strip())
    options = dict(parse_qsl(parts.query))
    if parts.scheme != "s3" or not parts.netloc or "@" in parts.netloc:
        raise ValueError("say a folder, or s3://bucket/prefix with the keys in AWS_… variables")
    if not options.keys() <= {"endpoint", "region"}:
        raise ValueError("after the question mark, say endpoint= and region= only")
    if "endpoint" in options:
        options["endpoint"] = address("http", "https")(options["endpoint"])
    return Bucket(parts.netloc, parts.path.strip("/"), **options)


def text(text: str) -> str:
    return text.strip()


def name(text: str) -> str:
    if not any(letter.isalnum() for letter in text):
        raise ValueError("say a name")
    return " ".join(text.split())


def secret(text: str) -> str:
    if text.strip() and len(text.strip()) < SHORTEST_SECRET:
        raise ValueError(f"take at least {SHORTEST_SECRET} letters that nobody can guess")
    return text.strip()


def hosts(text: str) -> str:
    hosts = text.lower().split()
    if not all(re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", host) for host in hosts):
        raise ValueError("say hosts like player.vimeo.com, with blanks between them")
    return " ".join(hosts)


def language(text: str) -> str:
    try:
        return str(Locale.parse(text.strip().replace("-", "_")))
    except (ValueError, UnknownLocaleError):
        raise ValueError("say a language by its code, such as en, es or pt_BR") from None
