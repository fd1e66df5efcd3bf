"""Servers, clients and objects for the suite: every test makes what it needs, under names of its own.

HEIRLOOM_BIN names the program. With HEIRLOOM_TEST_POSTGRES_URL every test runs twice: on SQLite and on PostgreSQL.
"""

import contextlib
import os
import time
import uuid
from collections.abc import Callable, Iterator

# The package configures the root logger when it is imported, unless told otherwise.
os.environ["PICSELLIA_SDK_CUSTOM_LOGGING"] = "1"
# A proxy, or a .netrc with an entry for the host, would change the requests of the SDK.
for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
    del os.environ[name]
os.environ.pop("PICSELLIA_TOKEN", None)
os.environ["NETRC"] = os.devnull

import pytest
from counting import CountingSession
from picsellia import Client
from picsellia.sdk.dataset_version import DatasetVersion
from picsellia.sdk.experiment import Experiment
from picsellia.sdk.project import Project
from picsellia.types.enums import InferenceType
from server import PostgresDatabase, Server, ServerProcess

POSTGRES_URL = os.environ.get("HEIRLOOM_TEST_POSTGRES_URL")
STARTED = time.monotonic()


@pytest.fixture(scope="session", params=["sqlite", *(["postgresql"] if POSTGRES_URL else [])])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with contextlib.ExitStack() as stack:
        is_postgres = request.param == "postgresql"
        process = ServerProcess(stack.enter_context(PostgresDatabase(POSTGRES_URL)) if is_postgres else None)
        try:
            yield process.start()
        finally:
            faults = process.stop()
        assert faults == []


@pytest.fixture(scope="session")
def connect(server: Server) -> Callable[..., Client]:
    """Makes the SDK's client of somebody."""

    def client(role: str, **options: object) -> Client:
        return Client(api_token=server.tokens[role], host=server.url, session=CountingSession(), **options)

    return client


@pytest.fixture(scope="session")
def client(connect: Callable[..., Client]) -> Client:
    """The editor, who does nearly everything."""
    return connect("editor")


@pytest.fixture(scope="session")
def owner(connect: Callable[..., Client]) -> Client:
    return connect("owner")


@pytest.fixture(scope="session")
def viewer(connect: Callable[..., Client]) -> Client:
    return connect("viewer")


@pytest.fixture(scope="session")
def stranger(connect: Callable[..., Client]) -> Client:
    """The owner of another organization."""
    return connect("stranger")


@pytest.fixture
def unique() -> Callable[[str], str]:
    """Makes names that no other test uses."""
    return lambda word: f"{word}-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def project(client: Client, unique: Callable[[str], str]) -> Project:
    return client.create_project(unique("project"))


@pytest.fixture
def experiment(project: Project) -> Experiment:
    """An experiment that has nothing."""
    return project.create_experiment("run")


@pytest.fixture
def dataset_version(client: Client, unique: Callable[[str], str]) -> DatasetVersion:
    """A version of a new dataset, with the labels cat and dog."""
    version = client.create_dataset(unique("dataset")).create_version("v1", type=InferenceType.OBJECT_DETECTION)
    for label in ("cat", "dog"):
        version.create_label(label)
    return version


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    endpoints = CountingSession.endpoints
    for method, path in sorted(endpoints, key=lambda endpoint: endpoint[::-1]):
        if terminalreporter.config.option.verbose > 1:
            terminalreporter.write_line(f"{method:6} {path}")
    seconds = time.monotonic() - STARTED
    terminalreporter.write_line(f"The SDK called {len(endpoints)} endpoints of /api; the suite took {seconds:.0f} s.")
