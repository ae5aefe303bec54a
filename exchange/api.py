"""The doors to the first river: read what is presented, throttle, answer. They decide nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import BaseAuthentication, CSRFCheck
from rest_framework.parsers import FormParser
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authorization import endpoints
from accounts.authorization.discovery import origin_of, this_tenant
from accounts.authorization.grants import TOKEN_EXCHANGE
from accounts.authorization.requests import authenticate_client, check_parameters
from accounts.models import User
from accounts.proofs import Presented, guest, password, session
from exchange import answers, token_request
from exchange.bearer import bearer_token, container_token, kind_of
from exchange.serializers import (
    ContainerCredentialsSerializer,
    ContainerSerializer,
    CredsSerializer,
    ExchangedSerializer,
    ExchangeSerializer,
    PoolSerializer,
    ProblemSerializer,
)
from exchange.services import Exchanged, exchange, pool_place
from exchange.throttles import AddressThrottle, demand_room
from exchange.token_exchange import Asking, exchange_token
from tenants.refusal import Refusal, Secret

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase
    from rest_framework.request import Request

_NO = (400, 401, 403, 404, 405, 411, 413, 415, 429, 502, 503)
PROBLEMS = {(status, "application/problem+json"): ProblemSerializer for status in _NO}


class SignedIn(BaseAuthentication):
    """Pass on whom the session middleware found. Whether that counts as a proof is decided further in."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        user = getattr(request._request, "user", None)  # noqa: SLF001 - REST framework keeps Django's request there
        return (user, None) if isinstance(user, User) and user.is_active else None


class ExchangeView(APIView):
    authentication_classes = [SignedIn]
    throttle_classes = [AddressThrottle]

    @extend_schema(
        request=ExchangeSerializer,
        responses={200: ExchangedSerializer, **PROBLEMS},
        summary="Exchange a proof for temporary AWS credentials",
        description="The proof is the session cookie (with the CSRF token), a bearer token, or `proof` in the body; "
        "with none of them a guest is made where the tenant lets guests in.",
    )
    def post(self, request: Request) -> Response:
        asked = ExchangeSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        kind, presented = _from_body(request, asked.validated_data) or proof_in_headers(request)
        if kind == session.KIND:
            demand_csrf_token(request)
        demand_room(request, self, kind, presented)
        wishes = asked.validated_data
        done = exchange(
            kind, presented, duration_seconds=wishes.get("duration_seconds"), may_reuse=wishes.get("reuse", False)
        )
        return _answer(done, answers.full(done))


class CredsView(APIView):
    authentication_classes = [SignedIn]
    throttle_classes = [AddressThrottle]

    @extend_schema(
        request=None,
        responses={200: CredsSerializer, **PROBLEMS},
        summary="Exchange as in the AWS sample",
        description="The wire contract of the Amazon Chime SDK chat demo's credential exchange service.",
    )
    def post(self, request: Request) -> Response:
        kind, presented = proof_in_headers(request)
        if kind == session.KIND:
            _demand_known_origin(request, presented)
        demand_room(request, self, kind, presented)
        done = exchange(kind, presented)
        return _answer(done, answers.sample(done))


class ContainerView(APIView):
    """Where AWS SDKs renew by themselves: they send one header, and never a cookie or a body."""

    authentication_classes = []
    throttle_classes = [AddressThrottle]

    @extend_schema(
        parameters=[ContainerSerializer],
        responses={200: ContainerCredentialsSerializer, **PROBLEMS},
        summary="Exchange as AWS SDKs ask for it",
        description="The container-credentials form of the AWS SDKs: set AWS_CONTAINER_CREDENTIALS_FULL_URI to this "
        "address and AWS_CONTAINER_AUTHORIZATION_TOKEN to “Bearer ” and an API token.",
    )
    def get(self, request: Request) -> Response:
        asked = ContainerSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        try:
            value = container_token(request.headers.get("Authorization", ""))
            kind, presented = kind_of(value, _origin(request)), _presented(request, value)
            demand_room(request, self, kind, presented)
            done = exchange(kind, presented, duration_seconds=asked.validated_data.get("duration_seconds"))
        except Refusal as refusal:
            # What the AWS SDK for JavaScript shows of an error.
            refusal.extra |= {"Code": refusal.code, "Message": refusal.sentence}
            raise
        return _answer(done, answers.container(done))


