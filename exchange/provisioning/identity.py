"""The app instance at Chime, and its admin."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from exchange.provisioning.lives import end, token
from exchange.provisioning.wanted import TAG
from tenants import aws
from tenants.failures import Exists, Missing
from tenants.names import PORTALS_ADMIN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from exchange.provisioning.wanted import Ground, Wish


class AppInstance:
    """Found again by its metadata, as names are not unique at Chime."""

    def __init__(self, wish: Wish, linked: str) -> None:
        self.wish, self.linked = wish, linked
        self._metadata = json.dumps({TAG: wish.tenant_id})

    def differs(self, ground: Ground) -> Iterator[str]:
        ground.app_instance_arn = self._found()
        if not ground.app_instance_arn:
            yield f"create the app instance {self.wish.name} in {self.wish.region}"

    def make(self, ground: Ground) -> None:
        with aws.sorted_failures():
            made = aws.client("chime-sdk-identity", self.wish.region).create_app_instance(
                Name=self.wish.name, Metadata=self._metadata, ClientRequestToken=token(self.wish, "app-instance")
            )
        ground.app_instance_arn = made["AppInstanceArn"]

    def gone(self, ground: Ground) -> Iterator[str]:
        ground.app_instance_arn = self._found()
        if ground.app_instance_arn:
            yield f"delete the app instance {ground.app_instance_arn}: users, channels and messages, for good"

    def unmake(self, ground: Ground) -> None:
        end(self.wish, ground.app_instance_arn)
        with aws.sorted_failures():
            aws.client("chime-sdk-identity", self.wish.region).delete_app_instance(
                AppInstanceArn=ground.app_instance_arn
            )

    def _found(self) -> str:
        found = (one for one in self._every() if self.linked == one["AppInstanceArn"] or self._is_ours(one))
        return next((str(one["AppInstanceArn"]) for one in found), "")

    def _is_ours(self, one: Mapping[str, Any]) -> bool:
        return one.get("Metadata") == self._metadata

    def _every(self) -> Iterator[Mapping[str, Any]]:
        client = aws.client("chime-sdk-identity", self.wish.region)
        asked: dict[str, Any] = {}
        while True:
            with aws.sorted_failures():
                page = client.list_app_instances(**asked)
            yield from page["AppInstances"]
            if not page.get("NextToken"):
                return
            asked = {"NextToken": page["NextToken"]}


class Admin:
    """An app instance user who administers the app instance, of whom nobody has credentials by themselves."""

    def __init__(self, wish: Wish) -> None:
        self.wish = wish

    def differs(self, ground: Ground) -> Iterator[str]:
        if not ground.app_instance_arn or not self._is_admin(ground):
            yield f"make {PORTALS_ADMIN} the app instance's admin"

    def make(self, ground: Ground) -> None:
        client = aws.client("chime-sdk-identity", self.wish.region)
        with suppress(Exists), aws.sorted_failures():
            client.create_app_instance_user(
                AppInstanceArn=ground.app_instance_arn,
                AppInstanceUserId=PORTALS_ADMIN,
                Name=PORTALS_ADMIN,
                ClientRequestToken=token(self.wish, PORTALS_ADMIN),
            )
        with suppress(Exists), aws.sorted_failures():
            client.create_app_instance_admin(**_admin(ground))

    def _is_admin(self, ground: Ground) -> bool:
        try:
            with aws.sorted_failures():
                aws.client("chime-sdk-identity", self.wish.region).describe_app_instance_admin(**_admin(ground))
        except Missing:
            return False
        return True


def _admin(ground: Ground) -> dict[str, str]:
    arn = ground.app_instance_arn
    return {"AppInstanceArn": arn, "AppInstanceAdminArn": f"{arn}/user/{PORTALS_ADMIN}"}
