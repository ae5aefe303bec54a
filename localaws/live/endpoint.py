from __future__ import annotations

import re
from typing import TYPE_CHECKING

from localaws.call import Service
from localaws.chime.arns import anything

if TYPE_CHECKING:
    from localaws.call import Call, Members

PORT = re.compile(r":[0-9]+$")
PORT_OF_HTTPS = 443


def get_messaging_session_endpoint(call: Call) -> Members:
    """A bare host, as clients put scheme and path to it themselves: mostly wss, so TLS it is when that is on.

    It is the host that the client reached us by. Here it has every type of network that may be asked for.
    """
    port = call.world.tls_port
    if port is None:
        return {"Endpoint": {"Url": call.host}}
    host = PORT.sub("", call.host)
    # Browsers leave the usual port out of the Host header, and the client must sign what they send.
    return {"Endpoint": {"Url": host if port == PORT_OF_HTTPS else f"{host}:{port}"}}


SERVED = {"GetMessagingSessionEndpoint": Service((anything,), get_messaging_session_endpoint)}
