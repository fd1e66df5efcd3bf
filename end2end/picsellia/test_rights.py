"""Roles, organizations and tokens: who is refused what."""

import uuid

import pytest
from files import file_of
from picsellia import Client
from picsellia.exceptions import ForbiddenError, ResourceNotFoundError, UnauthorizedError
from picsellia.types.enums import LogType


@pytest.fixture
def everything(client, project, dataset_version, unique, tmp_path):
    """The path of one object of every kind."""
    experiment = project.create_experiment("run", parameters={"lr": 0.1})
    experiment.attach_dataset("train", dataset_version)
    artifact = experiment.store("model", str(file_of(tmp_path, "model.pt", b"bytes")))
    logging_file = experiment.store_logging_file(str(file_of(tmp_path, "log.txt", b"log")))
    version = experiment.export_as_model(unique("model"))
    return {
        "project": project.id,
        "dataset": dataset_version.origin_id,
        "dataset/version": dataset_version.id,
        "label": dataset_version.get_label("cat").id,
        "label/group": dataset_version.create_label_group("group").id,
        "experiment": experiment.id,
        "log": experiment.get_log("parameters").id,
        "log of a line": experiment.log("loss", [1, 2], LogType.LINE).id,
        "artifact": artifact.id,
        "logging/file": logging_file.id,
        "model": version.origin_id,
        "model/version": version.id,
        "model/file": version.get_file("model").id,
        "model/context": version.get_context().id,
        "tag": client.create_model_tag(unique("tag")).id,
    }


def path_of(kind, object_id):
    return f"/api/{kind.partition(' ')[0]}/{object_id}"


def test_objects_of_another_organization_are_not_found(server, everything):
    for kind, object_id in everything.items():
        assert server.ask("GET", path_of(kind, object_id)).status_code == 200, kind
        foreign = server.ask("GET", path_of(kind, object_id), role="stranger")
        assert (foreign.status_code, type(foreign.json()["message"])) == (404, str), kind
        # Nothing tells an object of somebody else from none.
        none = server.ask("GET", path_of(kind, uuid.uuid4()), role="stranger")
        assert none.json()["message"] == foreign.json()["message"], kind
        if kind != "model/context":
            assert server.ask("DELETE", path_of(kind, object_id), role="stranger").status_code == 404, kind
            assert server.ask("GET", path_of(kind, object_id)).status_code == 200, kind


def test_nothing_is_changed_from_another_organization(server, everything):
    changes = {kind: {"name": "theirs"} for kind in everything} | {"dataset/version": {"version": "theirs"}}
    for kind in everything.keys() - {"model/file", "model/context", "logging/file"}:
        answer = server.ask("PATCH", path_of(kind, everything[kind]), role="stranger", json=changes[kind])
        assert answer.status_code == 404, kind


def test_the_sdk_of_another_organization_finds_nothing(stranger, everything):
    for call, kind in (
        (stranger.get_project_by_id, "project"),
        (stranger.get_dataset_by_id, "dataset"),
        (stranger.get_dataset_version_by_id, "dataset/version"),
        (stranger.get_experiment_by_id, "experiment"),
        (stranger.get_model_by_id, "model"),
        (stranger.get_model_version_by_id, "model/version"),
    ):
        with pytest.raises(ResourceNotFoundError):
            call(everything[kind])


@pytest.mark.parametrize("call", ["attach_dataset", "set_base_experiment", "set_base_model_version", "export_in_existing_model"])
def test_foreign_objects_cannot_be_given_to_own_ones(stranger, client, dataset_version, experiment, unique, call):
    theirs = stranger.create_project(unique("theirs")).create_experiment("run")
    model = client.create_model(unique("model"))
    arguments = {
        "attach_dataset": ("train", dataset_version),
        "set_base_experiment": (experiment,),
        "set_base_model_version": (experiment.export_in_existing_model(model),),
        "export_in_existing_model": (model,),
    }
    with pytest.raises(ResourceNotFoundError):
        getattr(theirs, call)(*arguments[call])
    assert len(model.list_versions()) == 1
    answer = theirs.sync()
    assert (answer["base_experiment_id"], answer["base_model_version_id"]) == (None, None)
    assert theirs.get_attached_dataset_versions() == {}


def test_a_viewer_reads_and_changes_nothing(client, viewer, experiment, dataset_version, unique, tmp_path):
    model = client.create_model(unique("model"))
    seen = viewer.get_experiment_by_id(experiment.id)
    seen_version = viewer.get_dataset_version_by_id(dataset_version.id)
    assert seen.list_logs() == [] and [label.name for label in seen_version.list_labels()] == ["cat", "dog"]
    for call in (
        lambda: viewer.create_project(unique("project")),
        lambda: viewer.create_dataset(unique("dataset")),
        lambda: viewer.create_model(unique("model")),
        lambda: viewer.create_model_tag(unique("tag")),
        lambda: viewer.get_project_by_id(experiment.project_id).create_experiment("theirs"),
        lambda: viewer.get_model_by_id(model.id).create_version(name="v1"),
        lambda: seen_version.create_label("bird"),
        lambda: seen.attach_dataset("train", dataset_version),
        lambda: seen.log("loss", [1], LogType.LINE),
        lambda: seen.log_parameters({"lr": 1}),
        lambda: seen.send_logging("hello", "Training"),
        lambda: seen.update(status="running"),
        lambda: seen.store("model", str(file_of(tmp_path, "model.pt", b"bytes"))),
        lambda: seen.export_as_model(unique("model")),
        lambda: seen.export_in_existing_model(model),
        seen.delete,
        seen_version.delete,
        viewer.get_model_by_id(model.id).delete,
    ):
        with pytest.raises(ForbiddenError):
            call()
    assert (experiment.list_logs(), experiment.list_artifacts(), model.list_versions()) == ([], [], [])


def test_a_revoked_token_opens_nothing_any_more(server, client, experiment, tmp_path):
    artifact = experiment.store("model", str(file_of(tmp_path, "model.pt", b"bytes")))
    new = server.ask("POST", "/api/v1/tokens", role="editor", json={"name": uuid.uuid4().hex, "scopes": ["read", "write"]}).json()
    late = Client(api_token=new["secret"], host=server.url)
    address = late.get_experiment_by_id(experiment.id).get_artifact("model").url
    assert late.connection.session.get(address).content == b"bytes"
    assert server.ask("DELETE", f"/api/v1/tokens/{new['id']}").ok
    with pytest.raises(UnauthorizedError):
        late.list_projects()
    # An address is worth no more than the token that asked for it.
    assert late.connection.session.get(address).status_code == 403
    assert artifact.sync()["name"] == "model"
