"""Writes are plain functions in few files, each its own transaction; models and signals of rows do nothing."""

from __future__ import annotations

import ast

import pytest
from django.apps import apps

from tests.house.source import FLOORS, calls, files, imports, name, tree

WRITERS = {
    "accounts/arrivals.py",
    "accounts/authorization/access_tokens.py",
    "accounts/browser/parcels.py",  # sessions of nobody's, not rows of ours
    "accounts/clients.py",
    "accounts/domains.py",
    "accounts/factors.py",
    "accounts/groups.py",
    "accounts/intake/people.py",
    "accounts/intake/runs.py",
    "accounts/intake/settings.py",
    "accounts/provider_logins.py",
    "accounts/providers.py",
    "accounts/rotation.py",
    "accounts/scim/people.py",
    "accounts/scim/tokens.py",
    "accounts/services.py",
    "accounts/standing.py",
    "accounts/signing.py",
    "accounts/sessions.py",  # the list of sessions, rows of allauth's
    "accounts/tokens.py",
    "audit/log.py",
    "audit/task_runs.py",
    "audit/models.py",  # Record.written(), the one way to write a record
    "chimeusers/beliefs.py",
    "chimeusers/budget.py",
    "chimeusers/channels.py",
    "chimeusers/drift.py",
    "chimeusers/listing.py",
    "chimeusers/queue.py",
    "chimeusers/reconcile.py",
    "chimeusers/services.py",
    "chimeusers/tally.py",
    "chimeusers/work.py",
    "exchange/reuse.py",
    "exchange/revocation.py",
    "exchange/services.py",
    "tenants/following.py",  # a progress bar, no rows
    "tenants/runs.py",
    "tenants/services.py",
}
NOT_OUTERMOST = {
    ("accounts/arrivals.py", "link"),  # a savepoint: what somebody else linked a moment ago is told as a refusal
    ("accounts/arrivals.py", "use_once"),  # the same: the database alone knows what was used a moment ago
    ("accounts/domains.py", "_note"),  # the same: who proved it a moment ago
    ("tenants/runs.py", "begin"),  # the same: who began one a moment ago
    ("accounts/arrivals.py", "follow_subject"),  # joins the transaction in which SCIM writes a user
    ("accounts/services.py", "amend"),  # the same, or that of update(), which is durable
    ("accounts/services.py", "enrol"),  # joins the transaction of allauth's sign-up, or of register(), which is durable
    ("accounts/services.py", "_unless_taken"),  # a savepoint: what the database refuses does not spoil the rest
}

_WRITES = {
    *("save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "update", "delete"),
    *("asave", "acreate", "aupdate", "adelete"),
}
_ROW_SIGNALS = {"pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed", "pre_init", "post_init"}


def writes(code: ast.Module) -> list[str]:
    """Return the calls that write rows; a function of an imported module, such as chime.delete(), is none."""
    modules = {found.rpartition(".")[2] for found in imports(code) if found.rpartition(".")[2].islower()}
    methods = (call.func for call in calls(code) if isinstance(call.func, ast.Attribute) and call.func.attr in _WRITES)
    return [ast.unparse(method) for method in methods if _root(method) not in modules]


def not_durable(code: ast.Module) -> list[str]:
    """Return the functions that open a transaction which may be somebody else's inner one."""
    functions = [node for node in ast.walk(code) if isinstance(node, ast.FunctionDef)]
    return [function.name for function in functions if any(map(_opens_any, _transactions(function)))]


def row_signals(code: ast.Module) -> set[str]:
    return {found.rpartition(".")[2] for found in imports(code)} & _ROW_SIGNALS


def _root(expression: ast.expr) -> str:
    while isinstance(expression, ast.Attribute | ast.Call | ast.Subscript):
        expression = expression.func if isinstance(expression, ast.Call) else expression.value
    return expression.id if isinstance(expression, ast.Name) else ""


def _transactions(function: ast.FunctionDef) -> list[ast.expr]:
    blocks = [item.context_expr for node in ast.walk(function) if isinstance(node, ast.With) for item in node.items]
    return [one for one in [*function.decorator_list, *blocks] if "atomic" in ast.unparse(one)]


def _opens_any(transaction: ast.expr) -> bool:
    return "durable=True" not in ast.unparse(transaction)


@pytest.mark.parametrize("path", files(*FLOORS), ids=name)
def test_only_few_files_write(path):
    code = tree(path)
    assert name(path) in WRITERS or writes(code) == []
    assert row_signals(code) == set()


@pytest.mark.parametrize("file", WRITERS)
def test_every_writer_still_writes(file):
    assert any(writes(tree(path)) for path in files(*FLOORS) if name(path) == file)


def test_every_transaction_is_the_outermost_but_for_two():
    found = {(name(path), function) for path in files(*FLOORS) for function in not_durable(tree(path))}
    assert found == NOT_OUTERMOST


def test_no_model_does_more_than_django_when_it_is_saved_or_deleted():
    for model in (model for floor in FLOORS for model in apps.get_app_config(floor).get_models()):
        for method in (model.save, model.delete):
            assert method.__module__.startswith("django."), method


def test_breaches_are_seen():
    assert writes(ast.parse("User.objects.filter(pk=1).update(name='x')")) == ["User.objects.filter(pk=1).update"]
    assert writes(ast.parse("def f(user):\n    user.save()")) == ["user.save"]
    assert writes(ast.parse("from chimeusers import chime\nchime.delete(link)")) == []
    assert row_signals(ast.parse("from django.db.models.signals import post_save")) == {"post_save"}
    assert not_durable(ast.parse("@transaction.atomic\ndef change(): ...")) == ["change"]
    assert not_durable(ast.parse("def change():\n    with transaction.atomic():\n        pass")) == ["change"]
    assert not_durable(ast.parse("@transaction.atomic(durable=True)\ndef change(): ...")) == []
