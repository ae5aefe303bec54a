"""Credentials of one user got for looking only: nobody is given them. And what AWS says when they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenants import aws
from tenants.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from exchange.sts import Credentials


class Session:
    """One user's clients at AWS, in the region of their app instance."""

    def __init__(self, credentials: Credentials, region: str) -> None:
        self._credentials, self._region = credentials, region

    def client(self, service: aws.Service) -> Any:
        keys = self._credentials
        secret, token = keys.secret_access_key.reveal(), keys.session_token.reveal()
        return aws.as_somebody(service, self._region, keys.access_key_id, secret, token)


def trouble(call: Callable[[], Any]) -> Failure | None:
    """Make a call and throw away what it returns; return what AWS had against it."""
    try:
        with aws.sorted_failures():
            call()
    except Failure as failure:
        return failure
    return None
