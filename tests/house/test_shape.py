"""How files look, and what they may not be called."""

from __future__ import annotations

import ast

import pytest

from audit.names import EventName
from tests.house.source import FLOORS, files, imports, name, tree

LONGEST_FILE, LONGEST_FUNCTION = 300, 50  # lines
NAMES_THAT_SAY_NOTHING = {"utils", "util", "common", "helpers", "helper", "misc"}

EVERY = files(*FLOORS, "localaws", "benchmarks", "tests")


def long_functions(code: ast.AST) -> list[str]:
    functions = [node for node in ast.walk(code) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [one.name for one in functions if one.end_lineno and one.end_lineno - one.lineno >= LONGEST_FUNCTION]


def own_imports(code: ast.AST) -> list[str]:
    return [found for found in imports(code) if found.partition(".")[0] in FLOORS]


@pytest.mark.parametrize("path", EVERY, ids=name)
def test_files_and_functions_are_short_and_named_by_a_noun(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
    assert long_functions(tree(path)) == []
    assert path.stem not in NAMES_THAT_SAY_NOTHING
    assert path.parent.name not in NAMES_THAT_SAY_NOTHING


@pytest.mark.parametrize("path", files(*FLOORS, migrations=True), ids=name)
def test_migrations_import_nothing_of_ours(path):
    assert own_imports(tree(path)) == []


@pytest.mark.parametrize("event", EventName, ids=str)
def test_every_event_is_written_somewhere(event):
    source = [path.read_text(encoding="utf-8") for path in files(*FLOORS) if path.name != "names.py"]
    assert any(f"EventName.{event.name}" in text for text in source)


def test_breaches_are_seen():
    assert long_functions(ast.parse("def long():\n" + "    x = 1\n" * 50)) == ["long"]
    assert long_functions(ast.parse("def short():\n" + "    x = 1\n" * 49)) == []
    assert own_imports(ast.parse("import accounts.names")) == ["accounts.names"]
