"""The library's protocol, with the little that directories need otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scim2_models import Context, SCIMException
from scim2_server.service import ScimService
from structlog import get_logger

from accounts.scim.resources import PROVIDER, USER, Group

if TYPE_CHECKING:
    from scim2_models import PatchOp, Resource, ResourceType, ResponseParameters
    from scim2_server.responses import ScimResponse

    from accounts.scim.resources import Member

log = get_logger()


class TooManyRequestsException(SCIMException):
    """A token asks too often (RFC 6585, section 4)."""

    status = 429
    _default_detail = "Too many requests. Wait a moment and try again."


class Service(ScimService):
    def publish(self, base_url: str, resource: Resource[Any]) -> Resource[Any]:
        """Show with each member what it is and where."""
        published = super().publish(base_url, resource)
        if isinstance(published, Group) and published.members:
            published.members = [self._shown(base_url, member) for member in published.members]
        return published

    def read_patch(self, resource_type: ResourceType, body: bytes, content_type: str | None) -> PatchOp[Any]:
        """Take members by their ids, whatever else of them is sent along."""
        asked = super().read_patch(resource_type, body, content_type)
        for operation in asked.operations or []:
            if str(operation.path or "").lower() == "members" and isinstance(operation.value, list):
                operation.value = [_id_alone(one) for one in operation.value]
        return asked

    def patch_response(
        self, base_url: str, resource: Resource[Any], response_parameters: ResponseParameters[Any]
    ) -> ScimResponse:
        """Show a changed user: Okta reads them there. A changed group may be long, and is shown to who asks for it."""
        if resource.meta is None or resource.meta.resource_type != USER.name:
            return super().patch_response(base_url, resource, response_parameters)
        shown = self.publish(base_url, resource)
        return self.resource_response(shown, Context.RESOURCE_PATCH_RESPONSE, response_parameters)

    def bulk_failure(self, outcome: dict[str, Any], exception: Exception) -> dict[str, Any]:
        """Write down what went wrong on our side: of the other requests Django does that."""
        if not isinstance(exception, SCIMException):
            log.error("scim_bulk_operation_failed", exc_info=exception)
        return super().bulk_failure(outcome, exception)

    def _shown(self, base_url: str, member: Member) -> Member:
        location = self.reference_location(base_url, f"Users/{member.value}")
        return member.model_copy(update={"ref": location, "type": USER.name})


def _id_alone(member: Any) -> Any:
    return {"value": member["value"]} if isinstance(member, dict) and "value" in member else member


SERVICE = Service(PROVIDER)
