"""Our dialect as safe HTML in one step, for texts that hold nothing to answer."""

from pdportal.content.boxes import dress_all, show_ticks
from pdportal.content.document import read_markdown
from pdportal.content.html import sanitise
from pdportal.content.outline import make_outline
from pdportal.content.problems import Problem, Problems
from pdportal.content.tree import inner_html, parents, unwrap


def render_markdown(
    text: str, *, path: str = "", first_line: int = 1, language: str = "en", top: int = 2
) -> tuple[str, list[Problem]]:
    """Safe HTML and the problems of a text; headings begin at `top`, pictures are left out."""
    document = read_markdown(text, path=path, first_line=first_line, language=language)
    problems = Problems(path)
    problems.found += document.problems
    make_outline(document, problems, top)
    above = parents(document.root)
    for picture in list(document.root.iter("img")):
        problems.warning(first_line, "A picture is left out: this text holds words only.")
        unwrap(above[picture], picture)
    dress_all(document, document.root, language)
    show_ticks(document, document.root)
    return sanitise(inner_html(document.root)).strip(), problems.found
