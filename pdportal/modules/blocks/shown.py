"""How the blocks of a page look to one reader; what many people's share is kept in memory."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from secrets import token_hex
from typing import Any

from markupsafe import Markup, escape

from pdportal import clock
from pdportal.accounts import me
from pdportal.modules import policy, questions
from pdportal.modules.addresses import anchor_of, option_key
from pdportal.modules.blocks.forms import TryoutForm
from pdportal.modules.blocks.queries import blocks_of, blocks_on, written_before
from pdportal.modules.models import BlockKind
from pdportal.modules.pages.queries import Compiled, Opened
from pdportal.modules.questions.kind import Json, Kind, Tries
from pdportal.web.locale import say_minutes, say_when, zone_here
from pdportal.web.parts import part
from pdportal.web.words import gettext as _

MOST_EARLIER = 20
"""How many earlier answers a question shows, the latest of them."""

ORDERS = 16
"""In how many orders a shuffled question is shown, so that each can be cached."""

_OWN = {name: f"{name}-{token_hex(16)}" for name in ("text", "version", "said")}
"""Stand for a reader's own words in what is cached for all; nobody can guess them."""
_OPENING = Markup(
    '<details class="alternative{kind}" id="{id}"{state}><summary>{title}{time}</summary>'
)
_TIME = Markup(' <small class="muted">{}</small>')


@dataclass(frozen=True)
class Typed:
    """A form of a block that was not stored: what was typed, and why."""

    key: str = ""
    message: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    stored: Sequence[tuple[str, str]] = ()
    """What another window saved, each text with its label."""
    version: int | None = None
    form: TryoutForm | None = None
    answer: Json | None = None
    """What was posted as an answer, as its kind reads it."""
    asks: bool = False
    """Whether it can be handed in as it is, if that is meant."""


NOTHING_TYPED = Typed()


def shown_blocks(opened: Opened, compiled: Compiled, typed: Typed) -> dict[str, Markup]:
    """The blocks of the page as this person sees them, by key; notes only for facilitators."""
    assert opened.page_id is not None  # noqa: S101  # `open_page` has seen to it
    rows = {row.key: row for row in blocks_on(opened.page_id, opened.enrollment_id, compiled.kinds)}
    before: dict[str, str] = {}
    if opened.enrollment_id and any(map(_sources, compiled.blocks.values())):
        before = written_before(opened.edition_id, opened.enrollment_id)
    return _shown(opened, compiled, typed, rows, before)


def shown_in_edition(
    opened: Opened, pages: Mapping[int, tuple[Any, Compiled]]
) -> dict[int, dict[str, Markup]]:
    """The blocks of several pages of an edition by page and key, each page with its row.

    They look untouched where `opened` is of nobody's enrollment.
    """
    rows: dict[int, dict[str, Any]] = defaultdict(dict)
    for row in blocks_of(opened.edition_id, opened.enrollment_id):
        rows[row.page_id][row.key] = row
    before: dict[str, str] = {}
    if opened.enrollment_id:
        before = written_before(opened.edition_id, opened.enrollment_id)
    return {
        page_id: _shown(
            opened.but(page_id=page_id, page_slug=page.slug, page_title=page.title),
            compiled, NOTHING_TYPED, rows[page_id], before,
        )
        for page_id, (page, compiled) in pages.items()
    }  # fmt: skip


def _shown(
    opened: Opened,
    compiled: Compiled,
    typed: Typed,
    rows: Mapping[str, Any],
    before: Mapping[str, str],
) -> dict[str, Markup]:
    blocks = {}
    page, seed = opened.known_as, me().id % ORDERS
    for key, (kind, data) in compiled.blocks.items():
        row: Any = rows[key]
        if kind == BlockKind.QUESTION:
            blocks[key] = _question((page, key), opened, data, row.tries, seed, typed)
        elif kind != BlockKind.NOTE or policy.reads_notes(me()):
            blocks[key] = _block(opened, key, kind, _begun_with(data, before), row, typed)
        if kind == BlockKind.CHOICE:
            blocks |= _openings(key, data["options"], row.chosen, opened.enrollment_id is None)
    return blocks


def _sources(block: tuple[BlockKind, dict[str, Any]]) -> list[str]:
    """The keys of the blocks whose words a block begins with."""
    _kind, data = block
    return [box["from"] for box in [data, *data.get("fields", ())] if "from" in box]


def _begun_with(data: dict[str, Any], before: Mapping[str, str]) -> dict[str, Any]:
    """The data of a block with what its reader wrote before, as `begin` of its boxes."""
    if not before:
        return data
    fields = [{**box, "begin": before.get(box.get("from", ""))} for box in data.get("fields", ())]
    return {**data, "fields": fields, "begin": before.get(data.get("from", ""))}


def _question(
    known_as: tuple[tuple[Any, ...], str],
    opened: Opened,
    data: dict[str, Any],
    tried: str | None,
    seed: int,
    typed: Typed,
) -> Markup:
    """The HTML of a question with its reader's tries, as a statement joined them.

    Cached under them, where they are not in a person's own words.
    """
    kind, key = questions.kind_of(data), known_as[1]

    def arguments() -> tuple[dict[str, Any]]:
        posted = typed.answer if typed.key == key else None
        shown = kind.shown(data, _tries(kind, tried, posted, seed))
        return (shown | _frame(opened, key, BlockKind.QUESTION, typed),)

    is_cached = typed.key != key and (kind.is_shared or not tried)
    kept_as = (known_as, tried, kind.is_shuffled and seed) if is_cached else None
    shown = part(kind.template, "question", key=kept_as, args=arguments)
    return part("modules/_blocks.html", "optional", shown) if data.get("optional") else shown


