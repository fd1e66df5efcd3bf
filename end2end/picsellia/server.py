"""A server of its own for the suite, with people of every role in two organizations."""

import os
import socket
import subprocess
import tempfile
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry

PASSWORD = "correct horse battery staple"
ORGANIZATION, FOREIGN_ORGANIZATION = "Acme", "Other"
# E-mail address, organization and role of everybody.
PEOPLE = {
    "owner": ("owner@acme.example", ORGANIZATION, "owner"),
    "editor": ("editor@acme.example", ORGANIZATION, "editor"),
    "viewer": ("viewer@acme.example", ORGANIZATION, "viewer"),
    "stranger": ("owner@other.example", FOREIGN_ORGANIZATION, "owner"),
}


@dataclass(frozen=True)
class Server:
    """A running server: its origin, and an API token for everybody in `PEOPLE`."""

    url: str
    tokens: dict[str, str] = field(repr=False)

    def ask(self, method: str, path: str, *, role: str = "editor", **more: object) -> requests.Response:
        """A request without the SDK; the answer as it comes."""
        headers = {"Authorization": f"Bearer {self.tokens[role]}", **more.pop("headers", {})}
        return requests.request(method, self.url + path, headers=headers, timeout=60, **more)


class ServerProcess:
    """Fills a fresh data folder, serves it, and leaves nothing behind."""

    def __init__(self, database_url: str | None) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="heirloom-picsellia-")
        self.data = ["--data", f"{self.folder.name}/data", *(["--database-url", database_url] if database_url else [])]
        self.log = Path(self.folder.name, "server.log")
        self.process: subprocess.Popen | None = None

    def start(self) -> Server:
        return self.serve(self.fill())

    def fill(self) -> dict[str, str]:
        """Makes everybody, and says their tokens."""
        return {name: self.create(*person) for name, person in PEOPLE.items()}

    def serve(self, tokens: dict[str, str]) -> Server:
        address = f"127.0.0.1:{free_port()}"
        with self.log.open("a") as log:
            command = [program(), "serve", *self.data, "--listen", address]
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait_for(f"http://{address}/ready", self.log)
        return Server(f"http://{address}", tokens)

    def create(self, email: str, organization: str, role: str) -> str:
        """A person, and a token of that person."""
        user = ["user", "create", *self.data, "--organization", organization, "--email", email, "--role", role]
        self.run(user, PASSWORD)
        return self.run(["token", "create", *self.data, "--email", email]).strip()

    def run(self, arguments: list[str], text: str = "") -> str:
        return subprocess.run([program(), *arguments], input=text, capture_output=True, text=True, check=True).stdout

    def halt(self) -> None:
        """Ends the server, so that commands can have its data."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=60)
            self.process = None

    def stop(self) -> list[str]:
        """Ends the server, and returns what it has logged as its own faults."""
        self.halt()
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        self.folder.cleanup()
        # A call that is not served is no fault.
        return [line for line in lines if ("ERROR" in line and "501 Not Implemented" not in line) or "panicked" in line]


def program() -> str:
    return os.environ["HEIRLOOM_BIN"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(url: str, log: Path) -> None:
    """Asks until the server is there, for some twenty seconds at most."""
    session = requests.Session()
    retry = Retry(total=120, status_forcelist=[503], backoff_factor=0.05, backoff_max=0.2)
    session.mount("http://", HTTPAdapter(max_retries=retry))
    try:
        session.get(url, timeout=5).raise_for_status()
    except requests.RequestException as error:
        raise RuntimeError(f"The server did not start:\n{log.read_text()}") from error


class PostgresDatabase:
    """A database of its own on the server of HEIRLOOM_TEST_POSTGRES_URL, dropped at the end."""

    def __init__(self, server_url: str) -> None:
        self.server_url = server_url
        self.name = f"heirloom_sdk_{uuid.uuid4().hex}"
        address, _, options = server_url.partition("?")
        self.url = f"{address.rsplit('/', 1)[0]}/{self.name}?{options}"

    def __enter__(self) -> str:
        self.query(f"CREATE DATABASE {self.name}")
        return self.url

    def __exit__(self, *_: object) -> None:
        self.query(f"DROP DATABASE {self.name} WITH (FORCE)")

    def query(self, statement: str) -> None:
        installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/psql"))
        psql = str(installed[-1]) if installed else "psql"
        options = ["--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", f"--dbname={self.server_url}"]
        subprocess.run([psql, *options, f"--command={statement}"], check=True)
