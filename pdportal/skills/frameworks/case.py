"""CASE 1.0 and 1.1 packages (1EdTech Competencies and Academic Standards Exchange), as JSON.

The tree is made by associations of the type `isChildOf`, ordered by `sequenceNumber`; every other
type is a relation beside it. Both versions are read alike: a link is an object or an address, a
package may be wrapped, and a document may come with its items alone.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from typing import Any

from pdportal.content.languages import is_language
from pdportal.content.problems import Problem, Problems
from pdportal.skills.frameworks.items import FrameworkRead, Item, Link
from pdportal.skills.frameworks.models import CHILD_OF, LONGEST_CODE, LONGEST_NAME, Origin
from pdportal.skills.frameworks.statements import say_statement
from pdportal.web.typed import clean_words, one_line

MAX_BYTES = 60_000_000
MAX_ITEMS = 50_000
MAX_DEPTH = 100
MAX_PROBLEMS = 200
_KEPT = frozenset(
    {
        "CFPackage", "CFDocument", "CFDocuments", "CFItems", "CFAssociations", "CFRubrics",
        "CFRubricCriteria", "CFRubricCriterionLevels", "CFItemURI", "CFItemType", "identifier",
        "uri", "title", "creator", "description", "language", "licenseURI", "officialSourceURL",
        "fullStatement", "abbreviatedStatement", "alternativeLabel", "humanCodingScheme",
        "listEnumeration", "listEnumInSource", "educationLevel", "notes", "subject",
        "originNodeURI", "originNodeIdentifier", "destinationNodeURI", "destinationNodeIdentifier",
        "associationType", "sequenceNumber", "position", "quality",
    }
)  # fmt: skip
"""Everything else is let go while the file is read, so that a large one fits into memory."""
_NUMBERS = re.compile(r"(\d+)")


def read_case(data: bytes, name: str) -> tuple[FrameworkRead | None, list[Problem]]:
    """Read a package; None with an error in it. Faults name the item and its line in the file."""
    problems = Problems(name)
    try:
        package = _package_of(json.loads(_text_of(data), object_pairs_hook=_slimmed))
    except json.JSONDecodeError as fault:
        problems.error(fault.lineno, f"This is not JSON: {fault.msg}.", "Export it again.")
    except (_NotCase, UnicodeDecodeError, RecursionError, ValueError) as fault:
        why = str(fault) if isinstance(fault, _NotCase) else "This file cannot be read as JSON."
        problems.error(1, why, "Choose the JSON file of a CASE package.")
    else:
        reader = _Reader(package, data, problems)
        read = reader.read()
        if not problems.has_errors:
            return read, problems.found
    return None, problems.found[:MAX_PROBLEMS]


class _NotCase(Exception):
    """What is read is no package; the message says so to whoever chose the file."""


def _text_of(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise _NotCase(f"This file is larger than {MAX_BYTES // 1_000_000} MB.")
    return data.decode(json.detect_encoding(data))


def _slimmed(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {key: value for key, value in pairs if key in _KEPT and value not in (None, "")}


def _package_of(told: Any) -> dict[str, Any]:
    if isinstance(told, list) and len(told) == 1:
        told = told[0]
    if isinstance(told, dict) and isinstance(told.get("CFPackage"), dict):
        told = told["CFPackage"]
    if not isinstance(told, dict):
        raise _NotCase("There is no CASE package in this file.")
    documents = _objects(told.get("CFDocument")) or _objects(told.get("CFDocuments"))
    if len(documents) != 1:
        raise _NotCase("There is no CFDocument in this file, or more than one.")
    if len(_objects(told.get("CFItems"))) > MAX_ITEMS:
        raise _NotCase(f"There are more than {MAX_ITEMS:,} items in this file.")
    return told | {"CFDocument": documents[0]}


class _Reader:
    """Reads the parts of one package, and names what is wrong by its identifier."""

    def __init__(self, package: dict[str, Any], data: bytes, problems: Problems) -> None:
        self.package = package
        self.data = data
        self.problems = problems
        self.items: dict[str, Item] = {}
        self.order: dict[str, tuple[Any, ...]] = {}
        """How an item is ordered among siblings that have no sequence number."""

    def read(self) -> FrameworkRead:
        """The framework; what is wrong with it is noted."""
        document = self.package["CFDocument"]
        identifier = _identifier(document)
        if not identifier or not _line(document.get("title")):
            self._error("", "The CFDocument has no identifier, or no title.")
        for told in _objects(self.package.get("CFItems")):
            self._read_item(told)
        if not self.items:
            self._error(identifier, "There are no items in this file.")
        self._read_rubrics()
        self._read_associations(identifier)
        return FrameworkRead(
            Origin.CASE,
            identifier,
            _line(document.get("title")),
            self._in_order(),
            summary=say_statement(_words(document.get("description")))[0],
            creator=_line(document.get("creator")),
            licence=_line(_link(document.get("licenseURI"))[1]),
            language=_language(document),
            url=_address(document.get("officialSourceURL") or document.get("uri")),
        )

    def _read_item(self, told: dict[str, Any]) -> None:
        identifier = _identifier(told)
        if not identifier:
            statement = _line(told.get("fullStatement"))[:80]
            self._error("", f"An item has no identifier: {statement}")
            return
        if identifier in self.items:
            self._error(identifier, "This identifier is used twice.")
        code = _line(told.get("humanCodingScheme"))[:LONGEST_CODE]
        item = Item(identifier, "", code=code, written=_words(told.get("fullStatement")))
        short = one_line(_words(told.get("abbreviatedStatement") or told.get("alternativeLabel")))
        item.name = _shortened(short or item.said[0] or code)
        if not item.name:
            self._error(identifier, "This item says nothing: it has no fullStatement.")
        self.order[identifier] = (
            _naturally(told.get("listEnumeration") or told.get("listEnumInSource")),
            _naturally(code),
            len(self.order),
        )
        facts = {
            "kind": _line(told.get("CFItemType")),
            "notes": say_statement(_words(told.get("notes")))[0],
            "grades": [_line(grade) for grade in _list(told.get("educationLevel"))],
            "subject": [_line(subject) for subject in _list(told.get("subject"))],
            "url": _address(told.get("uri")),
        }
        item.facts = {key: value for key, value in facts.items() if value}
        self.items[identifier] = item

    def _read_rubrics(self) -> None:
        """A criterion that names an item describes its levels; its scores are left out."""
        for rubric in _objects(self.package.get("CFRubrics")):
            for criterion in _objects(rubric.get("CFRubricCriteria")):
                item = self.items.get(_link(criterion.get("CFItemURI"))[0])
                levels = _objects(criterion.get("CFRubricCriterionLevels"))
                if item is None or len(levels) < 2:
                    continue
                levels.sort(key=lambda level: _number(level.get("position")))
                item.levels = [_level(level, number) for number, level in enumerate(levels, 1)]

    def _read_associations(self, document: str) -> None:
        parents: dict[str, dict[str, float]] = defaultdict(dict)
        """By item: where it stands, the first place first, and its number there."""
        left_out = 0
        for told in _objects(self.package.get("CFAssociations")):
            kind = _line(told.get("associationType"))[:60]
            origin = _end(told, "origin")[0]
            to, title, url = _end(told, "destination")
            item = self.items.get(origin)
            if not kind or not origin or not to:
                self._error(_identifier(told), "An association has no type, or only one end.")
            elif item is None:
                left_out += 1
            elif kind == CHILD_OF and (to == document or to in self.items):
                parents[origin].setdefault(to, _number(told.get("sequenceNumber")))
            else:
                item.links.append(Link(kind, to, 0, title, url))
        if left_out:
            message = f"{left_out} associations begin at items that are not in this file."
            self.problems.warning(1, message, "They are left out.")
        self._make_tree(parents, document)

    def _make_tree(self, parents: dict[str, dict[str, float]], document: str) -> None:
        """Give each item its first parent and its place; other parents become links."""
        below: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        orphans = [each for each in self.items if each not in parents]
        for orphan in orphans if parents else []:
            message = "No association places this item in the file; it is at the top."
            self._error(orphan, message, mild=True)
        for identifier, order in self.order.items():
            for to, number in (parents.get(identifier) or {document: _number(None)}).items():
                below[to].append((number, order, identifier))
        for parent, children in below.items():
            children.sort()
            for place, (*_order, identifier) in enumerate(children):
                item = self.items[identifier]
                if parent == next(iter(parents.get(identifier, [document]))):
                    item.parent, item.place = None if parent == document else parent, place
                elif parent != document:
                    item.links.append(Link(CHILD_OF, parent, place, self.items[parent].name))

    def _in_order(self) -> list[Item]:
        """Parents before their children; items that are each other's parents are an error."""
        ordered: dict[str, Item] = {}
        for identifier in self.items:
            way: dict[str, None] = {}
            at: str | None = identifier
            while at is not None and at not in ordered and at not in way:
                way[at] = None
                at = self.items[at].parent
            if at in way:
                circle = list(way)[list(way).index(at) :]
                self._error(at, f"These items stand below one another: {', '.join(circle[:5])}.")
            ordered |= {each: self.items[each] for each in reversed(way)}
        self._find_hidden_circles()
        return list(ordered.values())

    def _find_hidden_circles(self) -> None:
        """A second place of an item may not be below itself, either."""
        for item in self.items.values():
            for link in item.links:
                at: str | None = link.to if link.kind == CHILD_OF else None
                for _step in range(MAX_DEPTH):
                    if at is None or at == item.identifier:
                        break
                    at = self.items[at].parent if at in self.items else None
                if at == item.identifier:
                    self._error(at, f"This item would stand below itself, by way of {link.to}.")

    def _error(self, identifier: str, message: str, *, mild: bool = False) -> None:
        if len(self.problems.found) < MAX_PROBLEMS:
            report = self.problems.warning if mild else self.problems.error
            named = f"{identifier}: {message}" if identifier else message
            report(self._line_of(identifier), named)

    def _line_of(self, identifier: str) -> int:
        """The line that gives something its identifier; the first one where that is not found."""
        sought = re.escape(json.dumps(identifier, ensure_ascii=False)).encode("utf-8", "ignore")
        at = re.search(rb'"identifier"\s*:\s*' + sought, self.data) if identifier else None
        return self.data.count(b"\n", 0, at.start()) + 1 if at else 1