def _tries(kind: Kind, tried: str | None, posted: Json, seed: int) -> Tries:
    """What one reader answered; answers to another kind, of an older edition, are left out."""
    tries: list[tuple[Json, bool | None]] = json.loads(f"[{tried or ''}]")
    latest = tries[-1][0] if tries and isinstance(tries[-1][0], kind.shape) else None
    earlier = [each for each in tries[:-1] if isinstance(each[0], kind.shape)][-MOST_EARLIER:]
    solved = any(verdict for _answer, verdict in tries)
    return Tries(len(tries), latest, solved, earlier, posted, seed)


def _frame(opened: Opened, key: str, kind: BlockKind, typed: Typed) -> dict[str, Any]:
    """Where a block is and where its forms go, for its template."""
    return {
        "key": key,
        "kind": kind.value,
        "anchor": anchor_of(kind, key),
        "edition": opened.content_hash,
        "handout": f"{opened.address}/students/{key}",
        "together": f"{opened.address}/together/{key}",
        "base": f"{opened.address}/{opened.page_slug}/{key}/",
        "back": f"{opened.page_slug}/{key}",
        "typed": typed if typed.key == key else None,
    }


def _block(
    opened: Opened,
    key: str,
    kind: BlockKind,
    data: dict[str, Any],
    row: Any,
    typed: Typed,
) -> Markup:
    """The HTML of another block with what its reader did in it.

    Cached where its state holds all that it shows.
    """
    state_of, extras = _SHOWN[kind]

    def arguments() -> tuple[dict[str, Any]]:
        written = row._asdict() | data | extras(data, row)
        return (written | _frame(opened, key, kind, typed),)

    state = state_of(data, row) if typed.key != key else None
    kept_as = (*opened.known_as, key, state) if state is not None else None
    shown = part("modules/_blocks.html", "shown", key=kept_as, args=arguments)
    if kind == BlockKind.REFLECTION:
        shown = _with_own_words(shown, row)
    return part("modules/_blocks.html", "optional", shown) if data.get("optional") else shown


State = tuple[Any, ...] | None
"""A cache key: all that a block shows beside its compiled data. None: never cached."""


def _with_own_words(shown: Markup, row: Any) -> Markup:
    """A reflection with what its reader wrote, which is cached nowhere."""
    if row.version is None:
        return shown
    saved = _("Saved %(when)s", when=say_when(row.saved_at))
    for name, own in (("text", row.text), ("version", row.version), ("said", saved)):
        shown = shown.replace(_OWN[name], escape(own))
    return shown


def _step_of(row: Any) -> int | None:
    """The id of the step that was made of a try-out, unless it was removed."""
    return None if row.removed_at else row.step_id


def suggested_day() -> date:
    """A school day next week, for those who have no other in mind."""
    day = clock.today(zone_here()) + timedelta(days=7)
    return day + timedelta(days=8 - day.isoweekday() if day.isoweekday() > 5 else 0)


def _if_untouched(data: dict[str, Any], untouched: bool) -> State:
    return () if untouched and "begin" not in data else None


def _tryout_state(data: dict[str, Any], row: Any) -> State:
    return (suggested_day(),) if _if_untouched(data, _step_of(row) is None) is not None else None


def _openings(
    key: str, options: Sequence[dict[str, Any]], chosen: str | None, looks_around: bool
) -> dict[str, Markup]:
    """What each alternative begins with, by its key on the page: the chosen one is open.

    All are for whoever only looks around, and on paper where nobody's own words are.
    """
    return {
        option_key(key, option["key"]): _OPENING.format(
            id=f"{key}-{option['key']}",
            state=Markup(" open") if looks_around or option["key"] == chosen else "",
            kind=" not-chosen" if chosen not in {None, option["key"]} else "",
            title=option["title"],
            time=_TIME.format(say_minutes(option["minutes"])) if option["minutes"] else "",
        )
        for option in options
    }


StateOf = Callable[[dict[str, Any], Any], State]
Shown = Callable[[dict[str, Any], Any], dict[str, Any]]


_SHOWN: dict[BlockKind, tuple[StateOf, Shown]] = {
    BlockKind.REFLECTION: (
        lambda _data, row: (row.version is None,),
        lambda _data, row: {} if row.version is None else _OWN,
    ),
    BlockKind.TASK: (
        lambda data, row: _if_untouched(data, row.work_id is None),
        lambda data, row: {"fields": row.fields or data["fields"]},
    ),
    BlockKind.TRYOUT: (
        _tryout_state,
        lambda _data, row: {"step_id": _step_of(row), "suggested": suggested_day()},
    ),
    BlockKind.MIRROR: (lambda _data, _row: (), lambda _data, _row: {}),
    BlockKind.NOTE: (lambda _data, _row: (), lambda _data, _row: {}),
    BlockKind.CHOICE: (
        lambda _data, row: None if row.why else (row.chosen, row.why_version),
        lambda _data, _row: {},
    ),
    BlockKind.TOGETHER: (
        lambda _data, row: (row.together_begun, row.together_handed_in, row.together_done),
        lambda _data, _row: {},
    ),
}
"""Of each kind but a question: the state under which it is cached, and what its template shows
beside what its author wrote and its reader's row."""
