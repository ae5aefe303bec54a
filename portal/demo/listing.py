"""The short table of addresses and logins that the demo prints when all is up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.demo.cast import HOUSES, OPERATOR, PASSWORD

if TYPE_CHECKING:
    from pathlib import Path

    from portal.demo.cast import House
    from portal.demo.ports import Ports


def listing(ports: Ports, folder: Path) -> str:
    rows = [("operator", f"http://localhost:{ports.portal}/admin/", OPERATOR)]
    rows += [(one.slug, f"http://{one.host}:{ports.portal}/", _people(one)) for one in HOUSES]
    rows += [("localaws", f"http://127.0.0.1:{ports.aws}/", "")]
    lines = [f"  {name:<10}{address:<34}{people}".rstrip() for name, address, people in rows]
    rest = [f"  All passwords are {PASSWORD}. Data and logs are in {folder}.", "  Ctrl-C stops everything."]
    return "\n".join(["", *lines, "", *rest, ""])


def _people(house: House) -> str:
    return ", ".join(f"{person.username} (admin)" if person.is_admin else person.username for person in house.people)
