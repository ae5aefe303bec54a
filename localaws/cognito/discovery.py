"""Where Cognito publishes the keys of its tokens.

https://cognito-identity.amazonaws.com/.well-known/openid-configuration
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse
from starlette.routing import Route

from localaws.cognito.tokens import ISSUER, find_signing_key, publish_key

if TYPE_CHECKING:
    from starlette.requests import Request

    from localaws.call import World

WELL_KNOWN = b"/.well-known/"
DOCUMENT = "/.well-known/openid-configuration"
KEYS = "/.well-known/jwks_uri"


class Discovery:
    def __init__(self, world: World) -> None:
        self.world = world
        self.routes = [Route(DOCUMENT, self.describe), Route(KEYS, self.publish)]

    async def describe(self, request: Request) -> JSONResponse:
        """The issuer is AWS's, but the keys are here."""
        return JSONResponse(
            {
                "issuer": ISSUER,
                "jwks_uri": str(request.base_url.replace(path=KEYS)),
                "response_types_supported": ["id_token"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    async def publish(self, _request: Request) -> JSONResponse:
        return JSONResponse({"keys": [publish_key(find_signing_key(self.world))]})
