"""Models, and versions that were made by hand."""

import zipfile

import pytest
import requests
from files import PART_BYTES, downloaded, file_of, sha256_of
from picsellia.exceptions import BadRequestError, ContextSourceNotDefined, ResourceConflictError, ResourceNotFoundError
from picsellia.types.enums import Framework, InferenceType


@pytest.fixture
def model(client, unique):
    return client.create_model(unique("model"), description="Finds cats.")


@pytest.fixture
def version(model):
    return model.create_version(name="by hand")


def test_a_model_is_found_by_name_and_by_id_and_its_name_is_taken(client, model, unique):
    assert client.get_model(model.name).id == client.get_model_by_id(model.id).id == model.id
    assert (model.private, model.sync()["description"]) == (True, "Finds cats.")
    assert model.id in [found.id for found in client.list_models()]
    with pytest.raises(ResourceConflictError):
        client.create_model(model.name)
    with pytest.raises(ResourceNotFoundError):
        client.get_model(unique("nothing"))


def test_there_are_no_public_models(client, model):
    assert client.list_public_models() == []
    with pytest.raises(ResourceNotFoundError):
        client.get_public_model(model.name)


def test_a_model_is_changed_and_deleted_while_it_has_no_version(client, owner, model, unique):
    name = unique("renamed")
    model.update(name=name, description="Finds dogs.")
    assert (model.name, model.sync()["description"]) == (name, "Finds dogs.")
    version = model.create_version(name="v1")
    with pytest.raises(ResourceConflictError):
        owner.get_model_by_id(model.id).delete()
    owner.get_model_version_by_id(version.id).delete()
    owner.get_model_by_id(model.id).delete()
    with pytest.raises(ResourceNotFoundError):
        client.get_model(name)


def test_a_version_has_everything_that_was_said_of_it(model):
    version = model.create_version(
        name="pretrained",
        description="From a colleague.",
        type=InferenceType.SEGMENTATION,
        framework=Framework.TENSORFLOW,
        docker_image_name="registry.example:5000/team/unet",
        docker_tag="2.0",
        docker_flags=["--gpus all", "--ipc host", "--name training"],
        docker_env_variables={"MODE": "fast"},
        notebook_link="https://example.org/notebook",
        labels={"0": "road", "1": "sky"},
        base_parameters={"lr": 0.25, "size": [512, 512]},
    )
    assert (version.version, version.origin_id, version.origin_name) == (1, model.id, model.name)
    assert (version.type, version.framework) == (InferenceType.SEGMENTATION, Framework.TENSORFLOW)
    assert version.labels == {"0": "road", "1": "sky"}
    answer = version.sync()
    assert answer["parameters"] == {"lr": 0.25, "size": [512, 512]}
    assert (answer["description"], answer["notebook_link"]) == ("From a colleague.", "https://example.org/notebook")
    assert (answer["docker_image"], answer["docker_tag"]) == ("registry.example:5000/team/unet", "2.0")
    assert answer["docker_flags"] == ["--gpus all", "--ipc host", "--name training"]
    assert list(answer["docker_env_variables"]) == ["MODE"]


def test_only_what_is_given_is_changed(version):
    version.update(name="renamed", description="Better.", labels={"0": "road"}, base_parameters={"lr": 1})
    version.update(docker_image_name="team/unet", docker_tag="3.0", docker_flags=["--gpus all"])
    version.update(type="object_detection", framework="pytorch", notebook_link="https://example.org/n")
    answer = version.sync()
    assert (version.name, version.type, version.framework) == ("renamed", InferenceType.OBJECT_DETECTION, Framework.PYTORCH)
    assert (answer["labels"], answer["parameters"], answer["description"]) == ({"0": "road"}, {"lr": 1}, "Better.")
    assert (answer["docker_image"], answer["docker_tag"], answer["docker_flags"]) == ("team/unet", "3.0", ["--gpus all"])
    for change, image in ({"docker_tag": "3.1"}, ("team/unet", "3.1")), ({"docker_image_name": "team/other"}, ("team/other", "3.1")):
        version.update(**change)
        answer = version.sync()
        assert (answer["docker_image"], answer["docker_tag"], answer["docker_flags"]) == (*image, ["--gpus all"])


def test_versions_without_a_name_get_that_of_their_number(server, model):
    model.create_version(name="v2")
    names = [server.ask("POST", f"/api/model/{model.id}/versions", json={}).json()["name"] for _ in range(2)]
    assert names == ["v2-2", "v3"]


