"""The only writer that writes secrets as they are: each anew, under the key that encrypts today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import models, transaction
from django.db.models.functions import Cast

from accounts.mfa import MFAAdapter
from tenants.encryption import EncryptedField, is_current

if TYPE_CHECKING:
    from collections.abc import Iterator

Field = tuple[type[models.Model], EncryptedField]


def encrypted_fields() -> Iterator[Field]:
    for model in apps.get_models():
        yield from ((model, field) for field in model._meta.fields if isinstance(field, EncryptedField))  # noqa: SLF001 - Django's documented Meta API


def rotate(model: type[models.Model], field: EncryptedField) -> int:
    """Encrypt a column's values anew where they are under a former key; return how many were. Raises Undecipherable."""
    kept = Cast(field.name, models.TextField())
    rows = model._base_manager.annotate(kept=kept).exclude(kept="")  # noqa: SLF001 - of every tenant
    stale = [pk for pk, text in rows.values_list("pk", "kept").iterator() if not is_current(text)]
    for pk in stale:
        _encrypt_anew(model, field, pk)
    return len(stale)


@transaction.atomic(durable=True)
def _encrypt_anew(model: type[models.Model], field: EncryptedField, pk: object) -> None:
    row = model._base_manager.select_for_update().filter(pk=pk).first()  # noqa: SLF001 - the same
    if row is not None:
        row.save(update_fields=[field.name])


def rotate_factors() -> int:
    """Encrypt the secrets of second factors anew in the same way: allauth keeps them in a column of its own."""
    kept = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).values_list("pk", "data")
    stale = [pk for pk, data in kept.iterator() if not all(is_current(data[name]) for name in _secrets_in(data))]
    for pk in stale:
        _encrypt_factor_anew(pk)
    return len(stale)


@transaction.atomic(durable=True)
def _encrypt_factor_anew(pk: int) -> None:
    row = Authenticator.objects.select_for_update().filter(pk=pk).first()
    if row is not None:
        adapter = MFAAdapter()
        row.data |= {name: adapter.encrypt(adapter.decrypt(row.data[name])) for name in _secrets_in(row.data)}
        row.save(update_fields=["data"])


def _secrets_in(data: dict[str, Any]) -> set[str]:
    """A TOTP's key, and the seed of recovery codes."""
    return {"secret", "seed"} & set(data)
