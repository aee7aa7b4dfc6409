"""Every door is closed unless its view says `@public`."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import Forbidden, TooManyRequests

from pdportal.config import WrongSetting
from pdportal.web.again import FormTokens, ask_to_send_again, ask_to_sign_in, comes_from_here
from pdportal.web.errors import wants_fragment

View = TypeVar("View", bound=Callable[..., Any])

csrf = FormTokens()


def impatience() -> dict[str, Any]:
    """Options of a Redis client that a request waits for: two tries of a second at most."""
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    return {"socket_connect_timeout": 1.0, "retry": Retry(NoBackoff(), 1)}


class Counter:
    """Counts attempts where the settings say: in this process, or in Redis for all of them."""

    def __init__(self) -> None:
        self._strategy: FixedWindowRateLimiter | None = None

    def open(self, uri: str) -> None:
        """Count there from now on."""
        if uri == "memory:":
            storage: Any = storage_from_string("memory://")
        else:
            try:
                storage = storage_from_string(uri, socket_timeout=1.0, **impatience())
            except ImportError:
                needs = "PDPORTAL_RATE_LIMITS needs a package; run: pip install 'pdportal[redis]'"
                raise WrongSetting(needs) from None
        self._strategy = FixedWindowRateLimiter(storage)

    @property
    def limiter(self) -> FixedWindowRateLimiter:
        """The strategy that tests and counts; LookupError before `open`."""
        if self._strategy is None:
            raise LookupError("Nothing is counted before an app is made.")
        return self._strategy

    def reset(self) -> None:
        """Forget all attempts."""
        self.limiter.storage.reset()


limiter = Counter()


def public(view: View) -> View:
    """Let strangers in: only for sign-in, invitations, health, and what holds nothing personal."""
    view.is_public = True  # type: ignore[attr-defined]  # a mark that `is_public` reads
    return view


def open_doors(app: Flask, *endpoints: str) -> None:
    """The same for views that a library brings."""
    app.extensions.setdefault("pdportal.open", {"static"}).update(endpoints)


def is_public(endpoint: str) -> bool:
    """Whether a route is open to strangers."""
    if endpoint in current_app.extensions.get("pdportal.open", {"static"}):
        return True
    return getattr(current_app.view_functions.get(endpoint), "is_public", False)


@dataclass(frozen=True)
class Limit:
    """How often something may be tried: "10 per 15 minutes", counted by what `key` gives.

    Where `key` gives None it is not counted here.
    With `counts`, only answers it says yes to are counted: failures, for instance.
    """

    rate: str
    scope: str
    key: Callable[[], str | None]
    counts: Callable[[Response], bool] | None = None


def limit_door(app: Flask, endpoint: str, *limits: Limit) -> None:
    """Answer 429 to whoever POSTs to a view more often than this."""
    app.extensions.setdefault("pdportal.limits", {})[endpoint] = limits


def own_path(address: str | None) -> str:
    """The address if it is a page of this portal, else nothing: where one may be sent on to."""
    path = (address or "").strip()
    if not path.startswith("/") or path.startswith(("//", "/\\")) or "\\" in path:
        return ""
    if any(ord(letter) < 33 or ord(letter) == 127 for letter in path):
        return ""
    parts = urlsplit(path)
    return "" if parts.scheme or parts.netloc else path


def register(app: Flask) -> None:
    """Close all doors, guard every form, count attempts; in this order for each request."""
    app.before_request(_refuse_other_sites)  # before tokens: what answers for them shows a form
    csrf.init_app(app)
    app.register_error_handler(CSRFError, _token_failed)
    app.config.setdefault("RATELIMIT_ENABLED", True)
    limiter.open(app.config["PDPORTAL"]["RATE_LIMITS"])
    app.before_request(_check_limits)
    app.before_request(_ask_to_sign_in)
    app.after_request(_count_attempt)


def _refuse_other_sites() -> None:
    """Browsers say where a request comes from; a form on another site has no business here."""
    if request.method not in {"GET", "HEAD", "OPTIONS"} and comes_from_here() is False:
        raise Forbidden


def _token_failed(_error: CSRFError) -> Response:
    """Whoever signs out loses the token, too, and is asked to sign in."""
    if current_user.is_authenticated or is_public(request.endpoint or ""):
        return ask_to_send_again()
    return ask_to_sign_in(400)


def _check_limits() -> None:
    limits = current_app.extensions.get("pdportal.limits", {}).get(request.endpoint, ())
    if request.method != "POST" or not limits or not current_app.config["RATELIMIT_ENABLED"]:
        return
    counted = [
        (limit, _item(limit.rate), key) for limit in limits if (key := limit.key()) is not None
    ]
    for limit, item, key in counted:
        if not _ask_counter("test", item, limit.scope, key):
            window = limiter.limiter.get_window_stats(item, limit.scope, key)
            raise TooManyRequests(retry_after=max(1, round(window.reset_time - time.time())))
    g.counted = counted


def _count_attempt(response: Response) -> Response:
    for limit, item, key in g.pop("counted", ()):
        if limit.counts is None or limit.counts(response):
            _ask_counter("hit", item, limit.scope, key)
    return response


def _ask_to_sign_in() -> ResponseReturnValue | None:
    if request.endpoint is None or is_public(request.endpoint):
        return None
    if current_user.is_authenticated:
        return None
    if wants_fragment() or request.method not in {"GET", "HEAD"}:
        return ask_to_sign_in()
    here = request.full_path.rstrip("?")
    return redirect(url_for("security.login", next=here if here != "/" else None))


@cache
def _item(rate: str) -> RateLimitItem:
    return parse(rate)


def _ask_counter(verb: str, item: RateLimitItem, scope: str, key: str) -> bool:
    """What the counter answers; True, and a line in the log, when it cannot be reached."""
    try:
        return bool(getattr(limiter.limiter, verb)(item, scope, key))
    except Exception as error:
        from pdportal.web.logs import log

        log.error("attempts not counted", error=type(error).__name__)
        return True
