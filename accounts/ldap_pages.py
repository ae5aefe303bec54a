"""All of a directory, page by page (RFC 2696). It stands beside accounts/ldap.py, whose connections it uses."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from accounts.kinds.ldap import Directory, Entry
from accounts.ldap import bind_as_portal, connected, groups_of

try:
    import ldap
    from ldap.controls import SimplePagedResultsControl
except ImportError:  # pragma: no cover - accounts/ldap.py says so to whoever needs it
    ldap = None

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAGE = 500
_SECONDS = 60  # for one page


class Reading:
    """A connection by which a directory is read from its beginning to its end, as the portal's own account."""

    def __init__(self, directory: Directory, connection: Any) -> None:
        self._directory, self._connection = directory, connection
        self.server: str = connection.get_option(ldap.OPT_URI)

    def pages(self, condition: str, attributes: list[str]) -> Iterator[list[Entry]]:
        """Yield the entries under the directory's base that a filter finds, with their groups."""
        control = SimplePagedResultsControl(True, size=_PAGE, cookie="")
        while True:
            found, cookie = self._page(condition, [*attributes, "userAccountControl"], control)
            yield [self._entry(dn, told) for dn, told in found if dn is not None]
            if not cookie:
                return
            control.cookie = cookie

    def _page(self, condition: str, wanted: list[str], control: Any) -> tuple[list[Any], bytes]:
        asked = self._connection.search_ext(
            self._directory.base, ldap.SCOPE_SUBTREE, condition, wanted, serverctrls=[control], timeout=_SECONDS
        )
        _, found, _, controls = self._connection.result3(asked, timeout=_SECONDS)
        cookies = [one.cookie for one in controls if one.controlType == control.controlType]
        return found, next(iter(cookies), b"")

    def _entry(self, dn: str, told: dict[str, list[bytes]]) -> Entry:
        return Entry(dn, told, groups_of(self._connection, self._directory, dn))


@contextmanager
def reading(directory: Directory) -> Iterator[Reading]:
    """Open a connection for a reading. Raises a Refusal (503) when there is none, or when it breaks."""
    with connected(directory) as connection:
        bind_as_portal(connection, directory)
        yield Reading(directory, connection)