def _shortened(name: str) -> str:
    if len(name) <= LONGEST_NAME:
        return name
    name = name[: LONGEST_NAME - 1]
    return (name.rpartition(" ")[0] or name) + "…"


def _identifier(told: dict[str, Any]) -> str:
    return _line(told.get("identifier"))[:LONGEST_CODE] or _link(told.get("uri"))[0]


def _end(association: dict[str, Any], side: str) -> tuple[str, str, str]:
    """The identifier, title and address of one end of an association."""
    identifier, title, url = _link(association.get(f"{side}NodeURI"))
    return _line(association.get(f"{side}NodeIdentifier")) or identifier, title, url


def _link(told: Any) -> tuple[str, str, str]:
    """A link as an object (`LinkURI`), or as an address that ends with the identifier."""
    if isinstance(told, dict):
        url = _address(told.get("uri"))
        identifier = _line(told.get("identifier")) or _last_part(_line(told.get("uri")))
        return identifier, _line(told.get("title")), url
    text = _line(told)
    return _last_part(text), "", _address(text)


def _last_part(address: str) -> str:
    return address.rstrip("/").rpartition("/")[2].rpartition(":")[2][:LONGEST_CODE]


def _address(told: Any) -> str:
    text = one_line(_words(told.get("uri") if isinstance(told, dict) else told))
    return text if re.match(r"https?://", text) and len(text) <= 500 else ""


