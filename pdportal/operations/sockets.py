"""Sockets that the server listens on, and what it says when it cannot."""

from __future__ import annotations

import errno
import socket
import sys

from pdportal.operations import CannotRun, PortTaken

CONNECTIONS = 1000
"""Open connections a process holds at once; a slow one costs a file handle, not a thread."""


def listen(host: str, port: int) -> list[socket.socket]:
    """Listening sockets on every address that `host` means ("localhost" may mean two)."""
    try:
        addresses = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except (socket.gaierror, UnicodeError):
        raise CannotRun(f"there is no address {host} to listen on.") from None
    opened: list[socket.socket] = []
    trouble: OSError | None = None
    for family, kind, protocol, _, address in dict.fromkeys(addresses):
        listener = socket.socket(family, kind, protocol)
        try:
            if sys.platform == "win32":
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            else:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listener.bind(address)
            listener.listen(1024)
        except OSError as error:
            listener.close()
            trouble = trouble or error
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                break
        else:
            listener.setblocking(False)
            opened.append(listener)
            if not port:
                return opened
    if trouble and (not opened or trouble.errno in (errno.EADDRINUSE, errno.EACCES)):
        for listener in opened:
            listener.close()
        raise _why_not(trouble, host, port) from None
    return opened


def _why_not(trouble: OSError, host: str, port: int) -> CannotRun:
    if trouble.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65535 else 8000
        return PortTaken(
            f"port {port} on {host} is taken; stop the program that has it, or choose another: "
            f"--port {other}"
        )
    if trouble.errno == errno.EACCES:
        return CannotRun(f"this user may not listen on port {port}; choose one above 1023.")
    return CannotRun(f"cannot listen on {host}, port {port}: {trouble.strerror}.")


def address_of(host: str, listener: socket.socket) -> str:
    """The address for a browser on this machine."""
    name = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104  # compared
    if ":" in name and not name.startswith("["):
        name = f"[{name}]"
    return f"http://{name}:{listener.getsockname()[1]}/"


def most_connections() -> int:
    """As many as we want, or as the system's limit of open files lets us: each may need three."""
    if sys.platform == "win32":
        return CONNECTIONS
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wish = CONNECTIONS * 3 + 200
    if soft != resource.RLIM_INFINITY and soft < wish:
        soft = wish if hard == resource.RLIM_INFINITY else min(wish, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        return max(50, (soft - 200) // 3)
    return CONNECTIONS
