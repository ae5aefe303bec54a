"""python-ldap is an extra: the portal starts without it, and a directory says what is missing."""

from __future__ import annotations

import subprocess
import sys

from tests.house.source import ROOT

PROGRAM = """
import sys
sys.modules["ldap"] = None  # what Python does with a module that is not installed
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
django.setup()
from django.core.management import call_command
from accounts import ldap
from accounts.kinds.ldap import Directory
from tenants.refusal import Refusal, Secret
call_command("check")
try:
    ldap.sign_in(Directory(servers=("ldap://127.0.0.1:1",), base="dc=x"), "dora", Secret("password"))
except Refusal as refusal:
    print(refusal.code)
"""


def test_a_directory_says_what_is_missing(tmp_path):
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.splitlines()[-1] == "directory_misconfigured", done.stderr
    assert "requirements-ldap.txt" in done.stderr
