"""A tenant's SCIM server as a directory sees it: by its token, through the whole portal."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from accounts.models import WhenOut
from accounts.scim.tokens import issue_scim_token
from tenants.scope import scope
from tests.conftest import at

if TYPE_CHECKING:
    from accounts.models import IdentityProvider
    from tenants.models import Tenant
    from tenants.refusal import Secret

MEDIA_TYPE = "application/scim+json"


@dataclass
class Answer:
    status: int
    body: Any
    headers: Any

    @property
    def detail(self) -> str:
        return str(self.body["detail"])


class Directory:
    """Speaks SCIM as a directory does that has this token."""

    def __init__(self, tenant: Tenant, secret: Secret) -> None:
        self._client, self.secret = at(tenant), secret

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        answer = self._client.generic(
            method,
            f"/scim/v2{path}",
            "" if body is None else body if isinstance(body, str) else json.dumps(body),
            content_type=MEDIA_TYPE,
            headers={"Authorization": f"Bearer {self.secret.reveal()}", **headers},
        )
        return Answer(answer.status_code, json.loads(answer.content) if answer.content else None, answer.headers)

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def make(self, user_name: str, **rest: Any) -> Any:
        """Create a user that the portal is to take; return it."""
        body = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": user_name, **rest}
        answer = self.ask("POST", "/Users", body)
        assert answer.status == 201, answer.body
        return answer.body

    def patch(self, path: str, *operations: Any, **headers: str) -> Answer:
        body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": list(operations)}
        return self.ask("PATCH", path, body, **headers)


def directory_of(tenant: Tenant, *, provider: IdentityProvider | None = None, **rules: str) -> Directory:
    chosen = {"when_inactive": WhenOut.DISABLE, "when_deleted": WhenOut.DELETE} | rules
    with scope(tenant):
        _, secret = issue_scim_token(tenant, name="Entra ID", days=90, provider=provider, now=timezone.now(), **chosen)
    return Directory(tenant, secret)


@pytest.fixture
def directory(acme) -> Directory:
    return directory_of(acme)
