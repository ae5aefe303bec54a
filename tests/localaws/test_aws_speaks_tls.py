from __future__ import annotations

import socket
import ssl
import stat
import subprocess
import sys
from urllib.parse import urlsplit

import boto3
import pytest
from cryptography import x509

from tests.localaws.cloud import PORTAL, REGION, ROOT, Cloud, build_house
from tests.localaws.listening import listen, open_channel, say, sign_connect


@pytest.fixture
def house(secure_cloud):
    return build_house(secure_cloud, "initech", ["alice"])


def test_https_is_the_same_aws(secure_cloud, certificate, house):
    client = boto3.client(
        "chime-sdk-identity",
        region_name=REGION,
        endpoint_url=secure_cloud.tls_url,
        verify=str(certificate),
        aws_access_key_id=PORTAL.access_key_id,
        aws_secret_access_key=PORTAL.secret,
    )
    try:
        assert client.describe_app_instance(AppInstanceArn=house.arn)["AppInstance"]["Name"] == "initech"
    finally:
        client.close()


@pytest.mark.parametrize("network", ["IPV4_ONLY", "DUAL_STACK", None])
def test_clients_are_sent_to_where_tls_is_spoken(secure_cloud, house, network):
    wish = {"NetworkType": network} if network else {}
    alice = secure_cloud.messaging(secure_cloud.become(house["alice"]))
    url = alice.get_messaging_session_endpoint(**wish)["Endpoint"]["Url"]
    assert url == urlsplit(secure_cloud.tls_url).netloc


def test_without_tls_they_are_sent_to_where_it_is_not(cloud, acme):
    alice = cloud.messaging(cloud.become(acme["alice"]))
    url = alice.get_messaging_session_endpoint(NetworkType="DUAL_STACK")["Endpoint"]["Url"]
    assert url == urlsplit(cloud.url).netloc


def test_a_socket_is_opened_over_tls(secure_cloud, certificate, house):
    channel = open_channel(secure_cloud, house, "alice")
    host = urlsplit(secure_cloud.tls_url).netloc
    url = sign_connect(secure_cloud, secure_cloud.become(house["alice"]), house["alice"], host=host)
    secure = urlsplit(url)._replace(scheme="wss", netloc=host).geturl()
    with listen(secure, ssl=ssl.create_default_context(cafile=str(certificate))) as ear:
        assert ear.hear().type == "SESSION_ESTABLISHED"
        say(secure_cloud, channel, house["alice"], "hello")
        assert ear.hear().payload["Content"] == "hello"


def test_the_certificate_is_made_for_this_machine(secure_cloud, certificate):
    assert secure_cloud.tls_url
    made = x509.load_pem_x509_certificate(certificate.read_bytes())
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost", "*.localhost"]
    assert [str(each) for each in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1"]
    assert made.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert (made.not_valid_after_utc - made.not_valid_before_utc).days < 825
    assert stat.S_IMODE(certificate.with_suffix(".key").stat().st_mode) == 0o600


def test_what_was_made_is_used_again(certificate, secure_cloud):
    assert secure_cloud.tls_url
    before = certificate.read_bytes()
    own = Cloud("--tls-port", "0", "--cert", str(certificate), "--key", str(certificate.with_suffix(".key")))
    try:
        context = ssl.create_default_context(cafile=str(certificate))
        host, port = urlsplit(own.tls_url).hostname or "", urlsplit(own.tls_url).port or 0
        with socket.create_connection((host, port)) as plain, context.wrap_socket(plain, server_hostname=host):
            assert certificate.read_bytes() == before
    finally:
        own.stop()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--tls-port", "0"], "--tls-port, --cert and --key go together"),
        (["--tls-port", "0", "--cert", "{folder}/a.pem", "--key", "{folder}/other.key"], "can't be used"),
        (["--tls-port", "0", "--cert", "{folder}/no/a.pem", "--key", "{folder}/no/a.key"], "can't be used"),
    ],
    ids=["no certificate", "no key of its own", "no folder"],
)
def test_what_is_missing_is_said(tmp_path, arguments, sentence):
    (tmp_path / "a.pem").write_text("-----BEGIN CERTIFICATE-----\n")
    done = subprocess.run(
        [sys.executable, "-m", "localaws", "--port", "0", *(each.format(folder=tmp_path) for each in arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    assert done.returncode != 0
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
