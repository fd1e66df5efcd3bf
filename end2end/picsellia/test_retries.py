"""The SDK sends a request again when its answer is lost. The work is done once."""

import pytest
from counting import CountingSession
from dropping_proxy import dropping_proxy
from files import PART_BYTES, downloaded, file_of, sha256_of
from picsellia import Client
from picsellia.exceptions import ResourceConflictError, ResourceNotFoundError
from picsellia.types.enums import LogType


@pytest.fixture
def proxy(server):
    with dropping_proxy(server.url) as proxy:
        yield proxy


@pytest.fixture
def unlucky(server, proxy):
    """A client behind the proxy."""
    return Client(api_token=server.tokens["editor"], host=proxy.url, session=CountingSession())


def test_a_project_whose_creation_was_answered_to_nobody_is_created_once(client, proxy, unlucky, unique):
    name = unique("project")
    proxy.end_to_drop = "/projects"
    project = unlucky.create_project(name)
    assert proxy.dropped == 1
    assert project.id == client.get_project(name).id
    assert [found.name for found in client.list_projects()].count(name) == 1


def test_an_export_that_was_answered_to_nobody_makes_one_version(client, proxy, unlucky, experiment, unique):
    model = client.create_model(unique("model"))
    proxy.end_to_drop = "/publish/version"
    version = unlucky.get_experiment_by_id(experiment.id).export_in_existing_model(model)
    assert proxy.dropped == 1
    assert [found.id for found in model.list_versions()] == [version.id]


def test_a_new_model_that_was_answered_to_nobody_is_made_once(client, proxy, unlucky, experiment, unique):
    name = unique("model")
    proxy.end_to_drop = "/publish"
    version = unlucky.get_experiment_by_id(experiment.id).export_as_model(name)
    assert proxy.dropped == 1
    assert [found.id for found in client.get_model(name).list_versions()] == [version.id]


@pytest.mark.parametrize("end", ["/logs", "/append"])
def test_a_point_that_was_answered_to_nobody_is_there_once(proxy, unlucky, experiment, end):
    experiment.log("loss", [0.9], LogType.LINE)
    proxy.end_to_drop = end
    same = unlucky.get_experiment_by_id(experiment.id)
    if end == "/logs":
        same.log("loss", 0.5, LogType.LINE)
    else:
        same.get_log("loss").append(0.5)
    assert proxy.dropped == 1
    assert experiment.get_log("loss").data == [0.9, 0.5]


def test_an_artifact_that_was_answered_to_nobody_is_there_once(proxy, unlucky, experiment, tmp_path):
    proxy.end_to_drop = "/artifacts"
    stored = unlucky.get_experiment_by_id(experiment.id).store("model-latest", str(file_of(tmp_path, "model.pt", b"bytes")))
    assert proxy.dropped == 1
    [artifact] = experiment.list_artifacts()
    assert (artifact.id, downloaded(artifact, tmp_path / "out").read_bytes()) == (stored.id, b"bytes")


def test_a_deletion_that_was_answered_to_nobody_is_no_error(server, experiment, proxy):
    unlucky = Client(api_token=server.tokens["owner"], host=proxy.url)
    proxy.end_to_drop = f"/experiment/{experiment.id}"
    unlucky.get_experiment_by_id(experiment.id).delete()
    assert proxy.dropped == 1
    with pytest.raises(ResourceNotFoundError):
        experiment.sync()


def test_a_refusal_that_was_answered_to_nobody_is_given_again_as_it_was(proxy, unlucky, experiment, unique):
    name = unique("model")
    experiment.export_as_model(name)
    proxy.end_to_drop = "/publish"
    with pytest.raises(ResourceConflictError, match="exists"):
        unlucky.get_experiment_by_id(experiment.id).export_as_model(name)
    assert proxy.dropped == 1


def test_large_files_survive_an_answer_to_nobody(proxy, unlucky, experiment, tmp_path):
    path = file_of(tmp_path, "model.pt", PART_BYTES + 1)
    proxy.end_to_drop = "/complete_part_upload"
    unlucky.get_experiment_by_id(experiment.id).store("model-latest", str(path))
    assert proxy.dropped == 1
    assert sha256_of(downloaded(experiment.get_artifact("model-latest"), tmp_path / "out")) == sha256_of(path)


def test_equal_points_on_purpose_are_all_kept(experiment):
    for _ in range(5):
        log = experiment.log("loss", 0.5, LogType.LINE)
    for _ in range(3):
        log.append(0.5)
    assert experiment.get_log("loss").data == [0.5] * 8
