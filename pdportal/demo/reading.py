"""The texts of the demo, as their files hold them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

Entry = dict[str, Any]
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The quick one, where the package was built with it."""

TEXTS = Path(__file__).with_name("texts")


def read(name: str) -> Any:
    """What one file of `texts/` says."""
    with (TEXTS / f"{name}.yaml").open(encoding="utf-8") as file:
        return yaml.load(file, Loader=_LOADER)  # noqa: S506 — both are safe
