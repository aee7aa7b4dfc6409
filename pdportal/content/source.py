"""Reads a Markdown file with YAML front matter; whatever is wrong becomes a problem."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pdportal.content.problems import Problem, Problems

MAX_BYTES = 2_000_000
MAX_LINE = 20_000
MAX_DEPTH = 30
MAX_NODES = 5_000


@dataclass(frozen=True)
class Source:
    """A file in its two parts, with the line on which each key and the text begin."""

    path: str
    meta: dict[str, Any] = field(default_factory=dict)
    meta_lines: dict[str, int] = field(default_factory=dict)
    body: str = ""
    first_line: int = 1

    def line_of(self, key: str) -> int:
        """The line of a key of the front matter; line 1 if it is not there."""
        return self.meta_lines.get(key, 1)


def read_source(
    path: Path, name: str = "", *, front_matter: bool = True
) -> tuple[Source, list[Problem]]:
    """Read a file; one that cannot be read is an empty source and an error."""
    name = name or path.as_posix()
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as fault:
        problems = Problems(name)
        problems.error(1, f"This file cannot be read ({fault.strerror or 'unknown reason'}).")
        return Source(name), problems.found
    return parse_source(data, name, front_matter=front_matter)


def parse_source(
    data: bytes, name: str, *, front_matter: bool = True
) -> tuple[Source, list[Problem]]:
    """Split bytes into front matter and text; a file without front matter is all text."""
    problems = Problems(name)
    text = _decoded(data, problems)
    if text is None:
        return Source(name), problems.found
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        first = next((n for n, line in enumerate(lines, 1) if line.strip()), 1)
        if front_matter and lines[first - 1].rstrip() == "---" and first > 1:
            problems.error(
                first, "The front matter must begin on the first line.", "Remove the lines above."
            )
        elif front_matter:
            problems.error(
                1, "There is no front matter.", "Begin the file with ---, title: …, ---."
            )
        return Source(name, body=text), problems.found
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() in {"---", "..."}), None)
    if end is None:
        problems.error(
            1, "The front matter is not closed.", "Put a line with --- after the last setting."
        )
        return Source(name, body="\n".join(lines[1:]), first_line=2), problems.found
    meta, meta_lines = parse_yaml("\n".join(lines[1:end]), problems, first_line=2)
    body = "\n".join(lines[end + 1 :])
    return Source(name, meta, meta_lines, body, end + 2), problems.found


def parse_yaml(
    text: str, problems: Problems, first_line: int = 1
) -> tuple[dict[str, Any], dict[str, int]]:
    """Settings and the line of each; plain values only, of a size one can read."""
    try:
        loader = _BoundedLoader(text)
        try:
            node = loader.get_single_node()
            meta = loader.construct_document(node) if node is not None else {}
        finally:
            loader.dispose()
    except _TooMuchError as fault:
        problems.error(first_line + fault.line, str(fault), "Write plain values.")
        return {}, {}
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        if fault.context and fault.context_mark and "quoted" in fault.context:
            mark = fault.context_mark
        line = first_line + (mark.line if mark else 0)
        why = _one_line(fault.problem or fault.context or "not YAML")
        problems.error(line, f"These settings cannot be read: {why}.", _yaml_hint(fault, text))
        return {}, {}
    except (yaml.YAMLError, ValueError, TypeError, RecursionError, OverflowError) as fault:
        problems.error(first_line, f"These settings cannot be read: {_one_line(fault)}.")
        return {}, {}
    if meta is None:
        return {}, {}
    if not isinstance(meta, dict):
        problems.error(first_line, "These are not settings.", "Write one “key: value” a line.")
        return {}, {}
    return {str(key): value for key, value in meta.items()}, _lines(node, problems, first_line)


def _lines(node: yaml.Node | None, problems: Problems, first_line: int) -> dict[str, int]:
    """The line of each setting; one that is set twice is an error."""
    lines: dict[str, int] = {}
    for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
        name = str(key.value)
        line = first_line + key.start_mark.line
        if name in lines:
            problems.error(
                line, f"“{name}” is set twice (first in line {lines[name]}).", "Keep one of them."
            )
        lines.setdefault(name, line)
    return lines


class _TooMuchError(Exception):
    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


class _BoundedLoader(yaml.SafeLoader):
    """Safe YAML without aliases, without deep nesting, of a bounded number of values."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0
        self._nodes = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # a gap in its types
        line = event.start_mark.line
        if isinstance(event, yaml.AliasEvent):
            raise _TooMuchError("Aliases (*name) are not allowed in settings.", line)
        self._depth += 1
        self._nodes += 1
        if self._depth > MAX_DEPTH:
            raise _TooMuchError("These settings are nested too deep.", line)
        if self._nodes > MAX_NODES:
            raise _TooMuchError("There are too many settings.", line)
        node: yaml.Node | None = super().compose_node(parent, index)
        self._depth -= 1
        return node


def _decoded(data: bytes, problems: Problems) -> str | None:
    if len(data) > MAX_BYTES:
        problems.error(1, "This file is larger than 2 MB.", "Split it into several pages.")
        return None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        problems.error(1, "This file is saved as UTF-16.", "Save it as UTF-8.")
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        problems.error(
            line, "A character here is not UTF-8.", "Save the file with the encoding UTF-8."
        )
        text = data.decode("utf-8-sig", "replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    odd = re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text)
    if odd:
        line = text.count("\n", 0, odd.start()) + 1
        kind = problems.error if odd.group() == "\0" else problems.warning
        kind(line, "There is an invisible control character here.", "Delete it.")
        text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", text)
    for number, line_text in enumerate(text.split("\n"), 1):
        if len(line_text) > MAX_LINE:
            problems.error(
                number, f"This line is longer than {MAX_LINE:,} characters.", "Break it up."
            )
            return None
    return text


def _one_line(fault: object) -> str:
    return " ".join(str(fault).split())[:160].rstrip(".")


def _yaml_hint(fault: yaml.MarkedYAMLError, text: str) -> str:
    message = str(fault)
    mark = fault.problem_mark
    lines = text.split("\n")
    line = lines[mark.line] if mark and mark.line < len(lines) else ""
    if "'\\t'" in message or "\t" in line:
        return "Use spaces, not tabs."
    if "mapping values are not allowed" in message:
        return "Put the value in quotes: it has a colon in it."
    if "quoted scalar" in message:
        return "A quote is opened and not closed."
    return "Check the colon, the quotes and the spaces at the start of the line."
