"""How a client finds its server, its token and its organization."""

import uuid

import pytest
from picsellia import Client
from picsellia.exceptions import ForbiddenError, PicselliaError, ResourceNotFoundError
from server import FOREIGN_ORGANIZATION, ORGANIZATION


def test_the_organization_is_the_default_one_or_is_named(connect, client):
    assert client.name == ORGANIZATION
    for named in ({"organization_name": ORGANIZATION}, {"organization_id": str(client.id)}):
        found = connect("editor", **named)
        assert (str(found.id), found.name) == (str(client.id), ORGANIZATION)


def test_the_token_may_come_from_the_environment(server, monkeypatch):
    monkeypatch.setenv("PICSELLIA_TOKEN", server.tokens["editor"])
    assert Client(host=server.url).name == ORGANIZATION


def test_a_slash_after_the_host_changes_nothing(server):
    found = Client(api_token=server.tokens["editor"], host=f"{server.url}/")
    assert found.create_project(uuid.uuid4().hex).name


def test_a_wrong_token_is_refused(server):
    for token in ("wrong", server.tokens["editor"] + "x"):
        with pytest.raises(PicselliaError, match="Cannot connect to the platform"):
            Client(api_token=token, host=server.url)


def test_another_organization_is_not_found(connect, stranger):
    for named in ({"organization_name": FOREIGN_ORGANIZATION}, {"organization_name": "nobody"}):
        with pytest.raises(ResourceNotFoundError):
            connect("editor", **named)
    for organization_id in (str(stranger.id), str(uuid.uuid4())):
        with pytest.raises((ForbiddenError, ResourceNotFoundError)):
            connect("editor", organization_id=organization_id)


def test_the_header_of_a_foreign_organization_opens_nothing(server, client, stranger):
    path = f"/api/organization/{client.id}/projects"
    own = server.ask("GET", path, headers={"X-Picsellia-Organization": str(client.id)})
    assert own.status_code == 200
    foreign = server.ask("GET", path, headers={"X-Picsellia-Organization": str(stranger.id)})
    assert foreign.status_code in (403, 404) and isinstance(foreign.json()["message"], str)


def test_an_answer_has_what_the_sdk_reads_first(server, client):
    ping = server.ask("GET", "/api/home/ping").json()
    assert {"sdk_version", "username", "default_organization"} <= set(ping)
    organization = server.ask("GET", f"/api/organization/{client.id}").json()
    assert uuid.UUID(organization["default_connector_id"])
