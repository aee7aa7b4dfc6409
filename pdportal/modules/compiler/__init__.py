"""From a folder of Markdown to a module: safe HTML, data, and what is wrong with the sources."""

from pdportal.content.problems import Problem
from pdportal.modules.compiler.compile import Compilation, compile_folder
from pdportal.modules.compiler.model import Asset, CompiledBlock, CompiledModule, CompiledPage
from pdportal.modules.compiler.prerequisites import check_prerequisites

__all__ = [
    "Asset",
    "Compilation",
    "CompiledBlock",
    "CompiledModule",
    "CompiledPage",
    "Problem",
    "check_prerequisites",
    "compile_folder",
]
