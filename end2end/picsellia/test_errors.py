"""What cannot be done: the status, and a body that the SDK can read."""

import uuid

import pytest
from picsellia.exceptions import PicselliaError

NOWHERE = uuid.uuid4()


def assert_refused(answer, *statuses):
    """The SDK fails at bodies that are no objects, and at messages that are no texts."""
    assert answer.status_code in statuses, answer.text
    body = answer.json()
    assert isinstance(body, dict) and isinstance(body["message"], str) and body["message"]
    return body["message"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/model/{model}/versions", {"name": "x", "type": "CATS"}),
        ("/api/model/{model}/versions", {"name": "x", "framework": "KERAS"}),
        ("/api/dataset/{dataset}/versions", {"version": "x", "description": "", "type": "cats"}),
        ("/api/experiment/{experiment}/logs", {"name": "x", "data": 1, "type": "SOUND"}),
        ("/api/organization/{organization}/tags", {"name": "x", "target_type": "PERSON"}),
        (
            "/api/organization/{organization}/connector/{organization}/generate_object_name",
            {"filename": "x", "type": "PICTURE", "context": {}},
        ),
    ],
)
def test_unknown_words_are_refused(server, client, experiment, dataset_version, unique, path, body):
    path = path.format(
        model=client.create_model(unique("model")).id,
        dataset=dataset_version.origin_id,
        experiment=experiment.id,
        organization=client.id,
    )
    assert_refused(server.ask("POST", path, json=body), 400, 422)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"name"', b'{"name": null}', b'{"name": 7}', b'{"name": ""}', b"\xff", b"{}", b'["name", null]'])
def test_a_body_that_cannot_be_read_is_refused(server, client, body):
    headers = {"Content-Type": "application/json"}
    assert_refused(server.ask("POST", f"/api/organization/{client.id}/projects", data=body, headers=headers), 400, 422)


def test_a_body_that_is_too_large_is_refused(server, client):
    body = {"name": "x", "description": "x" * (9 << 20)}
    assert_refused(server.ask("POST", f"/api/organization/{client.id}/projects", json=body), 413, 422)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/nowhere", 404),
        ("GET", "/api/experiment/no-id", 404),
        ("GET", f"/api/experiment/{NOWHERE}", 404),
        ("PUT", f"/api/experiment/{NOWHERE}", 405),
        ("DELETE", f"/api/experiment/{NOWHERE}/publish", 405),
    ],
)
def test_an_address_that_is_none_is_refused(server, method, path, status):
    assert_refused(server.ask(method, path), status, 400 if path.endswith("no-id") else status)


def test_find_needs_a_key_that_it_knows(server, client):
    for query in ("", "?colour=red"):
        assert_refused(server.ask("GET", f"/api/organization/{client.id}/models/find{query}"), 400, 422)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/organization/{organization}/datalakes"),
        ("GET", "/api/organization/{organization}/deployments"),
        ("POST", "/api/organization/{organization}/deployments"),
        ("POST", "/api/model/version/{nowhere}/deploy"),
        ("POST", "/api/experiment/{nowhere}/evaluations"),
        ("POST", "/api/experiment/{nowhere}/launch"),
        ("POST", "/api/model/version/{nowhere}/processing/launch"),
        ("XGET", "/api/dataset/version/{nowhere}/bulk-labels"),
        ("GET", "/api/dataset/version/{nowhere}/tags"),
        ("POST", "/api/dataset/version/{nowhere}/visual-search"),
        ("POST", "/api/organization/{organization}/annotationcampaigns"),
        ("GET", "/api/reviewcampaigns/{nowhere}"),
        ("POST", "/api/access/dataset/{nowhere}/users"),
        ("PATCH", "/api/polygon/{nowhere}"),
        ("GET", "/api/organization/{organization}/jobv2s/find"),
    ],
)
def test_what_is_outside_is_named_and_refused(server, client, method, path):
    path = path.format(organization=client.id, nowhere=NOWHERE)
    assert path in assert_refused(server.ask(method, path), 501)


def test_the_sdk_shows_what_is_outside(client, experiment, unique):
    for call in (
        client.get_datalake,
        experiment.launch,
        experiment.list_evaluations,
        experiment.export_as_model(unique("model")).deploy,
        client.list_deployments,
    ):
        with pytest.raises(PicselliaError, match=r"\[501\].*docs/picsellia\.md"):
            call()


def test_without_a_token_nothing_is_answered(server, client):
    for headers in ({"Authorization": ""}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic eDp5"}):
        assert_refused(server.ask("GET", f"/api/organization/{client.id}/models", headers=headers), 401)
