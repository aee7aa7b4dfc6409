"""Every rule of every `policy.py` is one that the portal itself asks."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import pdportal

ROOT = Path(pdportal.__file__).parent
Function = tuple[str, str]
"""A policy's module, and the function's name."""


def unused_functions(root: Path) -> set[Function]:
    """The functions of policies below a package that none of its code reaches.

    What other policies, or the same one, refer to counts only where it is reached itself.
    """
    trees = {
        _module_name(root, path): ast.parse(path.read_text("utf-8"))
        for path in sorted(root.rglob("*.py"))
    }
    policies = {name for name in trees if name.rpartition(".")[2] == "policy"}
    functions: dict[Function, set[Function]] = {}
    waiting: set[Function] = set()
    for name, tree in trees.items():
        imported = _imported(tree, policies)
        for node in tree.body:
            references = set(_references(node, name, imported))
            if name in policies and isinstance(node, ast.FunctionDef):
                functions[name, node.name] = references
            else:
                waiting |= references
    reached: set[Function] = set()
    while waiting:
        function = waiting.pop()
        if function in functions and function not in reached:
            reached.add(function)
            waiting |= functions[function]
    return functions.keys() - reached


Imported = dict[str, str | Function]
"""What a name stands for in a module: a policy, or a function of one."""


def _imported(tree: ast.Module, policies: set[str]) -> Imported:
    imported: Imported = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                if full in policies:
                    imported[alias.asname or alias.name] = full
                elif node.module in policies:
                    imported[alias.asname or alias.name] = (node.module, alias.name)
    return imported


def _references(code: ast.AST, module: str, imported: Imported) -> Iterator[Function]:
    for node in ast.walk(code):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            policy = imported.get(node.value.id)
            if isinstance(policy, str):
                yield policy, node.attr
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            function = imported.get(node.id, (module, node.id))
            if not isinstance(function, str):
                yield function


def _module_name(root: Path, path: Path) -> str:
    parts = path.relative_to(root.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_every_function_of_a_policy_is_reached_by_the_portals_own_code():
    assert unused_functions(ROOT) == set()


FOOD = {
    "policy.py": (
        "def is_ripe(fruit): return fruit.ripe\n"
        "def may_eat(fruit): return _is_washed(fruit) and is_ripe(fruit)\n"
        "def _is_washed(fruit): return fruit.washed\n"
        "def may_cook(fruit): return may_eat(fruit) and not _is_sour(fruit)\n"
        "def _is_sour(fruit): return fruit.sour\n"
        "def may_throw(fruit): return True\n"
    ),
    "rooms/policy.py": "def may_see(fruit): return True\n",
}


@pytest.mark.parametrize(
    ("code", "unused"),
    [
        ("", {"is_ripe", "may_eat", "_is_washed", "may_cook", "_is_sour", "may_throw", "may_see"}),
        ("from food import policy\npolicy.may_eat(1)", {"may_cook", "_is_sour", "may_throw"}),
        ("from food import policy as rules\nx = rules.may_cook", {"may_throw"}),
        (
            "from food.policy import may_throw as t\nt(1)",
            {"is_ripe", "may_eat", "_is_washed", "may_cook", "_is_sour"},
        ),
    ],
)
def test_the_watcher_sees_what_is_reached(tmp_path: Path, code: str, unused: set[str]):
    for name, text in FOOD.items():
        path = tmp_path / "food" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "food" / "views.py").write_text(code)
    found = {name for _policy, name in unused_functions(tmp_path / "food")}
    assert found == unused | {"may_see"}
    (tmp_path / "food" / "rooms" / "views.py").write_text(
        "from food.rooms import policy\npolicy.may_see(1)\n"
    )
    assert "may_see" not in {name for _policy, name in unused_functions(tmp_path / "food")}
