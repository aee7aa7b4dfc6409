"""Languages by their codes (BCP 47), as Unicode's CLDR has them, and how they are written."""

import re
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from pdportal.content.problems import did_you_mean

_TAG = re.compile(r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|\d{3}))?(?:-[a-z\d]{4,8})*", re.I)
_TO_THE_LEFT = frozenset(
    {"Adlm", "Arab", "Hebr", "Mand", "Mend", "Nkoo", "Rohg", "Samr", "Sogd", "Syrc", "Thaa", "Yezi"}
)
"""Scripts that are written from right to left."""
_COMMON = (
    "am", "ar", "bn", "de", "en", "es", "fa", "fr", "gu", "he", "hi", "ht", "hy", "it", "ja", "km",
    "ko", "ne", "nl", "pa", "pl", "ps", "pt", "ru", "so", "sw", "ta", "te", "th", "tl", "tr", "uk",
    "ur", "vi", "yi", "zh",
)  # fmt: skip


def is_language(tag: str) -> bool:
    """Whether a tag names a language: `he`, `zh-Hant`, `pt-BR`."""
    match = _TAG.fullmatch(tag.replace("_", "-"))
    if not match:
        return False
    known = Locale("en")
    language, script, territory = (part or "" for part in match.groups())
    return (
        language.lower() in known.languages
        and (not script or script.title() in known.scripts)
        and (not territory or territory.upper() in known.territories)
    )


def how_to_write(name: str) -> str:
    """What to write for something that is no code: that of the language of this name, or a list."""
    names = {words.casefold(): code for code, words in Locale("en").languages.items()}
    for code in _COMMON:
        own = Locale.parse(code).get_display_name(code) or ""
        names[own.casefold()] = code
    found = names.get(name.strip().casefold())
    if found:
        return f"Write “{found}”."
    near = did_you_mean(name, _COMMON)
    return f"{near} Codes are {', '.join(_COMMON)}, and all others of BCP 47.".strip()


@lru_cache(maxsize=2000)
def name_of(tag: str, language: str) -> str:
    """What a language is called in another, or in itself; its tag if it has no name there."""
    try:
        return Locale.parse(tag, sep="-").get_display_name(language) or tag
    except (ValueError, UnknownLocaleError):
        return tag


def common_languages(language: str) -> list[tuple[str, str]]:
    """Languages to choose from, with their names in one of them, by name."""
    named = [(code, name_of(code, language)) for code in _COMMON]
    return sorted(named, key=lambda each: each[1].casefold())


@lru_cache(maxsize=200)
def direction(tag: str) -> str:
    """`rtl` for a language that is written from right to left in its script, else `ltr`."""
    match = _TAG.fullmatch(tag.replace("_", "-"))
    if not match:
        return "ltr"
    language, script, territory = (part or "" for part in match.groups())
    likely = get_global("likely_subtags")
    full = likely.get(f"{language.lower()}_{territory.upper()}") or likely.get(language.lower(), "")
    script = script.title() or next((part for part in full.split("_") if len(part) == 4), "")
    return "rtl" if script in _TO_THE_LEFT else "ltr"
