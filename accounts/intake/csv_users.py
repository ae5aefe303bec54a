"""The lines of a file become users: new ones are registered, known ones changed, by their user names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError

from accounts import services, standing
from accounts.models import User
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.intake.csv_file import Line
    from tenants.models import Tenant

_MOST_PROBLEMS = 1000


@dataclass(slots=True)
class Report:
    """What became of a file, and what is wrong with which line."""

    made: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.made} new, {self.changed} changed, {self.unchanged} as they were, {len(self.problems)} refused"


def take_in(tenant: Tenant, lines: Iterable[Line], *, dry_run: bool) -> Report:
    """Do what each line says; a bad one is told and stops no other. A dry run checks, and changes nobody."""
    report = Report()
    for line in lines:
        try:
            what = _refuse(line) if line.problem else _take(tenant, line, dry_run=dry_run)
        except (ValidationError, Refusal) as error:
            if len(report.problems) < _MOST_PROBLEMS:
                report.problems.append(f"Line {line.number}: {_sentence(error)}")
        else:
            setattr(report, what, getattr(report, what) + 1)
    return report


def _refuse(line: Line) -> str:
    raise ValidationError(f"{line.problem}.")


def _take(tenant: Tenant, line: Line, *, dry_run: bool) -> str:
    user = User.objects.filter(tenant=tenant, username=line.username).first()
    if user is None:
        return _make(tenant, line, dry_run=dry_run)
    changes = {name: value for name, value in line.values.items() if getattr(user, name) != value}
    turns = line.is_active is not None and line.is_active != user.is_active
    if changes and dry_run:
        _check(user, changes)
    elif changes:
        services.update(user, expected_version=user.version, **changes)
    if turns and not dry_run:
        (standing.restore if line.is_active else standing.disable)(tenant, [user.pk])
    return "changed" if changes or turns else "unchanged"


def _make(tenant: Tenant, line: Line, *, dry_run: bool) -> str:
    user = User(tenant=tenant, username=line.username)
    if dry_run:
        _check(user, line.values)
        return "made"
    user = services.register(tenant=tenant, username=line.username, **line.values)
    if line.is_active is False:
        standing.disable(tenant, [user.pk])
    return "made"


def _check(user: User, values: dict[str, object]) -> None:
    for name, value in values.items():
        setattr(user, name, value)
    user.full_clean(exclude=["password"])
    if not services.address_is_free(user.tenant, user.email, but_for=user):
        raise ValidationError("This e-mail address belongs to another user.")


def _sentence(error: ValidationError | Refusal) -> str:
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
