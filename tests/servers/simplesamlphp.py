"""SimpleSAMLphp, Debian's, as a company's identity provider: with a login page of its own, and keys that truly sign."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from accounts.saml.keys import make_key_pair
from tests.servers.server import HOST, Server

if TYPE_CHECKING:
    from collections.abc import Mapping

_INSTALLED = Path("/usr/share/simplesamlphp")
PASSWORD = "at-the-company-1"
_CONFIG = """<?php
$config = [
    'baseurlpath' => '{url}/',
    'certdir' => '{folder}/', 'loggingdir' => '{folder}/', 'datadir' => '{folder}/', 'tempdir' => '{folder}/tmp',
    'metadatadir' => '{folder}/metadata', 'metadata.sources' => [['type' => 'flatfile']],
    'secretsalt' => 'of-a-test', 'auth.adminpassword' => 'of-a-test', 'timezone' => 'UTC',
    'technicalcontact_name' => 'a test', 'technicalcontact_email' => 'test@acme.example', 'errorreporting' => false,
    'logging.handler' => 'file', 'logging.level' => 6, 'logging.logfile' => 'simplesamlphp.log',
    'enable.saml20-idp' => true, 'module.enable' => ['exampleauth' => true, 'core' => true, 'saml' => true],
    'session.cookie.secure' => false, 'session.cookie.samesite' => null,
    'session.phpsession.savepath' => '{folder}/tmp', 'store.type' => 'phpsession', 'language.default' => 'en',
];
"""
_PEOPLE = """<?php
$config = ['company' => ['exampleauth:UserPass', 'frida:{password}' => [
    'uid' => ['frida-1'], 'urn:oid:0.9.2342.19200300.100.1.1' => ['frida'],
    'urn:oid:0.9.2342.19200300.100.1.3' => ['frida@acme.example'],
    'urn:oid:2.16.840.1.113730.3.1.241' => ['Frida of Acme'],
    'urn:oid:1.3.6.1.4.1.5923.1.5.1.1' => ['staff', 'engineers'],
]]];
"""
_IDP = """<?php
$metadata['{url}/idp'] = ['host' => '__DEFAULT__', 'privatekey' => 'key.pem', 'certificate' => 'certificate.pem',
    'auth' => 'company', 'signature.algorithm' => 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    'sign.logout' => true, 'validate.logout' => true, 'NameIDFormat' => '{format}',
    'authproc' => [3 => ['class' => 'saml:AttributeNameID', 'attribute' => 'uid', 'identifyingAttribute' => 'uid',
        'Format' => '{format}']],
];
"""
_PORTAL = """<?php
$metadata['{entity_id}'] = [
    'AssertionConsumerService' => '{acs}', 'SingleLogoutService' => '{sls}', 'certData' => '{certificate}',
    'validate.authnrequest' => true, 'NameIDFormat' => '{format}', 'attributes.NameFormat' => '{names}',
];
"""
_PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
_NAMES = "urn:oasis:names:tc:SAML:2.0:attrname-format:uri"


class SimpleSAMLphp(Server):
    def __init__(self) -> None:
        super().__init__()
        for name in ("tmp", "metadata"):
            (self.folder / name).mkdir()
        key, certificate = make_key_pair("the company", now=datetime.now(UTC))
        self._write("key.pem", key)
        self._write("certificate.pem", certificate)
        self._write("config.php", _CONFIG.replace("{url}", self.url).replace("{folder}", str(self.folder)))
        self._write("authsources.php", _PEOPLE.replace("{password}", PASSWORD))
        self._write("metadata/saml20-idp-hosted.php", _IDP.replace("{url}", self.url).replace("{format}", _PERSISTENT))
        self._write("metadata/saml20-sp-remote.php", "<?php\n")

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def metadata_url(self) -> str:
        return f"{self.url}/saml2/idp/metadata.php"

    def know(self, portal: Any) -> None:
        """Enter the portal by its metadata, as the company's admin does."""
        told = {
            "entity_id": portal.get("entityID"),
            "acs": portal.find(".//{*}AssertionConsumerService").get("Location"),
            "sls": portal.find(".//{*}SingleLogoutService").get("Location"),
            "certificate": portal.findtext(".//{*}X509Certificate"),
            "format": _PERSISTENT,
            "names": _NAMES,
        }
        text = _PORTAL
        for name, value in told.items():
            text = text.replace(f"{{{name}}}", value)
        self._write("metadata/saml20-sp-remote.php", text)

    def command(self) -> list[str]:
        options = {"error_reporting": "0", "display_errors": "0", "opcache.enable": "0"}
        settings = [f"-d{name}={value}" for name, value in options.items()]
        return ["php", *settings, "-S", f"{HOST}:{self.port}", "-t", str(_INSTALLED / "www")]

    def environment(self) -> Mapping[str, str]:
        return os.environ | {"SIMPLESAMLPHP_CONFIG_DIR": str(self.folder)}

    def _write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)
