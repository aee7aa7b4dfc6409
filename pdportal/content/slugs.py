"""Names for addresses, made from words."""

import re
import unicodedata


def slug(text: str, limit: int = 80) -> str:
    """Lower case, words joined by single hyphens; letters of every alphabet are kept."""
    text = unicodedata.normalize("NFC", text).lower()
    text = re.sub(r"[^\w\s-]", "", text).replace("_", "-")
    joined = re.sub(r"[\s-]+", "-", text).strip("-")
    if len(joined) <= limit:
        return joined
    return joined[:limit].rpartition("-")[0] or joined[:limit]


def heading_id(text: str) -> str:
    """The address of a heading, as code hosts write it."""
    text = unicodedata.normalize("NFC", text).lower()
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", text).strip())


def heading_names(text: str) -> set[str]:
    """The other addresses under which the same heading is known elsewhere."""
    spaced = heading_id(text)
    joined = re.sub(r"-{2,}", "-", spaced)
    dotted = re.sub(r"\s+", "-", re.sub(r"[^\w\s.-]", "", text.lower()).strip())
    names = {spaced, joined, dotted, joined.strip("-")}
    return {name for each in names for name in (each, re.sub(r"^[^a-zà-ÿ]+", "", each)) if name}


def unique(name: str, taken: "set[str] | dict[str, object]") -> str:
    """The name itself, or with the first number that makes it new."""
    if name not in taken:
        return name
    number = 1
    while f"{name}-{number}" in taken:
        number += 1
    return f"{name}-{number}"
