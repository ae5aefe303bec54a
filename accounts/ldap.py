"""The one door to LDAP (RFC 4511). Every option is set on the connection itself: tenants share this process.

python-ldap is an extra; where it is missing, a directory says so and everything else works.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager, suppress
from functools import cache as once
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import structlog
from django.core.cache import cache

from accounts.addresses import allowed_addresses, connect
from accounts.kinds.ldap import Directory, Entry, may_enter
from tenants.refusal import Refusal

try:
    import ldap
    import ldap.dn
    import ldap.filter
except ImportError:  # pragma: no cover - the tests have it installed
    ldap = None

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenants.refusal import Secret

log = structlog.get_logger(__name__)

# Seconds for which a server that did not answer is left alone, so that it makes few people wait.
_SECONDS_DOWN = 15
# A person's group of groups of groups: enough for anybody, and an end for a circle.
_DEEPEST_GROUP = 10
_MOST_GROUPS = 500
_LDAP_PORT, _LDAPS_PORT = 389, 636
# Memberships that an entry has by itself, read beside its attributes.
_ALSO = ("entryUUID",)
_CHAIN = "1.2.840.113556.1.4.1941"  # LDAP_MATCHING_RULE_IN_CHAIN ([MS-ADTS], section 3.1.1.3.4.4.3)


def sign_in(directory: Directory, username: str, password: Secret) -> Entry | None:
    """Return whose name and password these are, or None when they are nobody's who may enter.

    Raises a Refusal (503) when the directory can't be asked, which says nothing about the password.
    """
    if not username or "\x00" in username or not password.reveal() or "\x00" in password.reveal():
        return None  # An empty password would bind anonymously, and succeed (RFC 4513, section 5.1.2).
    with connected(directory) as connection:
        found = _bind_at_once(connection, directory, username, password) if directory.user_dn else None
        if found is None and not directory.user_dn:
            found = _search_and_bind(connection, directory, username, password)
        return found if found and may_enter(directory, found) else None


def look_up(directory: Directory, username: str) -> Entry | None:
    """Return the entry of this name, found as the portal's own account: for an admin who tries the set-up.

    Raises a Refusal (503) when the directory can't be asked.
    """
    with connected(directory) as connection:
        bind_as_portal(connection, directory)
        return _find(connection, directory, username)


def _search_and_bind(connection: Any, directory: Directory, username: str, password: Secret) -> Entry | None:
    """Find the entry as the portal's own account, then ask whether its password is this one."""
    bind_as_portal(connection, directory)
    found = _find(connection, directory, username)
    return found if found and _is_password(connection, found.dn, password) else None


def bind_as_portal(connection: Any, directory: Directory) -> None:
    try:
        connection.simple_bind_s(directory.bind_dn, directory.bind_password)
    except (ldap.INVALID_CREDENTIALS, ldap.INVALID_DN_SYNTAX) as error:
        raise _misconfigured("The directory refuses the portal's own account: look at its DN and password.") from error


def _bind_at_once(connection: Any, directory: Directory, username: str, password: Secret) -> Entry | None:
    dn = directory.user_dn.replace("{username}", ldap.dn.escape_dn_chars(username))
    return _find(connection, directory, username) if _is_password(connection, dn, password) else None


def _is_password(connection: Any, dn: str, password: Secret) -> bool:
    try:
        connection.simple_bind_s(dn, password.reveal())
    except (ldap.INVALID_CREDENTIALS, ldap.INVALID_DN_SYNTAX, ldap.UNWILLING_TO_PERFORM, ldap.INAPPROPRIATE_AUTH):
        return False
    return True


def _find(connection: Any, directory: Directory, username: str) -> Entry | None:
    """The one entry of this name; of two, neither."""
    condition = directory.filter.replace("{username}", ldap.filter.escape_filter_chars(username))
    found = _search(connection, directory, directory.base, condition, ["*", *_ALSO], most=2)
    if len(found) != 1:
        return None
    ((dn, attributes),) = found
    return Entry(dn, attributes, groups_of(connection, directory, dn))


def groups_of(connection: Any, directory: Directory, dn: str) -> dict[str, str]:
    """Names of the groups somebody is in, also by way of other groups, under the groups' DNs."""
    if directory.groups == "none":
        return {}
    groups: dict[str, str] = {}
    waiting = [dn]
    for _ in range(1 if directory.groups == "chain" else _DEEPEST_GROUP):
        if not waiting or len(groups) >= _MOST_GROUPS:
            break
        found = _search(
            connection, directory, directory.group_base or directory.base, _members(directory, waiting), ["cn"]
        )
        fresh = {dn: _name(attributes) for dn, attributes in found if dn not in groups}
        groups |= fresh
        waiting = list(fresh)
    return groups


def _members(directory: Directory, dns: list[str]) -> str:
    """The groups that have one of these as a member."""
    if directory.groups == "chain":
        return f"(member:{_CHAIN}:={ldap.filter.escape_filter_chars(dns[0])})"
    escaped = [ldap.filter.escape_filter_chars(dn) for dn in dns]
    return f"(|{''.join(f'(member={dn})(uniqueMember={dn})' for dn in escaped)})"


def _name(attributes: dict[str, list[bytes]]) -> str:
    return next(iter(attributes.get("cn", [b""]))).decode(errors="ignore")


