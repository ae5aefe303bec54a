"""Each outside world has one door, and ruff refuses it everywhere else."""

from __future__ import annotations

import ast
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.house.source import FLOORS, ROOT, files, imports, is_within, name, tree

RUFF = Path(sys.executable).with_name("ruff")

# What is behind a door, how it would be imported, and the files that are the door.
DOORS = {
    "boto3": ("import boto3", ["tenants/aws.py"]),
    "botocore": ("import botocore.session", ["tenants/aws.py"]),
    "ldap": ("import ldap", ["accounts/ldap.py", "accounts/ldap_pages.py"]),
    "requests": ("import requests", ["accounts/fetch.py"]),
    "httpx": ("import httpx", ["accounts/fetch.py"]),
    "urllib.request": ("import urllib.request", ["accounts/fetch.py"]),
    "urllib3": ("import urllib3", ["accounts/fetch.py"]),
    "dns": ("import dns.resolver", ["accounts/dns.py"]),
    "jwt": ("import jwt", ["accounts/proofs/oidc.py", "accounts/kinds/apple.py", "accounts/signing.py"]),
    "onelogin": ("import onelogin.saml2.auth", ["accounts/proofs/saml.py"]),
    "celery.shared_task": ("from celery import shared_task", ["*/tasks.py"]),
    "rest_framework": ("import rest_framework.views", ["*/api.py", "*/serializers.py", "*/throttles.py"]),
}
# These stand in the tree today; the others are walls until somebody needs them.
OPEN_DOORS = {
    "boto3": "tenants/aws.py",
    "botocore": "tenants/aws.py",
    "urllib3": "accounts/fetch.py",
    "jwt": "accounts/proofs/oidc.py",
    "onelogin": "accounts/proofs/saml.py",
    "celery.shared_task": "exchange/tasks.py",
    "rest_framework": "exchange/api.py",
}


def ruff(snippet: str, file: str) -> str:
    command = [str(RUFF), "check", "--select=TID251", "--stdin-filename", file, "-"]
    checked = subprocess.run(command, cwd=ROOT, input=snippet, capture_output=True, text=True, check=False)
    return checked.stdout


def smuggled(code: ast.AST, file: str) -> list[str]:
    """Return what `code` imports that belongs behind a door which `file` is not."""
    found = set(imports(code))
    return [
        behind
        for behind, (_, doors) in DOORS.items()
        if any(is_within(one, behind) for one in found) and not any(fnmatch(file, door) for door in doors)
    ]


@pytest.mark.parametrize("behind", DOORS)
def test_a_wall_is_a_wall(behind):
    assert f"`{behind}" in ruff(DOORS[behind][0], "exchange/x.py")


@pytest.mark.parametrize("behind", OPEN_DOORS)
def test_a_door_is_open(behind):
    assert "TID251" not in ruff(DOORS[behind][0], OPEN_DOORS[behind])


@pytest.mark.parametrize("path", files(*FLOORS), ids=name)
def test_nobody_uses_a_door_for_something_else(path):
    """Ruff opens a file to everything or to nothing, so this looks again."""
    assert smuggled(tree(path), name(path)) == []


def test_smuggling_is_seen():
    assert smuggled(ast.parse("import boto3"), "exchange/api.py") == ["boto3"]
    assert smuggled(ast.parse("def f():\n    from rest_framework import views"), "exchange/tasks.py") == [
        "rest_framework"
    ]
    assert smuggled(ast.parse("from celery import shared_task"), "exchange/tasks.py") == []
