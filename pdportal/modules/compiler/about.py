"""The text about a module: its words, the facilitators' notes in it, and a summary of it."""

from pdportal.content.html import plain_text
from pdportal.content.tree import parse
from pdportal.content.vocabulary import label
from pdportal.modules.compiler.interactive import Extractor
from pdportal.modules.compiler.model import CompiledBlock, CompiledPage
from pdportal.modules.compiler.plan import Plan


def about_text(plan: Plan) -> tuple[str, list[CompiledBlock]]:
    """The text about the module; notes in it are kept for facilitators."""
    if plan.about is None:
        return "", []
    extractor = Extractor(plan.about)
    body = extractor.run()
    html = "".join(piece.get("html", "") for piece in body).strip()
    return html, extractor.blocks


def notes_page(plan: Plan, notes: list[CompiledBlock], taken: set[str]) -> CompiledPage:
    """The page that shows facilitators the notes of the text about the module."""
    title = label("instructor", plan.module.language)
    name = "facilitator-notes"
    while name in taken:
        name += "-about"
    return CompiledPage(
        slug=name,
        title=title,
        section="facilitators",
        body=[{"block": note.key} for note in notes],
        blocks=notes,
        text=plain_text("".join(str(note.data["html"]) for note in notes)),
        path=plan.about.path if plan.about else "",
    )


def summary_of(about_html: str) -> str:
    """The first paragraph about the module, cut after a sentence."""
    root = parse(about_html)
    for paragraph in root.iter("p"):
        words = " ".join("".join(paragraph.itertext()).split())
        if len(words) > 40 and not paragraph.get("class"):
            break
    else:
        return ""
    if len(words) <= 280:
        return words
    cut = words[:280]
    end = max(cut.rfind(mark) for mark in (". ", "! ", "? "))
    return cut[: end + 1] if end > 60 else cut.rpartition(" ")[0] + " …"
