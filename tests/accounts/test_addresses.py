"""Addresses: one spelling of each, and one that every mail server takes."""

from __future__ import annotations

import pytest
from flask import Flask

from pdportal.accounts.addresses import mail_address, read_address, stored_address


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Coach@REAL.example ", "coach@real.example"),
        ("coach@ｒeal.example", "coach@real.example"),
        ("ＣＯＡＣＨ＠real.example", "coach@real.example"),
        ("\u200bcoach@real.example\ufeff", "coach@real.example"),
        ("u@xn--bcher-kva.example", "u@bücher.example"),
        ("u@XN--BCHER-KVA.example", "u@bücher.example"),
        ("u@BÜCHER.example", "u@bücher.example"),
        ("u@bu\u0308cher.example", "u@bücher.example"),
        ("u@例え。example", "u@例え.example"),
        ("no address", "no address"),
        (" " * 900 + "u@real.example" + "\u200b" * 900, "u@real.example"),
        ("u" * 900 + "@real.example", "u" * 255),
        ("", ""),
    ],
)
def test_every_spelling_is_stored_as_one(typed: str, stored: str):
    assert stored_address(typed) == stored
    assert stored_address(stored) == stored


def test_mail_goes_to_the_domain_by_its_ascii_name():
    assert mail_address("u@bücher.example") == "u@xn--bcher-kva.example"
    assert mail_address("u@real.example") == "u@real.example"
    assert mail_address("é@bücher.example") == "é@xn--bcher-kva.example"


@pytest.mark.parametrize("takes", [True, False])
def test_letters_before_the_at_are_taken_where_the_mail_server_takes_them(
    app: Flask, monkeypatch: pytest.MonkeyPatch, takes: bool
):
    monkeypatch.setitem(app.extensions, "pdportal.any_letters", lambda: takes)
    with app.test_request_context():
        assert read_address("u@bücher.example") == "u@bücher.example"
        if takes:
            assert read_address("É@x.example") == "é@x.example"
        else:
            with pytest.raises(ValueError, match="our mail server does not take"):
                read_address("É@x.example")
