from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.localaws.cloud import Cloud, build_house, setup
from tests.localaws.federation import Issuer, build_pool, federated_setup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.localaws.cloud import House
    from tests.localaws.federation import Pool


@pytest.fixture(autouse=True)
def _plain_settings() -> None:
    """Takes the place of the portal's fixture of this name: nothing of the portal is at work here."""


@pytest.fixture(scope="session")
def setup_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("setup") / "setup.json"
    path.write_text(json.dumps(setup()))
    return path


@pytest.fixture(scope="session")
def cloud(setup_file) -> Iterator[Cloud]:
    running = Cloud("--setup", str(setup_file), "--control")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory) -> Path:
    folder: Path = tmp_path_factory.mktemp("tls")
    return folder / "localaws.pem"


@pytest.fixture(scope="session")
def secure_cloud(setup_file, certificate) -> Iterator[Cloud]:
    """With TLS beside, where nobody has to wait between two connections."""
    tls = ["--tls-port", "0", "--cert", str(certificate), "--key", str(certificate.with_suffix(".key"))]
    haste = ["--behaviour", "SecondsBetweenConnects=0"]
    running = Cloud("--setup", str(setup_file), "--control", *tls, *haste)
    yield running
    running.stop()


@pytest.fixture
def acme(cloud) -> House:
    """Alice and bob live here, and dora is an admin."""
    house = build_house(cloud, "acme", ["alice", "bob", "dora"])
    cloud.identity().create_app_instance_admin(AppInstanceArn=house.arn, AppInstanceAdminArn=house["dora"])
    return house


@pytest.fixture
def globex(cloud) -> House:
    return build_house(cloud, "globex", ["carol"])


@pytest.fixture
def code() -> Callable[..., str]:
    """What a call is refused with; a call that works is a failure of the test."""

    def refuse(call: Callable[..., Any], **members: Any) -> str:
        with pytest.raises(ClientError) as caught:
            call(**members)
        return str(caught.value.response["Error"]["Code"])

    return refuse


@pytest.fixture(scope="session")
def issuer() -> Iterator[Issuer]:
    running = Issuer()
    yield running
    running.close()


@pytest.fixture(scope="session")
def federation(issuer, tmp_path_factory) -> Iterator[Cloud]:
    """A cloud that believes the issuer."""
    path = tmp_path_factory.mktemp("federation") / "setup.json"
    path.write_text(json.dumps(federated_setup(issuer)))
    running = Cloud("--setup", str(path), "--control")
    yield running
    running.stop()


@pytest.fixture
def pool(federation, issuer) -> Pool:
    return build_pool(federation, issuer)


@pytest.fixture
def initech(federation) -> House:
    """Alice and bob live here, in the cloud that believes the issuer."""
    return build_house(federation, "initech", ["alice", "bob"])


@pytest.fixture
def peace_afterwards(cloud) -> Iterator[None]:
    """The cloud is shared, so a fault that outlived its test would hit others."""
    yield
    cloud.control("DELETE", "faults")
