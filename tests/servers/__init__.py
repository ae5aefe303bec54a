"""Real servers for tests: each on a free port of loopback, with private data, stopped completely afterwards.

`with Redis() as redis:` gives one that is ready at `redis.url`. Its stop() and start() make it go and come back on the
same port, with the data it had.
"""

from tests.servers.localaws import LocalAWS
from tests.servers.portal import Beat, Web, Worker
from tests.servers.postgresql import PostgreSQL
from tests.servers.rabbitmq import RabbitMQ
from tests.servers.redis import Redis
from tests.servers.slapd import Slapd

__all__ = ["Beat", "LocalAWS", "PostgreSQL", "RabbitMQ", "Redis", "Slapd", "Web", "Worker"]
