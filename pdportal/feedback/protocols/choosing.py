"""Which protocols fit what somebody has in hand: what they bring, how many they are, how long, how
brave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.protocols.stages import Way, meeting_minutes

FAMILIES = {
    "quick": _l("Something short or very early"),
    "work": _l("A plan, a task or student work"),
    "dilemma": _l("A question I am stuck with"),
    "data": _l("Data about learning"),
    "success": _l("Something that went well"),
    "visit": _l("A lesson to visit"),
    "cycle": _l("A change I am trying out"),
}
"""What people bring, by the family of protocols for it."""
MOST_PEOPLE, MOST_MINUTES, MOST_TRUST = 500, 600, 3


@dataclass(frozen=True)
class Wish:
    """What somebody has in hand; what is empty is open."""

    brings: str = ""
    people: int | None = None
    minutes: int | None = None
    trust: int | None = None
    way: str = ""

    @classmethod
    def read(cls, args: Mapping[str, str]) -> Wish:
        """From an address; what cannot be meant counts as not said."""
        return cls(
            brings=args.get("brings", "") if args.get("brings") in FAMILIES else "",
            people=_number(args.get("people", ""), MOST_PEOPLE),
            minutes=_number(args.get("minutes", ""), MOST_MINUTES),
            trust=_number(args.get("trust", ""), MOST_TRUST),
            way=args.get("way", "") if args.get("way") in list(Way) else "",
        )

    @property
    def is_open(self) -> bool:
        """Whether nothing narrows the choice."""
        return self == Wish()


def fitting(protocols: Sequence[Protocol], wish: Wish) -> list[Protocol]:
    """Those that fit, the shortest first."""
    return [protocol for protocol in protocols if _fits(protocol, wish)]


def by_family(protocols: Sequence[Protocol]) -> list[tuple[LazyString, list[Protocol]]]:
    """Those of each family that has some, under what people bring to it."""
    families = [
        (label, [each for each in protocols if each.data["family"] == family])
        for family, label in FAMILIES.items()
    ]
    return [(label, members) for label, members in families if members]


def _fits(protocol: Protocol, wish: Wish) -> bool:
    data = protocol.data
    ways = data.get("ways", [Way.WRITING])
    if wish.brings and data["family"] != wish.brings:
        return False
    if wish.way and wish.way not in ways:
        return False
    if wish.people and not data["group"]["min"] <= wish.people <= data["group"]["max"]:
        return False
    if wish.trust and data["trust"] > wish.trust:
        return False
    return not wish.minutes or any(
        _minutes(protocol, way) <= wish.minutes for way in ways if not wish.way or way == wish.way
    )


def _minutes(protocol: Protocol, way: str) -> int:
    """How long it takes one reviewer in writing, or a meeting at the least."""
    return meeting_minutes(protocol.data)[0] if way == Way.LIVE else protocol.minutes


def _number(typed: str, most: int) -> int | None:
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 6):
        return None
    return min(int(typed), most) or None
