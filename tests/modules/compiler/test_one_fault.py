"""One fault has one message: what follows from it is not told as well."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdportal.modules.compiler.compile import compile_folder
from tests.modules.compiler.folders import write

HEAD = "---\ntitle: M\nsummary: S\noutcomes: [a]"
GOOD = "---\ntitle: A\nminutes: 3\n---\nText.\n"
Q = "::: question {#q}\nQ?\n\n- [x] a\n    > y\n- [ ] b\n    > n\n:::\n"
FAULTS: dict[str, dict[str, str | bytes]] = {
    "unclosed question": {"01-a.md": GOOD + Q.rsplit(":::", 1)[0] + "\nMore.\n\n::: tip\nx\n:::\n"},
    "unclosed instructor": {"01-a.md": GOOD + "::: instructor\nx\n\n## H\n\n" + Q},
    "no fence end": {"01-a.md": GOOD + "```\ncode\n\n## x\n" + Q},
    "missing picture": {"01-a.md": GOOD + "![](x.png)\n"},
    "missing picture in note": {"01-a.md": GOOD + "![A cap](x.png)\n"},
    "missing pic raw": {"01-a.md": GOOD + '<img src="x.png">\n'},
    "external pic no alt": {"01-a.md": GOOD + "![](https://x.org/y.png)\n"},
    "no title": {"01-a.md": "---\nminutes: 3\n---\nText.\n"},
    "no front": {"01-a.md": "Text.\n"},
    "bad yaml": {"01-a.md": "---\ntitle: a: b\n---\nText.\n"},
    "bad yaml module": {"module.md": "---\ntitle: a: b\n---\nText.\n"},
    "utf16": {"01-a.md": "---\ntitle: A\n---\nx".encode("utf-16")},
    "latin1": {"01-a.md": "---\ntitle: A\nminutes: 2\n---\ncaf\xe9".encode("latin-1")},
    "no right": {"01-a.md": GOOD + Q.replace("[x]", "[ ]")},
    "no list": {"01-a.md": GOOD + "::: question\nQ?\n:::\n"},
    "one option": {"01-a.md": GOOD + "::: question\nQ?\n\n- [ ] a\n:::\n"},
    "empty question": {"01-a.md": GOOD + "::: question\n:::\n"},
    "no brackets": {"01-a.md": GOOD + "::: question\nQ?\n\n- a\n- b\n:::\n"},
    "dup ids": {"01-a.md": GOOD + Q + Q},
    "dup ids pages": {"01-a.md": GOOD + Q, "02-b.md": GOOD + Q},
    "bad link": {"01-a.md": GOOD + "[x](gone.md#y)\n"},
    "bad ref": {"01-a.md": GOOD + "[x][gone]\n"},
    "fn undefined": {"01-a.md": GOOD + "x[^1]\n"},
    "fn unused": {"01-a.md": GOOD + "x\n\n[^1]: y\n"},
    "fn twice": {"01-a.md": GOOD + "x[^1]\n\n[^1]: y\n\n[^1]: z\n"},
    "unknown block": {"01-a.md": GOOD + "::: calout\nx\n:::\n"},
    "bad attrs": {"01-a.md": GOOD + '::: tip {title="x}\nx\n:::\n'},
    "extra close": {"01-a.md": GOOD + "::: tip\nx\n:::\n:::\n"},
    "short close nested": {
        "01-a.md": GOOD + ":::: task {title=T}\nx\n\n::: field {label=L}\n:::\n"
    },
    "empty task": {"01-a.md": GOOD + "::: task\n:::\n"},
    "field no label": {"01-a.md": GOOD + "::: task {title=T}\nx\n\n::: field\nhint\n:::\n:::\n"},
    "tryout empty": {"01-a.md": GOOD + "::: tryout\n:::\n"},
    "script": {"01-a.md": GOOD + "<script>\nx()\n</script>\n"},
    "iframe": {"01-a.md": GOOD + "<iframe src='https://x'></iframe>\n"},
    "form": {"01-a.md": GOOD + "<form><input><button>x</button></form>\n"},
    "table cells": {"01-a.md": GOOD + "| a | b |\n|---|---|\n| c | d | e |\n"},
    "minutes": {"01-a.md": "---\ntitle: A\nminutes: ten\n---\nText.\n"},
    "pages wrong": {"module.md": HEAD + "\npages: [01-b.md]\n---\nx\n"},
    "folder empty page": {"01-a.md": "---\ntitle: A\nminutes: 3\n---\n"},
    "prereq self": {"module.md": HEAD + "\nprerequisites: [m]\n---\nx\n"},
    "js": {"01-a.md": GOOD + "[x](javascript:alert)\n"},
    "unclosed span": {"01-a.md": GOOD + "a <b>x\n\ny\n"},
    "not a picture": {"01-a.md": GOOD + "![x](n.png)\n\n![x](n.png)\n", "n.png": "words"},
    "long line": {"01-a.md": GOOD + "x" * 20001},
    "deep": {"01-a.md": GOOD + ">" * 60 + " x\n"},
    "tabs in yaml": {"01-a.md": "---\ntitle: A\n\tminutes: 3\n---\nText.\n"},
    "unclosed fm": {"01-a.md": "---\ntitle: A\nText.\n"},
    "empty heading": {"01-a.md": GOOD + "## \n\nx\n"},
    "unknown kind": {"01-a.md": GOOD + Q.replace("{#q}", "{#q kind=chioce}")},
    "many pics": {"01-a.md": GOOD + "![a](x.png) ![b](x.png)\n"},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_has_one_message(tmp_path: Path, fault: str) -> None:
    files = {"module.md": HEAD + "\n---\nAbout.\n", "01-a.md": GOOD, **FAULTS[fault]}
    compilation = compile_folder(write(tmp_path / "m", files))
    assert len(compilation.problems) == 1, compilation.problems
