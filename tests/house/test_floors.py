"""A floor imports only floors below it; each contract is shown by breaking it in a copy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import FLOORS, ROOT, files, name

BREACHES = {
    "A floor imports only floors below it": ("tenants/refusal.py", "import exchange.tags"),
    "localaws stands beside the house": ("localaws/errors.py", "import tenants.refusal"),
    "The house knows neither localaws nor benchmarks": ("tenants/failures.py", "import localaws.wire.errors"),
    "Benchmarks measure from outside": ("benchmarks/errors.py", "import localaws.wire.errors"),
    "exchange and chat see chimeusers only through its services": ("exchange/tags.py", "import chimeusers.models"),
}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(
        command, cwd=folder, env=os.environ | {"COLUMNS": "200"}, capture_output=True, text=True, check=False
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The tree again, in a folder where it may be broken."""
    for path in files(*FLOORS, "localaws", "benchmarks"):
        (tmp_path / name(path)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, tmp_path / name(path))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_house_keeps_its_contracts():
    checked = lint_imports(ROOT)
    assert checked.returncode == 0, checked.stdout
    assert f"{len(BREACHES)} kept, 0 broken" in checked.stdout


@pytest.mark.parametrize("contract", BREACHES)
def test_a_forbidden_import_breaks_its_contract(copy, contract):
    file, line = BREACHES[contract]
    with (copy / file).open("a", encoding="utf-8") as source:
        source.write(f"\n{line}\n")

    checked = lint_imports(copy)
    assert checked.returncode == 1
    assert f"{contract} BROKEN" in checked.stdout
