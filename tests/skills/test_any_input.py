"""Whatever a file holds, it is read or refused in words; whatever a statement says, it is safe."""

from __future__ import annotations

import json
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from pdportal.skills.frameworks.case import read_case
from pdportal.skills.frameworks.statements import say_statement
from pdportal.skills.results.reading import read_days, read_sheet
from pdportal.web.errors import Refused

KEYS = st.sampled_from(
    [
        "CFDocument", "CFItems", "CFAssociations", "CFRubrics", "CFRubricCriteria", "identifier",
        "CFRubricCriterionLevels", "CFItemURI", "uri", "title", "fullStatement", "associationType",
        "abbreviatedStatement", "originNodeURI", "destinationNodeURI", "sequenceNumber", "language",
        "listEnumeration", "humanCodingScheme", "educationLevel", "position", "description",
    ]
)  # fmt: skip
PLAIN = st.one_of(
    st.sampled_from(["a", "b", "isChildOf", "precedes", "https://x.example/CFItems/a", "", "2.10"]),
    st.text(max_size=12),
    st.none(),
    st.booleans(),
    st.integers(-3, 10**20),
    st.floats(),
)
ANY = st.recursive(
    PLAIN,
    lambda each: st.lists(each, max_size=4) | st.dictionaries(KEYS, each, max_size=6),
    max_leaves=25,
)
PACKAGE = st.fixed_dictionaries(
    {
        "CFDocument": st.just({"identifier": "doc", "title": "T"}) | ANY,
        "CFItems": st.lists(st.dictionaries(KEYS, PLAIN, max_size=6), max_size=5) | ANY,
        "CFAssociations": st.lists(st.dictionaries(KEYS, ANY, max_size=6), max_size=5) | ANY,
    }
)


@settings(max_examples=60, deadline=None)
@given(PACKAGE | ANY)
def test_any_package_is_read_or_its_faults_are_named(told: object):
    data = json.dumps(told).encode()
    read, problems = read_case(data, "any.json")
    assert (read is None) == any(problem.is_error for problem in problems)
    if read is not None:
        known: set[str | None] = {None}
        for item in read.items:
            assert item.parent in known, "parents come before their children"
            assert item.name
            known.add(item.identifier)


@settings(max_examples=60, deadline=None)
@given(
    st.text(
        st.sampled_from('ab<>/="&;$\\_*`[]()!#:{}\n %|~^script onerror javascript'), max_size=80
    )
)
def test_any_statement_is_safe(written: str):
    words, html = say_statement(written)
    assert bool(words) or not html
    for tag in re.findall(r"<[^>]*>", html):
        assert "on" not in re.findall(r"\s([a-z]+)=", tag), tag
        assert not re.match(r"<\s*(script|style|iframe|img|form|input)", tag), tag


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=120) | st.text(max_size=120).map(str.encode))
def test_any_list_is_read_or_refused(app, data: bytes):
    with app.test_request_context():
        try:
            sheet = read_sheet(data)
        except Refused:
            return
    assert sheet.rows
    assert len(read_days(sheet.column(sheet.heads[0]))) == len(sheet.rows)
