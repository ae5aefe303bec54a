"""Every code of a refusal means one thing, and docs/errors.md lists them all."""

from __future__ import annotations

import ast
import re

from tests.house.source import FLOORS, ROOT, calls, files, tree

# REST framework's own codes, which portal/api.py hands through.
FRAMEWORKS = {
    ("parse_error", 400),
    ("method_not_allowed", 405),
    ("not_acceptable", 406),
    ("unsupported_media_type", 415),
}


def refusals(code: ast.AST) -> set[tuple[str, int]]:
    """Return the codes and statuses of the refusals that are written out."""
    made = (call for call in calls(code) if ast.unparse(call.func) == "Refusal")
    written = ((call.args[0], keyword.value) for call in made for keyword in call.keywords if keyword.arg == "status")
    return {
        (str(name.value), int(str(status.value)))
        for name, status in written
        if isinstance(name, ast.Constant) and isinstance(status, ast.Constant)
    }


def documented() -> set[tuple[str, int]]:
    rows = re.findall(r"^\| `(\w+)` \| (\d{3}) \|", (ROOT / "docs/errors.md").read_text(encoding="utf-8"), re.MULTILINE)
    return {(code, int(status)) for code, status in rows}


def used() -> set[tuple[str, int]]:
    return {refusal for path in files(*FLOORS) for refusal in refusals(tree(path))} | FRAMEWORKS


def test_the_list_of_errors_is_complete_and_true():
    assert documented() == used()


def test_a_code_has_one_status():
    codes = [code for code, _ in used()]
    assert sorted(codes) == sorted(set(codes))


def test_refusals_are_seen():
    assert refusals(ast.parse("raise Refusal('x', 'No.', status=400)")) == {("x", 400)}
