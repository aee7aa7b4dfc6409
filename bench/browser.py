"""As much of a browser as measuring needs: a session, forms, and what a first visit fetches."""

from __future__ import annotations

import re
import uuid
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from html import unescape
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode

from pdportal.video.uploads import tus

NO_HEADERS: Mapping[str, str] = {}
_TOKEN = re.compile(r'name="csrf[_-]token"[^>]*?(?:content|value)="([^"]+)"')
_FETCHED = re.compile(r'(?:src|href)="(/static/[^"]+)"')


@dataclass
class Answer:
    """What came back, the whole of it measured as it went over the wire."""

    status: int
    text: str
    wire: int


@dataclass
class Browser:
    """Somebody's browser, with its cookies."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def sign_in(self, email: str, password: str) -> None:
        """By the form, as people do."""
        self.get("/sign-in")
        typed = {"email": email, "password": password}
        answer = self.post("/sign-in", **typed)
        if answer.status != 302:
            raise RuntimeError(f"{email} could not sign in: {answer.status}.")
        self.get("/account")  # a page of the new session, for its token

    def get(self, path: str, **headers: str) -> Answer:
        """A page; its form token is kept."""
        answer = self._ask("GET", path, None, headers)
        self.keep_token(answer.text)
        return answer

    def keep_token(self, page: str) -> None:
        """Send the form token of this page from now on, if it has one."""
        if found := _TOKEN.search(page):
            self.token = unescape(found[1])

    def post(self, path: str, **fields: str) -> Answer:
        """A form, with its token."""
        return self._ask("POST", path, self._form(fields), {})

    def getting(self, path: str, **headers: str) -> bytes:
        """The request for a page as bytes, to be sent again and again."""
        return self._raw(f"GET {path}", headers)

    def posting(
        self, path: str, headers: Mapping[str, str] = NO_HEADERS, /, **fields: str
    ) -> bytes:
        """The same for a form."""
        body = self._form(fields).encode()
        about = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Content-Length": str(len(body)),
        }
        return self._raw(f"POST {path}", {**about, **headers}) + body

    def clip_form(self, film: bytes) -> tuple[bytes, bytes]:
        """The request that uploads a film: nearly all of it, and its last bytes."""
        fields = {
            "title": "A lesson",
            "consent": "Nobody is to be seen.",
            "delete_by": f"{date.today() + timedelta(days=30)}",  # noqa: DTZ011 -- any day will do
            "form_key": uuid.uuid4().hex,
            "csrf_token": self.token,
        }
        edge = uuid.uuid4().hex
        part = f"--{edge}\r\nContent-Disposition: form-data; name="
        begin = "".join(f'{part}"{name}"\r\n\r\n{value}\r\n' for name, value in fields.items())
        begin += f'{part}"file"; filename="a.mp4"\r\n\r\n'
        end = f"\r\n--{edge}--\r\n".encode()
        head = {
            "Content-Type": f"multipart/form-data; boundary={edge}",
            "Content-Length": str(len(begin) + len(film) + len(end)),
        }
        return self._raw("POST /clips/new", head) + begin.encode() + film, end

    def begin_upload(self, name: str, size: int) -> str:
        """The address for the pieces of a new upload."""
        about = {
            "Tus-Resumable": tus.VERSION,
            "Upload-Length": str(size),
            "Upload-Metadata": f"fingerprint {b64encode(name.encode()).decode()}",
            "X-CSRFToken": self.token,
            "Cookie": self._cookie(),
        }
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("POST", "/clips/uploads", headers=about)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.headers["Location"]

    def piece(self, path: str, start: int, size: int) -> bytes:
        """The head of a request that brings the next bytes of an upload."""
        head = {
            "Tus-Resumable": tus.VERSION,
            "Upload-Offset": str(start),
            "Content-Type": tus.PIECE,
            "Content-Length": str(size),
            "X-CSRFToken": self.token,
        }
        return self._raw(f"PATCH {path}", head)

    def first_visit(self, path: str) -> tuple[int, int]:
        """How many requests and how many bytes a first visit takes, bodies compressed."""
        how = {"Accept-Encoding": "br, gzip"}
        bare = self.get(path)
        wires = [self._ask("GET", path, None, how).wire]
        for address in dict.fromkeys(_FETCHED.findall(bare.text)):
            wires.append(self._ask("GET", address, None, how).wire)
        return len(wires), sum(wires)

    def _form(self, fields: dict[str, str]) -> str:
        return urlencode({**fields, "csrf_token": self.token})

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _raw(self, line: str, headers: dict[str, str]) -> bytes:
        lines = [f"{line} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", f"Cookie: {self._cookie()}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode("ascii")

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = {"Cookie": self._cookie(), **headers}
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, sent)
        response = connection.getresponse()
        content = response.read()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";", 1)[0]
        connection.close()
        plain = response.getheader("Content-Encoding") is None
        text = content.decode("utf-8", "replace") if plain else ""
        return Answer(response.status, text, len(content) + _head_size(response))


def _head_size(response: HTTPResponse) -> int:
    return sum(len(name) + len(value) + 4 for name, value in response.getheaders()) + 19
