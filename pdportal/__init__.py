"""pdportal: teachers learn the way they are asked to teach."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pkgutil import walk_packages
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

FEATURES = (
    "accounts",
    "search",
    "activity",
    "cohorts",
    "inbox",
    "skills",
    "video",
    "feedback",
    "goals",
    "modules",
    "coaching",
    "insights",
    "privacy",
    "home",
    "help",
    "demo",
)
"""From the ground up: each stands on those before it."""

_PLUGS = ("notices", "own_data")


def create_app(settings: Mapping[str, object] | None = None) -> Flask:
    """The portal, by the defaults, then the environment, then what is given here.

    Raises `config.WrongSetting` naming the first setting that is unknown or wrong.
    """
    from pdportal import config, db, web
    from pdportal.operations import jobs
    from pdportal.web.portal import Portal

    read = config.read_settings(settings)
    app = Portal(__name__, static_folder=None)
    app.config.from_mapping(config.flask_config(read))
    db.register(app)
    jobs.register(app)
    web.register(app)
    for name in FEATURES:
        if find_spec(f"pdportal.{name}.models"):
            import_module(f"pdportal.{name}.models")
    for name in FEATURES:
        feature = import_module(f"pdportal.{name}")
        _plug_rooms_in(feature)
        if hasattr(feature, "register"):
            feature.register(app)
    web.pages.share_macros(app)
    return app


def _plug_rooms_in(feature: ModuleType) -> None:
    """Load what the rooms of a feature have by its name: pages, notices, and one's own data."""
    parts = import_module("pdportal.accounts.own_data")
    for found in walk_packages(feature.__path__, f"{feature.__name__}.", onerror=import_module):
        name = found.name.rpartition(".")[2]
        is_page = name == "views" or name.endswith("_views") or ".views." in found.name
        if not (is_page or name in _PLUGS):
            continue
        module = import_module(found.name)
        if name == "notices":
            module.register()
        elif hasattr(module, "PART"):
            parts.add_part(module.PART)
