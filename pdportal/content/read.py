"""Reads a Markdown text of our dialect."""

from xml.etree.ElementTree import Element

from pdportal.content.build import TreeBuilder
from pdportal.content.document import Document
from pdportal.content.engine import read_tokens
from pdportal.content.notes import set_notes_apart
from pdportal.content.problems import Problems
from pdportal.content.tree import make, replace, text_of, unwrap


def read_markdown(
    text: str, *, path: str = "", first_line: int = 1, language: str = "en"
) -> Document:
    """Read a text; faults are in `problems` with the line of the file, everything else in the tree.

    `first_line` is the line of the file on which the text begins.
    """
    problems = Problems(path)
    tokens, env = read_tokens(text, problems, first_line, language)
    document = TreeBuilder(problems, first_line).build(tokens, env)
    for parent in list(document.root.iter()):
        if parent.tag in {"ul", "ol"}:
            _close_up([item for item in parent if item.tag == "li"])
        elif parent.tag == "dl":
            _close_up([item for item in parent if item.tag == "dd"])
        for child in list(parent):
            if child.tag == "table":
                _table(parent, child)
            elif child.tag == "p":
                _figures(document, parent, child)
    set_notes_apart(document)
    return document


def _close_up(items: list[Element]) -> None:
    """Items of one paragraph each stand close, even with blank lines between them."""
    if all(sum(child.tag == "p" for child in item) <= 1 for item in items):
        for item in items:
            if len(item) and item[0].tag == "p" and not (item.text or "").strip():
                item.text = ""
                if len(item) == 1:
                    item[0].tail = ""
                unwrap(item, item[0])


def _table(parent: Element, table: Element) -> None:
    """Each cell knows the head of its column, an empty one heads none, and a wide table can be
    scrolled."""
    heads = []
    for cell in table.findall("./thead/tr/th"):
        heads.append(text_of(cell))
        if not heads[-1] and not len(cell):
            cell.tag = "td"
            cell.attrib.pop("scope", None)
    for row in table.findall("./tbody/tr"):
        for head, cell in zip(heads, row, strict=False):
            if head and cell.tag == "td":
                cell.attrib = {"data-label": head, **cell.attrib}
    box = make("div", class_="table-wrap")
    replace(parent, table, [box])
    box.append(table)


def _figures(document: Document, parent: Element, paragraph: Element) -> None:
    """Pictures alone in their paragraph are figures, with their title or text as a caption."""
    pictures = [child for child in paragraph if child.tag == "img"]
    others = [child for child in paragraph if child.tag not in {"img", "br"}]
    if not pictures or others or text_of(paragraph):
        return
    if not all(picture in document.pictures for picture in pictures):
        return
    figures = []
    for picture in pictures:
        picture.tail = None
        written = document.pictures[picture]
        figure = make("figure")
        figure.append(picture)
        if written.title:
            picture.attrib.pop("title", None)
            figure.append(make("figcaption", written.title))
        elif text_of(written.caption):
            figure.append(written.caption)
        figures.append(figure)
    replace(parent, paragraph, figures)
