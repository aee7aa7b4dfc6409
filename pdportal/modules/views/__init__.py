"""The pages of modules, by noun: the library, a module, a page of it, files, assignments."""

from pdportal.modules.views import assignments, files, library, module, page
from pdportal.modules.views.blueprint import bp

__all__ = ["assignments", "bp", "files", "library", "module", "page"]