def _level(told: dict[str, Any], number: int) -> dict[str, str]:
    text = say_statement(_words(told.get("description")))[0]
    return {"name": _line(told.get("quality"))[:160] or text[:160] or str(number), "text": text}


def _language(document: dict[str, Any]) -> str:
    code = _line(document.get("language")).replace("_", "-")
    return code if is_language(code) else "en"


def _objects(told: Any) -> list[dict[str, Any]]:
    return [each for each in _list(told) if isinstance(each, dict)]


def _list(told: Any) -> list[Any]:
    return told if isinstance(told, list) else [] if told is None else [told]


def _words(told: Any) -> str:
    if not isinstance(told, str | int | float):
        return ""
    return clean_words(str(told).encode("utf-8", "replace").decode())  # halves of letters go


def _line(told: Any) -> str:
    return one_line(_words(told))[:LONGEST_NAME]


def _number(told: Any) -> float:
    """A number to order by; what has none comes last."""
    try:
        number = float(told)
    except (TypeError, ValueError, OverflowError):
        return float("inf")
    return number if number == number else float("inf")


def _naturally(told: Any) -> tuple[Any, ...]:
    """An enumeration in the order people count: 2 before 10; none comes last."""
    text = _line(told)
    parts = _NUMBERS.split(text.casefold())
    return (not text, *((1, int(part), "") if part.isdecimal() else (0, 0, part) for part in parts))
