"""The doctor's door for programs of a tenant's admins."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import proofs
from accounts.models import User
from accounts.proofs import session, token
from accounts.recognition import recognise
from exchange.api import PROBLEMS, SignedIn, demand_csrf_token, proof_in_headers
from exchange.doctor.examination import examine
from exchange.serializers import CheckupSerializer, FoundSerializer
from exchange.throttles import AddressThrottle, demand_room
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from rest_framework.request import Request

    from accounts.proofs import Presented


class CheckupView(APIView):
    authentication_classes = [SignedIn]
    throttle_classes = [AddressThrottle]

    @extend_schema(
        request=CheckupSerializer,
        responses={200: FoundSerializer, **PROBLEMS},
        summary="Why 403?",
        description="Looks at all that the tenant's exchanges, or one user's, need at AWS, and says what is wrong. For "
        "the tenant's admins, by session (with the CSRF token) or API token.",
    )
    def post(self, request: Request) -> Response:
        asked = CheckupSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        kind, presented = proof_in_headers(request)
        if kind == session.KIND:
            demand_csrf_token(request)
        demand_room(request, self, kind, presented)
        _demand_admin(kind, presented)
        user = _named(presented, asked.validated_data.get("user", ""))
        found = list(examine(presented.tenant, user, isolated=asked.validated_data["isolation"]))
        is_well = all(finding.is_well is not False for finding in found)
        body = {"is_well": is_well, "findings": [asdict(finding) for finding in found]}
        return Response(body, headers={"Cache-Control": "no-store"})


def _demand_admin(kind: str, presented: Presented) -> None:
    """An app that an admin let in to chat for them is not let in to administer."""
    if kind in {session.KIND, token.KIND}:
        now = timezone.now()
        if recognise(proofs.verify(kind, presented, now), tenant=presented.tenant, now=now).is_staff:
            return
    raise Refusal("admins_only", "Sign in as one of this tenant's admins, or send an admin's API token.", status=403)


def _named(presented: Presented, username: str) -> User | None:
    if not username:
        return None
    user = User.objects.filter(tenant=presented.tenant, username=username).first()
    if user is None:
        raise Refusal("no_such_user", f"There is no user “{username}”.", status=404)
    return user