class PoolView(APIView):
    """The serverless way: the page takes its id_token to Cognito by itself, and this says where."""

    authentication_classes = [SignedIn]
    throttle_classes = [AddressThrottle]

    @extend_schema(
        responses={200: PoolSerializer, **PROBLEMS},
        summary="Where to take an id_token",
        description="The Cognito identity pool that believes this portal's id_tokens, or another provider's. Chime "
        "knows the user once this is answered.",
    )
    def get(self, request: Request) -> Response:
        kind, presented = proof_in_headers(request)
        demand_room(request, self, kind, presented)
        return Response(answers.pool(pool_place(presented, kind)), headers={"Cache-Control": "no-store"})


class TokenView(APIView):
    """The token endpoint: the token exchange is ours, every other grant is allauth's."""

    authentication_classes = []
    throttle_classes = [AddressThrottle]
    parser_classes = [FormParser]

    @extend_schema(exclude=True)  # Its description is the discovery document.
    def post(self, request: Request) -> HttpResponseBase:
        asked = request._request  # noqa: SLF001 - allauth wants Django's request
        if asked.POST.get("grant_type") != TOKEN_EXCHANGE:
            return endpoints.token(asked)
        issuer = _origin(request)
        check_parameters(asked)
        tenant, registration = this_tenant(), authenticate_client(asked)
        if TOKEN_EXCHANGE not in registration.client.get_grant_types():
            raise Refusal("unauthorized_client", "This client is not registered for the token exchange.", status=400)
        wanted = token_request.read(dict(asked.POST.lists()), issuer=issuer)
        asking = Asking(tenant, registration, issuer)
        demand_room(request, self, wanted.subject.kind, asking.presented(wanted.subject))
        done = exchange_token(asking, wanted)
        if isinstance(done, Exchanged):
            return _answer(done, answers.token_of_credentials(done))
        return Response(answers.token(done, wanted.requested_type), headers={"Cache-Control": "no-store"})


def _answer(done: Exchanged, body: dict[str, Any]) -> Response:
    return Response(body, headers={"Cache-Control": "no-store", "X-Exchange-Id": str(done.exchange_id)})


def _from_body(request: Request, asked: dict[str, Any]) -> tuple[str, Presented] | None:
    proof = asked.get("proof")
    if proof is None:
        return None
    value = Secret(_shown(proof)) if "value" in proof else None
    return proof["kind"], _presented(request, value, username=proof.get("username", ""))


def _shown(proof: dict[str, Any]) -> str:
    """Blanks around a token are nobody's; those of a password are its own."""
    value: str = proof["value"]
    return value if proof["kind"] == password.KIND else value.strip()


def proof_in_headers(request: Request) -> tuple[str, Presented]:
    """A bearer token counts before the session: it was sent on purpose. Nothing at all asks for a guest."""
    header = request.headers.get("Authorization")
    if header is not None:
        value = bearer_token(header)
        kind = kind_of(value, _origin(request)) if value else guest.KIND
        return kind, _presented(request, value)
    return (session.KIND if isinstance(request.user, User) else guest.KIND), _presented(request)


def _presented(request: Request, value: Secret | None = None, *, username: str = "") -> Presented:
    user = request.user if isinstance(request.user, User) else None
    return Presented(this_tenant(), value, request.session, user, username, origin=_origin(request))


def _origin(request: Request) -> str:
    return origin_of(request._request)  # noqa: SLF001 - the same


def demand_csrf_token(request: Request) -> None:
    """A session is sent by the browser on its own, so the page has to show that it is ours."""
    check = CSRFCheck(HttpResponse)
    check.process_request(request._request)  # noqa: SLF001 - Django's check wants Django's request
    if check.process_view(request._request, HttpResponse, (), {}):  # noqa: SLF001 - the same
        raise Refusal("csrf_failed", "The CSRF token is missing or wrong. Reload the page.", status=403)


def _demand_known_origin(request: Request, presented: Presented) -> None:
    """The sample's contract has no CSRF token; the page's origin, which no script can forge, stands for it."""
    if request.headers.get("Origin") not in {_origin(request), *presented.tenant.origins}:
        raise Refusal("unknown_origin", "This page's origin may not use a session here. Send a token.", status=403)
