"""Shows divs: boxes with a title, and what stays closed until it is opened."""

from html import unescape
from xml.etree.ElementTree import Element

from pdportal.content.divs import Div
from pdportal.content.document import Document
from pdportal.content.html import sanitise
from pdportal.content.outline import HEADINGS
from pdportal.content.tree import inner_html, make, text_of
from pdportal.content.vocabulary import BOXES, HIDDEN, INTERACTIVE, NOTES, SILENT, UNTITLED, label


def take_title(element: Element, div: Div) -> Element | None:
    """The title of a div, taken out of it: as written in braces, or its first heading."""
    if div.title:
        return make("p", unescape(div.title))
    if div.kind in UNTITLED:
        return None
    if len(element) and element[0].tag in HEADINGS and not (element.text or "").strip():
        heading = element[0]
        element.remove(heading)
        heading.tail = None
        return heading
    return None


def show_ticks(document: Document, root: Element) -> None:
    """Lists to tick off, which nobody answers here, show their boxes."""
    for item in root.iter("li"):
        if item is root or item not in document.ticks:
            continue
        right, _ = document.ticks.pop(item)
        holder = item[0] if len(item) and item[0].tag == "p" else item
        if holder is not item and (item.text or "").strip():
            holder = item
        holder.text = ("☑ " if right else "☐ ") + (holder.text or "").lstrip()


def dress(document: Document, element: Element, language: str) -> None:
    """Turn one div of the tree into the HTML that shows it."""
    div = document.divs.pop(element, None)
    if div is None:
        return
    if div.id:
        element.set("id", div.id)
    if div.kind in SILENT:
        return
    if div.kind in HIDDEN:
        _closed(element, div, language)
        return
    kind = div.kind if div.kind in BOXES | NOTES else "plain"
    element.set("class", "callout" if kind == "callout" else f"callout callout-{kind}")
    title = take_title(element, div)
    named = label(div.kind, language) if kind != "plain" or div.kind == "explanation" else ""
    if div.kind in INTERACTIVE:
        named = ""
    if title is None:
        if named:
            element.insert(0, make("p", named, class_="callout-title"))
        return
    title.set("class", "callout-title")
    element.insert(0, title)
    if named and named.casefold() not in text_of(title).casefold():
        element.insert(0, make("p", named, class_="callout-kind"))


def dress_all(document: Document, root: Element, language: str) -> None:
    """Turn every div below an element into the HTML that shows it."""
    for child in list(root):
        dress_all(document, child, language)
        dress(document, child, language)


def safe_html(document: Document, element: Element, language: str = "en") -> str:
    """What stands in an element as readers get it: divs and ticks are shown, the rest is clean."""
    dress_all(document, element, language)
    show_ticks(document, element)
    return sanitise(inner_html(element)).strip()


def _closed(element: Element, div: Div, language: str) -> None:
    element.tag = "details"
    element.set("class", div.kind)
    if "open" in div.attributes.classes:
        element.set("open", "open")
    named = label(div.kind, language)
    title = take_title(element, div)
    summary = make("summary")
    if title is None:
        summary.text = named
    else:
        words = text_of(title)
        if div.kind != "spoiler" and named.casefold() not in words.casefold():
            summary.text = f"{named}: "
        holder = make("span", id=title.get("id", ""))
        holder.text = title.text
        holder.extend(list(title))
        summary.append(holder)
    element.insert(0, summary)