@pytest.mark.parametrize("kind", ["CLASSIFICATION", "OBJECT_DETECTION", "SEGMENTATION", "LINE", "POINT", "KEYPOINT", "MASK"])
def test_every_type_comes_back(model, kind):
    assert model.create_version(name=kind, type=kind).sync()["type"] == kind


@pytest.mark.parametrize("framework", [framework.value for framework in Framework])
def test_every_framework_comes_back(model, framework):
    assert model.create_version(name=framework, framework=framework).sync()["framework"] == framework


def test_versions_are_found_by_number_and_by_name(client, model):
    versions = [model.create_version(name=name) for name in ("first", "2", "third")]
    assert [version.version for version in versions] == [1, 2, 3]
    assert model.get_version(2).id == model.get_version("2").id == versions[1].id
    assert {version.id for version in model.list_versions()} == {version.id for version in versions}
    assert client.get_model_version_by_id(versions[2].id).name == "third"
    with pytest.raises(ResourceConflictError):
        model.create_version(name="first")
    assert model.create_version(name="fourth").version == 4
    for missing in (0, 9, "fifth"):
        with pytest.raises(ResourceNotFoundError):
            model.get_version(missing)


def test_a_version_by_hand_has_no_source(version):
    context = version.get_context()
    assert (context.experiment_id, context.datasets, context.parameters) == (None, [], {})
    with pytest.raises(ContextSourceNotDefined):
        context.get_experiment()


def test_files_are_stored_replaced_and_deleted(version, tmp_path):
    first = file_of(tmp_path, "model ü #1.onnx", b"first")
    version.store("model-latest", str(first))
    with pytest.raises(ResourceConflictError):
        version.store("model-latest", str(first))
    stored = version.get_file("model-latest")
    assert stored.filename == "model ü #1.onnx"
    assert downloaded(stored, tmp_path / "out").read_bytes() == b"first"
    version.store("model-latest", str(file_of(tmp_path, "second.onnx", b"second")), replace=True)
    [stored] = version.list_files()
    assert stored.sync()["filename"] == "second.onnx"
    assert downloaded(stored, tmp_path / "out").read_bytes() == b"second"
    stored.delete()
    assert version.list_files() == []
    with pytest.raises(ResourceNotFoundError):
        version.get_file("model-latest")


def test_a_folder_is_stored_as_an_archive(version, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file_of(tmp_path / "saved_model", "weights.bin", b"weights")
    stored = version.store("model-latest", "saved_model", do_zip=True)
    with zipfile.ZipFile(downloaded(stored, tmp_path / "out")) as archive:
        assert [archive.read(name) for name in archive.namelist() if not name.endswith("/")] == [b"weights"]


def test_addresses_of_pages_lead_to_ours(server, version, experiment, dataset_version, project):
    """Those that the SDK prints; a visitor has to sign in first, and what does not exist is not found."""
    model = version.get_resource_url_on_platform().replace(f"version/{version.id}", str(version.origin_id))
    addresses = [each.get_resource_url_on_platform() for each in (version, experiment, dataset_version, project)]
    for address in [model, *addresses]:
        assert address.startswith(server.url)
        visited = requests.get(address, timeout=60, allow_redirects=False)
        assert visited.status_code in (302, 303) and "/sign-in" in visited.headers["Location"], address


def test_a_base_of_an_experiment_is_not_deleted(owner, project, version):
    project.create_experiment("run", base_model_version=version)
    with pytest.raises(ResourceConflictError):
        owner.get_model_version_by_id(version.id).delete()


@pytest.mark.parametrize("size", [0, PART_BYTES, PART_BYTES + 1])
def test_files_of_every_size_come_back(version, tmp_path, size):
    path = file_of(tmp_path, "model.onnx", size)
    stored = version.store("model-latest", str(path))
    assert (stored.filename, stored.large) == ("model.onnx", size > PART_BYTES)
    assert sha256_of(downloaded(version.get_file("model-latest"), tmp_path / "out")) == sha256_of(path)


def test_labels_keep_their_order(client, version):
    labels = {str(index): f"label {index}" for index in range(12)}
    version.update(labels=labels)
    assert list(client.get_model_version_by_id(version.id).labels.items()) == list(labels.items())


def test_a_notebook_that_is_no_web_address_is_refused(version):
    with pytest.raises(BadRequestError):
        version.update(notebook_link="javascript:alert(1)")
    assert version.sync()["notebook_link"] is None
