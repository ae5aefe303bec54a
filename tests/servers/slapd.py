"""An OpenLDAP directory that speaks StartTLS and LDAPS, filled from LDIF before it starts."""

from __future__ import annotations

import subprocess

from tests.servers.certificates import Authority
from tests.servers.server import HOST, Server, answers, free_port

SUFFIX = "dc=acme,dc=example"
MANAGER, MANAGER_PASSWORD = f"cn=manager,{SUFFIX}", "manager-secret"
_CONF = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/pid
TLSCertificateFile {certificate}
TLSCertificateKeyFile {key}
sizelimit {most_entries}
access to attrs=userPassword by anonymous auth by * none
access to * by users read by * none
database mdb
maxsize 4294967296
suffix "{suffix}"
rootdn "{manager}"
rootpw {password}
directory {folder}/data
index uid,member,entryUUID eq
"""


class Slapd(Server):
    most_entries = "5000"  # of one search, as directories have it

    def __init__(self, ldif: str, authority: Authority | None = None) -> None:
        super().__init__()
        self.authority = authority or Authority()
        self.tls_port = free_port()
        certificate, key = self.authority.certify(self.folder)
        (self.folder / "data").mkdir()
        (self.folder / "entries.ldif").write_text(ldif)
        self.conf = self.folder / "slapd.conf"
        self.conf.write_text(
            _CONF.format(
                folder=self.folder,
                most_entries=self.most_entries,
                certificate=certificate,
                key=key,
                suffix=SUFFIX,
                manager=MANAGER,
                password=MANAGER_PASSWORD,
            )
        )
        fill = ["/usr/sbin/slapadd", "-q", "-f", str(self.conf), "-l", str(self.folder / "entries.ldif")]
        subprocess.run(fill, check=True, capture_output=True)

    @property
    def url(self) -> str:
        return f"ldap://{HOST}:{self.port}"

    @property
    def tls_url(self) -> str:
        return f"ldaps://{HOST}:{self.tls_port}"

    def command(self) -> list[str]:
        return ["/usr/sbin/slapd", "-f", str(self.conf), "-h", f"{self.url} {self.tls_url}", "-d", "0"]

    def ready(self) -> bool:
        return answers(self.port) and answers(self.tls_port)
