"""A replica set as in production: users with passwords, a key file, and TLS that it requires."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from loaders.local.mongod import REPLICA_SET, start_mongod, stop_mongod
from tests.support.waiting import until

ROOT_USER: Final = "root"
# A password as they are: it must be percent-encoded in an address.
PASSWORD: Final = "p@ss/word:1%"
STARTED_WITHIN_S: Final = 120.0


@dataclass(frozen=True)
class SecuredMongod:
    """A running replica set; `authority` is the certificate of the authority that signed its own.

    port: of the first member, which is the first primary. ports: of all.
    """

    ports: tuple[int, ...]
    authority: Path

    @property
    def port(self) -> int:
        return self.ports[0]

    @property
    def hosts(self) -> list[str]:
        return [f"127.0.0.1:{port}" for port in self.ports]

    def uri(self, user: str | None = ROOT_USER, password: str = PASSWORD, **options: str) -> str:
        """The address for a user; None stands for none. options: those of the address, in place of the default."""
        login = f"{user}:{quote(password, safe='')}@" if user else ""
        given = {"replicaSet": REPLICA_SET, "tls": "true", "tlsCAFile": str(self.authority), **options}
        query = "&".join(f"{name}={value}" for name, value in given.items() if value)
        return f"mongodb://{login}{','.join(self.hosts)}/?{query}"

    def command(self, command: dict[str, Any]) -> dict[str, Any]:
        """Run a command of `admin` as the root user."""
        with MongoClient[dict[str, Any]](self.uri()) as client:
            return client.admin.command(command)

    def running(self, namespace: str) -> list[dict[str, Any]]:
        """The operations on a collection at the moment, of all users."""
        with MongoClient[dict[str, Any]](self.uri()) as client:
            stages: list[dict[str, Any]] = [
                {"$currentOp": {"allUsers": True}},
                {"$match": {"ns": namespace, "active": True}},
            ]
            return list(client.admin.aggregate(stages))

    def create_user(self, name: str, roles: list[dict[str, str]]) -> str:
        """Create a user and return the address for it."""
        self.command({"createUser": name, "pwd": PASSWORD, "roles": roles})
        return self.uri(name)


@contextmanager
def secured_mongod(folder: Path, openssl: str, size: int = 1) -> Iterator[SecuredMongod]:
    """Run it until the block ends, with `size` members; openssl: the path of that program."""
    authority, certificate = make_certificates(folder, openssl)
    key = folder / "replica-set.key"
    key.write_text("c2VjcmV0" * 8)
    key.chmod(0o400)
    flags = [
        *("--auth", "--keyFile", str(key)),
        *("--tlsMode", "requireTLS", "--tlsCertificateKeyFile", str(certificate), "--tlsCAFile", str(authority)),
        "--tlsAllowConnectionsWithoutCertificates",
        # The tests hold operations up.
        *("--setParameter", "enableTestCommands=1"),
        *("--setParameter", "shutdownTimeoutMillisForSignaledShutdown=100"),
    ]
    with ExitStack() as stack:
        ports = []
        for number in range(size):
            member = folder / f"member-{number}"
            (member / "mongo").mkdir(parents=True)
            port, watchdog = start_mongod(member, flags=flags)
            stack.callback(stop_mongod, watchdog)
            ports.append(port)
        mongod = SecuredMongod(tuple(ports), authority)
        _initiate(mongod)
        yield mongod


def _initiate(mongod: SecuredMongod) -> None:
    """Make it a replica set, and create the root user: until there is a user, a client of this machine may."""
    address = SecuredMongod(mongod.ports[:1], mongod.authority).uri(None, replicaSet="", directConnection="true")
    with MongoClient[dict[str, Any]](address) as client:
        members = [{"_id": number, "host": host} for number, host in enumerate(mongod.hosts)]
        client.admin.command({"replSetInitiate": {"_id": REPLICA_SET, "members": members}})
        wait_for_primary(client)
        client.admin.command({"createUser": ROOT_USER, "pwd": PASSWORD, "roles": ["root"]})


def wait_for_primary(client: MongoClient[dict[str, Any]]) -> None:
    """Wait until the member that a client is connected to is the primary."""

    def is_primary() -> bool:
        try:
            return bool(client.admin.command({"hello": 1})["isWritablePrimary"])
        except PyMongoError:
            return False

    until(is_primary, within_s=STARTED_WITHIN_S, what="a primary")


def make_certificates(folder: Path, openssl: str) -> tuple[Path, Path]:
    """Make an authority, and a certificate for 127.0.0.1 with its key in one file; returns the paths of both."""
    authority, authority_key = folder / "authority.pem", folder / "authority.key"
    key, request, chain, both = (folder / f"mongod.{ending}" for ending in ("key", "csr", "crt", "pem"))
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    extensions = folder / "extensions"
    extensions.write_text("subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n")

    def run(*arguments: str | Path) -> None:
        subprocess.run([openssl, *arguments], check=True, capture_output=True)

    run("req", "-x509", *curve, "-days", "2", "-subj", "/CN=test", "-keyout", authority_key, "-out", authority)
    run("req", *curve, "-subj", "/CN=127.0.0.1", "-keyout", key, "-out", request)
    signer = ("-CA", authority, "-CAkey", authority_key, "-CAcreateserial")
    run("x509", "-req", "-in", request, *signer, "-days", "2", "-extfile", extensions, "-out", chain)
    both.write_bytes(chain.read_bytes() + key.read_bytes())
    return authority, both
