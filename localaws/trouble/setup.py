"""Trouble from the start: by the setup file's parts Quotas and Faults, and by a file of faults alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from localaws.state.setup_entry import SetupError
from localaws.trouble.fault_file import read_faults
from localaws.trouble.quotas import QuotaError

if TYPE_CHECKING:
    from localaws.trouble.faults import Fault
    from localaws.trouble.quotas import Quotas


def read_trouble(text: str, quotas: Quotas) -> list[Fault]:
    """The faults of a setup file that was read before; its quotas are turned. Raises SetupError."""
    document = json.loads(text)
    try:
        quotas.turn(document.get("Quotas", {}))
    except QuotaError as error:
        raise SetupError(f"setup.Quotas: {error}") from error
    try:
        return read_faults(document.get("Faults", []))
    except ValueError as error:
        raise SetupError(f"setup.Faults: {error}") from error


def read_fault_file(text: str) -> list[Fault]:
    """Raises ValueError with a sentence."""
    try:
        return read_faults(json.loads(text))
    except RecursionError as error:
        raise ValueError("It is nested too deeply.") from error
