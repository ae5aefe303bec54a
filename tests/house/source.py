"""The source as the tests of the house read it."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("portal", "chat", "exchange", "chimeusers", "accounts", "tenants", "audit")


def files(*packages: str, migrations: bool = False) -> list[Path]:
    """Return the Python files of these packages, without their migrations or only these."""
    every = (path for package in packages for path in sorted((ROOT / package).rglob("*.py")))
    return [path for path in every if "node_modules" not in path.parts and ("migrations" in path.parts) == migrations]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def calls(code: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(code) if isinstance(node, ast.Call))


def imports(code: ast.AST) -> Iterator[str]:
    """Yield what is imported, by its full name: `a.b` for `import a.b`, and for `from a import b`."""
    for node in ast.walk(code):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def running_imports(code: ast.Module) -> set[str]:
    """Return what is imported when the program runs, so without the blocks for type checkers."""
    for_types = [
        node for node in ast.walk(code) if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    return set(imports(code)) - {found for block in for_types for found in imports(block)}


def is_within(found: str, module: str) -> bool:
    return found == module or found.startswith(f"{module}.")
