"""Small folders to compile."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from pdportal.modules.compiler.compile import Compilation, compile_folder
from pdportal.modules.compiler.model import CompiledModule, CompiledPage


def png(width: int, height: int) -> bytes:
    """A picture of one colour."""
    file = io.BytesIO()
    Image.new("1", (width, height)).save(file, "PNG")
    return file.getvalue()


PNG = png(32, 16)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><path d="M0 0"/></svg>'
MODULE = """---
title: Waiting well
summary: Leave room for thought.
outcomes: [Wait three seconds]
---
What this is about.
"""
PAGE = "---\ntitle: One second\nminutes: 5\n---\n"
QUESTION = """::: question {#pause}
What helps most?

- [ ] Ask somebody by name.
    > It ends the silence.
- [x] Wait *longer*.
    > Yes.

Most people need three seconds.
:::
"""


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    """Write the files of a folder; a module has its module.md unless another is given."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def module(tmp_path: Path, files: dict[str, str | bytes], slug: str = "waiting") -> Compilation:
    """Compile a module of our own."""
    return compile_folder(write(tmp_path / slug, {"module.md": MODULE, **files}))


def page(tmp_path: Path, text: str, **files: str | bytes) -> tuple[CompiledPage, Compilation]:
    """Compile a module of one page, with files beside it (`a_png` is `a.png`)."""
    beside = {name.replace("_", "."): content for name, content in files.items()}
    compilation = module(tmp_path, {"01-first.md": PAGE + text, **beside})
    return whole(compilation).pages[0], compilation


def whole(compilation: Compilation) -> CompiledModule:
    """The module of a compilation that has one."""
    assert compilation.module is not None
    return compilation.module


def html(page: CompiledPage) -> str:
    """The HTML of a page, with the places of its blocks in double brackets."""
    return "".join(piece.get("html") or f"[[{piece['block']}]]" for piece in page.body)


def told(compilation: Compilation) -> list[str]:
    """The problems as `file:line level message`."""
    return [f"{Path(p.path).name}:{p.line} {p.level} {p.message}" for p in compilation.problems]
