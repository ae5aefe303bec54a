"""The only writer that writes secrets as they are: each anew, under the key that encrypts today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models, transaction
from django.db.models.functions import Cast

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
