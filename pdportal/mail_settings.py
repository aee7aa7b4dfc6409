"""How the settings say where mail goes and who sends it."""

from __future__ import annotations

from email.errors import HeaderParseError
from email.headerregistry import Address
from urllib.parse import urlsplit

from pdportal.setting_values import escaped_login


def read_mail(text: str) -> str:
    """Where mail goes, with user and password percent-encoded: as typed they may hold any sign."""
    scheme, colon, rest = text.strip().partition(":")
    scheme = scheme.lower()
    if scheme == "folder" and colon and not rest.strip("/"):
        return "folder:"
    if scheme not in {"smtp", "smtps"} or not rest.startswith("//"):
        raise ValueError("say folder: or smtp://user:password@host:port")
    person, at, host = rest.removeprefix("//").rstrip("/").rpartition("@")
    try:
        parts = urlsplit(f"//{host}")
        works = bool(parts.hostname and (parts.port is None or parts.port)) and parts.netloc == host
    except ValueError:
        works = False
    if not works:
        raise ValueError("after user and password, say @host:port and nothing more")
    return f"{scheme}://{escaped_login(person)}{at}{host}"


def sender_parts(sender: str) -> tuple[str, str]:
    """Name and address of `Lakeside PD <pd@school.org>` or `pd@school.org`; the name may be ""."""
    name, bracket, address = sender.rpartition("<")
    return name.strip().strip('"'), (address.rstrip("> ") if bracket else sender).strip()


def read_sender(text: str) -> str:
    """Who mail comes from, as `sender_parts` takes it; ValueError if that is no address."""
    try:
        Address(addr_spec=sender_parts(text)[1])
    except (ValueError, IndexError, HeaderParseError):
        raise ValueError("say pd@school.org, or Lakeside PD <pd@school.org>") from None
    return " ".join(text.split())
