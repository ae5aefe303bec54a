"""What an admin does with the pages: fill in a form, choose rows and an action."""

from __future__ import annotations

from accounts.models import User
from tenants.scope import unscoped

USERS = "/admin/accounts/user/"
TOKENS = "/admin/accounts/apitoken/"
NEW_PASSWORD = "a-long-word-1"


def fill_in(**entries):
    """Return the entries of the user form, as a browser sends them."""
    return {"kind": "person", "username": "dave", "display_name": "", "email": "", "new_password": ""} | entries


def entries_of(browser, url):
    """Return what the form at `url` shows, ready to be sent back."""
    form = browser.get(url).context["adminform"].form
    entries = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in entries.items() if value is not None and value is not False}


def choose(browser, action, *users, url=USERS, **more):
    """Choose rows of a list and an action, and follow to the page that tells what happened."""
    rows = [str(user.pk) for user in users]
    return browser.post(url, {"action": action, "_selected_action": rows} | more, follow=True)


def now(user):
    """Return the user as they are in the database now, or None."""
    with unscoped():
        return User.objects.filter(pk=user.pk).select_related("tenant").first()


def named(tenant, username):
    with unscoped():
        return User.objects.filter(tenant=tenant, username=username).first()


def page(browser, url, **asked):
    answer = browser.get(url, asked)
    assert answer.status_code == 200, answer.get("Location")
    return answer.content.decode()


def complaints(answer):
    """Return a form page's errors, field by field."""
    assert answer.status_code == 200
    return answer.context["adminform"].form.errors
