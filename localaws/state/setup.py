"""The setup file: accounts, users, roles and app instances, in the words of AWS's own documents."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from localaws.chime.rows import Admin, AppInstance, AppInstanceUser
from localaws.cognito.setup import PART, read_pools, read_user_pools
from localaws.iam.authentication import CHIME_REGIONS
from localaws.iam.directory import IAM
from localaws.iam.setup import PARTS, read_iam
from localaws.state.behaviour import Behaviour, SwitchError, turn
from localaws.state.setup_entry import Entry, SetupError

if TYPE_CHECKING:
    from localaws.chime.messaging.processors import Processors
    from localaws.state.store import Store
    from localaws.sts.issuers import Issuers

ACCOUNT = {"AccountId", "AppInstances", PART, *PARTS}
APP_INSTANCE = {"AppInstanceId", "Region", "Name", "Metadata", "Users", "Admins"}

FUNCTION = "arn:aws:lambda:"
ACCOUNT_ID = re.compile(r"\d{12}", re.ASCII)
APP_INSTANCE_ID = re.compile(r"[-A-Za-z0-9]+")
USER_ID = re.compile(r"[A-Za-z0-9]([A-Za-z0-9:_.@-]{0,62}[A-Za-z0-9])?")


def read_setup(
    text: str,
    store: Store,
    now: float,
    behaviour: Behaviour | None = None,
    processors: Processors | None = None,
    issuers: Issuers | None = None,
) -> IAM:
    """What IAM has by the same name is replaced; app instances and their users join the store where it lacks them.

    The switches are turned in `behaviour`; `processors` and `issuers` learn their addresses. Raises SetupError.
    """
    try:
        document = json.loads(text)
        # JSON can escape half of a surrogate pair, which is no character and could not be written to the snapshot.
        json.dumps(document, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise SetupError(f"it is no JSON: {error}") from error
    setup = Entry(document, "setup", {"Accounts", "Behaviour", "Faults", "Quotas", "Processors", "UserPoolKeys"})
    read_behaviour(setup, behaviour or Behaviour())
    addresses = read_processors(setup)
    if processors:
        processors.addresses = addresses
    if issuers:
        issuers.addresses = read_user_pools(setup)
    for account in setup.entries("Accounts", ACCOUNT):
        read_account(account, store, now)
    return IAM(store)


def read_behaviour(setup: Entry, behaviour: Behaviour) -> None:
    try:
        turn(behaviour, setup.fields.get("Behaviour", {}))
    except SwitchError as error:
        raise SetupError(f"setup.Behaviour: {error}") from error


def read_processors(setup: Entry) -> dict[str, str]:
    """Which HTTP address stands in for which Lambda function, by its ARN."""
    addresses = setup.fields.get("Processors", {})
    if not isinstance(addresses, dict):
        raise SetupError("setup.Processors must be an object of functions and their addresses.")
    for function, address in addresses.items():
        if not function.startswith(FUNCTION) or not is_address(address):
            raise SetupError(f"setup.Processors must have an http or https address for {FUNCTION}..., not {function}.")
    return addresses


def is_address(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def read_account(account: Entry, store: Store, now: float) -> None:
    account_id = account.text("AccountId")
    if not ACCOUNT_ID.fullmatch(account_id):
        raise SetupError(f"{account.place}.AccountId must be twelve digits.")
    read_iam(account, account_id, store, now)
    read_pools(account, account_id, store)
    for app_instance in account.entries("AppInstances", APP_INSTANCE):
        add_app_instance(app_instance, account_id, store, now)


def add_app_instance(entry: Entry, account: str, store: Store, now: float) -> None:
    region = entry.text("Region")
    if region not in CHIME_REGIONS:
        raise SetupError(f"{entry.place}.Region must be one of {', '.join(CHIME_REGIONS)}.")
    arn = f"arn:aws:chime:{region}:{account}:app-instance/{read_id(entry, 'AppInstanceId', APP_INSTANCE_ID)}"
    made = AppInstance(arn, entry.text("Name"), entry.optional("Metadata"), created_at=now, updated_at=now)
    app_instance = store.app_instances.get(arn) or made
    store.app_instances.put(arn, app_instance)
    for user in entry.entries("Users", {"AppInstanceUserId", "Name", "Metadata"}):
        add_user(user, app_instance, now)
    for user_id in entry.texts("Admins"):
        add_admin(user_id, entry, app_instance, now)


def add_user(entry: Entry, app_instance: AppInstance, now: float) -> None:
    arn = f"{app_instance.arn}/user/{read_id(entry, 'AppInstanceUserId', USER_ID)}"
    if arn not in app_instance.users:
        made = AppInstanceUser(arn, entry.text("Name"), entry.optional("Metadata"), created_at=now, updated_at=now)
        app_instance.users.put(arn, made)


def read_id(entry: Entry, name: str, pattern: re.Pattern[str]) -> str:
    """Nobody could call anything by an ARN that AWS would not give."""
    value = entry.text(name)
    if not pattern.fullmatch(value):
        raise SetupError(f"{entry.place}.{name} must fit {pattern.pattern}.")
    return value


def add_admin(user_id: str, entry: Entry, app_instance: AppInstance, now: float) -> None:
    arn = f"{app_instance.arn}/user/{user_id}"
    if arn not in app_instance.users:
        raise SetupError(f"{entry.place}.Admins names {user_id}, who is none of its users.")
    if arn not in app_instance.admins:
        app_instance.admins.put(arn, Admin(arn, now))
