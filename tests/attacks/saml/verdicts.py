"""Who is refused, and why; and who is let in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from structlog.testing import capture_logs

from tests.accounts.saml.company import is_in, users

if TYPE_CHECKING:
    from tests.accounts.saml.company import Visit


def assert_refused(visit: Visit, response: Any, reason: str = "", *, status: int = 401, **way: Any) -> None:
    with capture_logs() as logs:
        answer = visit.bring(response, **way)
    reasons = [entry["reason"] for entry in logs if entry["event"] == "saml_refused"]
    assert answer.status_code == status, (answer.status_code, reasons, answer.content.decode())
    assert reason in " ".join(reasons), reasons
    assert not is_in(visit.browser)
    assert users(visit.tenant) == {}


def assert_let_in(visit: Visit, response: Any) -> None:
    answer = visit.bring(response)
    assert answer.status_code == 302, answer.content.decode()
    assert is_in(visit.browser)
