"""What comes in, before any feature sees it: no number or character that a database cannot hold."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import IO, Any, TypeVar

from flask import Flask, Request, current_app, request, session
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import BadRequest, NotFound, UnsupportedMediaType
from werkzeug.routing import IntegerConverter, Map

from pdportal.db.reading import READING
from pdportal.stores import StorageUnavailable
from pdportal.uploads import Upload
from pdportal.web.typed import clean_words

LARGEST_ID = 2**31 - 1

ROOM_FOR_WORDS = 256 * 1024
"""What a form may hold beside its file."""

NO_PLACE = "X-PDPortal-No-Place"
"""Set by our server on a request that waited in vain; a client that sets it refuses itself."""

NOT_TAKEN = "X-PDPortal-Not-Taken"
"""Set by our server, to a number of `errno`, on a request whose body it could not store; the same
holds of a client."""

View = TypeVar("View", bound=Callable[..., Any])


def typed(name: str) -> str:
    """What stands in a box of the form that was sent."""
    return request.form.get(name, "")


def typed_id(text: str) -> int:
    """The id, or another whole number, that a form or an address names; 0 if it names none."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 11 else 0
    return number if number <= LARGEST_ID else 0


def typed_number(name: str) -> int:
    """The whole number that a box of our own form carries; 0 for anything else."""
    return typed_id(typed(name))


def typed_numbers(name: str) -> list[int]:
    """The numbers in all the boxes of this name; 0 for a box that holds none."""
    return [typed_id(text) for text in request.form.getlist(name)]


class TypedWords(ImmutableMultiDict[str, str]):
    """Form fields and queries without what no person types: see `clean_words`."""

    def __init__(
        self, mapping: Mapping[str, Any] | Iterable[tuple[str, str]] | None = None
    ) -> None:
        pairs: Iterable[tuple[str, Any]]
        if isinstance(mapping, MultiDict):
            pairs = mapping.items(multi=True)
        elif isinstance(mapping, Mapping):
            pairs = mapping.items()
        else:
            pairs = mapping or ()
        super().__init__([(_clean(name), _clean(value)) for name, value in pairs])


class PortalRequest(Request):
    """A request whose words are clean."""

    parameter_storage_class = TypedWords
    open_upload: Callable[[], IO[bytes]] | None = None
    """Opens the file that an uploaded one is written to; None: a temporary one."""

    def _get_file_stream(self, *about: Any, **more: Any) -> IO[bytes]:
        if self.open_upload is not None:
            return self.open_upload()
        return super()._get_file_stream(*about, **more)


class IdConverter(IntegerConverter):
    """An id within what a database column holds; beyond it there is nothing to find."""

    def __init__(self, map: Map, *args: Any, **options: Any) -> None:
        options.setdefault("max", LARGEST_ID)
        super().__init__(map, *args, **options)


def takes_files(view: View) -> View:
    """Let a form send files here; everywhere else it holds words."""
    view.takes_files = True  # type: ignore[attr-defined]  # a mark that `register` reads
    return view


def takes_large_files(
    most: int | Callable[[], int], too_large: Callable[[int], Exception] | None = None
) -> Callable[[View], View]:
    """The same for files of up to `most` bytes in all, from people who are signed in.

    With `too_large`, which makes what is raised for a larger body, each file comes as an `Upload`.
    """

    def mark(view: View) -> View:
        view.large_body = most, too_large  # type: ignore[attr-defined]  # a mark, too
        return takes_files(view)

    return mark


def largest_body() -> int:
    """The bytes of the largest body that any view of this app takes, with its form."""
    marks = (getattr(view, "large_body", None) for view in current_app.view_functions.values())
    words: int = current_app.config["MAX_CONTENT_LENGTH"]
    files = (mark[0]() if callable(mark[0]) else int(mark[0]) for mark in marks if mark)
    return max(words, *files) + ROOM_FOR_WORDS


def register(app: Flask) -> None:
    """Use our ids; forms hold words."""
    app.url_map.converters["int"] = IdConverter

    app.url_value_preprocessor(_let_large_files_in)

    @app.before_request
    def _no_such_address() -> None:
        if "\x00" in request.path:
            raise NotFound

    @app.before_request
    def _no_place() -> None:
        # The server says so (`operations/lanes.py`, `bodies.py`); nothing of what was sent is read.
        if NO_PLACE in request.headers:
            raise TimeoutError("No place to write or to read a file came in time.")
        if NOT_TAKEN in request.headers:
            number = typed_id(request.headers[NOT_TAKEN]) or errno.EIO
            raise StorageUnavailable(number, "What was sent could not be stored.")

    @app.before_request
    def _forms_hold_words() -> None:
        if request.method in READING:
            return
        if request.is_json:
            raise UnsupportedMediaType
        view = app.view_functions.get(request.endpoint or "")
        if view is not None and not getattr(view, "takes_files", False) and request.files:
            raise BadRequest


def _let_large_files_in(endpoint: str | None, _values: object) -> None:
    """It happens before anything reads the body, and before the database is asked.

    While a file is on its way, nobody else waits.
    """
    mark = getattr(current_app.view_functions.get(endpoint or ""), "large_body", None)
    if mark is None or request.method in READING:
        return
    if "_user_id" not in session:  # signed by us; whether it still holds is asked later
        return
    most, too_large = mark
    most = (most() if callable(most) else most) + ROOM_FOR_WORDS
    if too_large is not None:
        if request.content_length is not None and request.content_length > most:
            raise too_large(request.content_length)
        source = request.environ["wsgi.input"]
        request.open_upload = partial(Upload, source)  # type: ignore[attr-defined]  # a PortalRequest has it
    request.max_content_length = most


def _clean(value: Any) -> Any:
    return clean_words(value) if isinstance(value, str) else value
