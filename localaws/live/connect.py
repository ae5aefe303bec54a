"""Chime's `Connect`: opening the socket of a user, written as the models write the operations that botocore knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.model import ServiceModel

from localaws.call import Service
from localaws.chime.lookup import find_user
from localaws.wire.catalogue import read_operation
from localaws.wire.dialects import CHIME

if TYPE_CHECKING:
    from localaws.call import Call, Members

SERVICE_NAME = "chime-sdk-messaging"
MODEL = {
    "metadata": {"protocol": "rest-json"},
    "operations": {
        "Connect": {
            "name": "Connect",
            "http": {"method": "GET", "requestUri": "/connect", "responseCode": 101},
            "input": {"shape": "ConnectRequest"},
        }
    },
    "shapes": {
        "ConnectRequest": {
            "type": "structure",
            "required": ["UserArn", "SessionId"],
            "members": {
                "UserArn": {"shape": "ChimeArn", "location": "querystring", "locationName": "userArn"},
                "SessionId": {"shape": "SessionId", "location": "querystring", "locationName": "sessionId"},
                "PrefetchOn": {"shape": "PrefetchOn", "location": "querystring", "locationName": "prefetch-on"},
                "PrefetchSortBy": {
                    "shape": "PrefetchSortBy",
                    "location": "querystring",
                    "locationName": "prefetch-sort-by",
                },
            },
        },
        "ChimeArn": {"type": "string", "min": 5, "max": 1600, "pattern": "arn:aws:chime:[^:]*:[^:]*:.*"},
        "SessionId": {"type": "string", "min": 1, "max": 256},
        "PrefetchOn": {"type": "string", "enum": ["connect"]},
        "PrefetchSortBy": {"type": "string", "enum": ["unread", "last-message-timestamp"]},
    },
}
CONNECT = read_operation(ServiceModel(MODEL, SERVICE_NAME).operation_model("Connect"), CHIME)


def the_connecting_user(call: Call) -> str:
    return str(call["UserArn"])


def connect(call: Call) -> Members:
    """Only somebody who exists, in the region and the account of the credentials."""
    find_user(call, call["UserArn"])
    return {}


SERVED = {"Connect": Service((the_connecting_user,), connect)}
