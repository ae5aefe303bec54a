from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.server import HOST, Server

if TYPE_CHECKING:
    from collections.abc import Sequence


class OIDCProvider(Server):
    """The certified OpenID provider of npm (tests/accounts/clients/openid.mjs), for a portal at this origin."""

    def __init__(self, portal: str) -> None:
        super().__init__()
        self.portal = portal

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def command(self) -> Sequence[str]:
        way = f"{self.portal}/account/oidc/company"
        script = "tests/accounts/clients/openid.mjs"
        return [
            *("sh", "deploy/install/node.sh", "node", script),
            *(str(self.port), f"{way}/callback/", f"{way}/logout/"),
        ]
