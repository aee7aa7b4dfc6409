"""Languages are known by their codes, and written in their direction."""

from __future__ import annotations

import pytest

from pdportal.content.languages import direction, how_to_write, is_language


@pytest.mark.parametrize(
    ("tag", "way"),
    [
        ("en", "ltr"), ("he", "rtl"), ("ar-EG", "rtl"), ("fa", "rtl"), ("ur", "rtl"), ("ps", "rtl"),
        ("yi", "rtl"), ("dv", "rtl"), ("ckb", "rtl"), ("zh-Hant", "ltr"), ("az", "ltr"),
        ("az-Arab", "rtl"), ("pa-PK", "rtl"), ("pa", "ltr"), ("ks", "rtl"), ("pt_BR", "ltr"),
    ],
)  # fmt: skip
def test_a_language_has_its_direction(tag: str, way: str) -> None:
    assert is_language(tag)
    assert direction(tag) == way


@pytest.mark.parametrize("name", ["english", "xx", "deutsch", "e", "en-Wxyz", "en-QQ", "", "1"])
def test_what_is_no_language_is_told(name: str) -> None:
    assert not is_language(name)


def test_the_cure_names_the_code() -> None:
    assert how_to_write("English") == "Write “en”."
    assert how_to_write("deutsch") == "Write “de”."
    assert "Codes are am, ar," in how_to_write("klingonish")