def _search(
    connection: Any, directory: Directory, base: str, condition: str, wanted: list[str], *, most: int = _MOST_GROUPS
) -> list[tuple[str, dict[str, list[bytes]]]]:
    """Entries only: where a directory points to another one, nobody follows."""
    try:
        found = connection.search_ext_s(
            base, ldap.SCOPE_SUBTREE, condition, wanted, timeout=directory.seconds, sizelimit=most
        )
    except ldap.SIZELIMIT_EXCEEDED:
        return []
    return [(dn, attributes) for dn, attributes in found if dn is not None]


@contextmanager
def connected(directory: Directory) -> Iterator[Any]:
    """A connection to the first server that answers. Raises a Refusal (503) when none does."""
    if ldap is None:
        raise _misconfigured("This portal is installed without LDAP: its operator adds requirements-ldap.txt.")
    connection = _first_that_answers(directory)
    try:
        yield connection
    except (ldap.SERVER_DOWN, ldap.TIMEOUT, ldap.BUSY, ldap.UNAVAILABLE, ldap.CONNECT_ERROR) as error:
        raise _unreachable() from error
    except ldap.NO_SUCH_OBJECT as error:
        raise _misconfigured("There is nothing at the base DN.") from error
    except ldap.FILTER_ERROR as error:
        raise _misconfigured("The filter can't be read: look at its parentheses.") from error
    except ldap.LDAPError as error:
        raise _misconfigured(f"The directory answers {type(error).__name__}.") from error
    finally:
        connection.unbind_ext()


def _first_that_answers(directory: Directory) -> Any:
    reasons: list[str] = []
    for url in directory.servers:
        if cache.get(f"directory-down:{url}"):
            continue
        try:
            return _connect(directory, url)
        except (ldap.LDAPError, OSError) as error:
            log.warning("directory_unreachable", server=url, error=type(error).__name__)
            cache.set(f"directory-down:{url}", value=True, timeout=_SECONDS_DOWN)
            reasons.append(f"{url}: {_why(error)}")
    raise _unreachable("; ".join(reasons))


def _why(error: Exception) -> str:
    """What a server that can't be used did wrong, in words for whoever sets it up."""
    told = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
    known = str(told.get("info") or told.get("desc") or error)
    if "certificate" in known.lower() or isinstance(error, ldap.CONNECT_ERROR):
        return f"its certificate is not of the authority given here, has expired or is of another name ({known})"
    if isinstance(error, ldap.PROTOCOL_ERROR | ldap.UNAVAILABLE):
        return f"it refuses StartTLS ({known})"
    return f"it does not answer ({known})"


def _connect(directory: Directory, url: str) -> Any:
    """Connect, and encrypt before anything is said."""
    connection = _open(url, directory)
    connection.protocol_version = ldap.VERSION3
    connection.set_option(ldap.OPT_REFERRALS, ldap.OPT_OFF)
    connection.set_option(ldap.OPT_NETWORK_TIMEOUT, directory.seconds)
    connection.set_option(ldap.OPT_TIMEOUT, directory.seconds)
    connection.set_option(ldap.OPT_X_TLS_REQUIRE_CERT, ldap.OPT_X_TLS_DEMAND)
    if directory.ca:
        connection.set_option(ldap.OPT_X_TLS_CACERTFILE, _ca_file(directory.ca))
    connection.set_option(ldap.OPT_X_TLS_NEWCTX, 0)  # The last one: it makes the options before it count.
    if directory.starttls and not url.startswith("ldaps:"):
        connection.start_tls_s()
    _ask_anything(connection, directory)
    return connection


def _open(url: str, directory: Directory) -> Any:
    """Open a connection, to a host that may be connected to.

    libldap takes no socket for LDAPS; there the certificate, of the name asked for, is what keeps strangers out.
    """
    server = urlsplit(url)
    host, port = server.hostname or "", server.port
    if server.scheme == "ldaps":
        allowed_addresses(host, port or _LDAPS_PORT)
        return ldap.initialize(url)
    return ldap.initialize(url, fileno=connect(host, port or _LDAP_PORT, seconds=directory.seconds).detach())


def _ask_anything(connection: Any, directory: Directory) -> None:
    """The connection is only made when something is asked; that it may not be read is an answer, too."""
    with suppress(ldap.INSUFFICIENT_ACCESS, ldap.INAPPROPRIATE_AUTH, ldap.STRONG_AUTH_REQUIRED, ldap.NO_SUCH_OBJECT):
        connection.search_ext_s("", ldap.SCOPE_BASE, "(objectClass=*)", ["1.1"], timeout=directory.seconds)


@once
def _ca_folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="portal-ca-", ignore_cleanup_errors=True)


def _ca_file(pem: str) -> str:
    """Where the certificates of a CA lie for libldap, which reads them from files only."""
    path = Path(_ca_folder().name) / hashlib.sha256(pem.encode()).hexdigest()
    if not path.exists():
        path.write_text(pem, encoding="ascii")
    return str(path)


def _unreachable(reason: str = "No server of the directory answers.") -> Refusal:
    sentence = "Your company's directory can't be reached at the moment. Try again in a minute."
    return _told(Refusal("directory_unreachable", sentence, status=503, retry_after=30), reason)


def _misconfigured(reason: str) -> Refusal:
    log.error("directory_misconfigured", reason=reason)
    sentence = "Your company's directory is not set up right. Tell your admin."
    return _told(Refusal("directory_misconfigured", sentence, status=503, retry_after=300), reason)


def _told(refusal: Refusal, reason: str) -> Refusal:
    """Add the reason as a note: for who sets the directory up, not for who signs in."""
    refusal.add_note(reason)
    return refusal
