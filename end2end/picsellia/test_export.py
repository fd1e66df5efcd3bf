"""The export: what a model version inherits from its experiment, and what stays as it was."""

import pytest
from files import downloaded, file_of
from picsellia.exceptions import (
    ContextDataNotDefined,
    ContextSourceNotDefined,
    ResourceConflictError,
    ResourceNotFoundError,
)
from picsellia.types.enums import Framework, InferenceType, LogType

PARAMETERS = {"lr": 0.1, "epochs": 3, "augment": True, "layers": [64, 32]}
LABELS = {"0": "cat", "1": "dog"}
DOCKER = {
    "docker_image_name": "ghcr.io/team/yolo",
    "docker_tag": "1.4",
    "docker_flags": ["--gpus all", "--ipc host"],
    "docker_env_variables": {"CUDA_VISIBLE_DEVICES": "0"},
}


@pytest.fixture
def trained(client, project, dataset_version, tmp_path, unique):
    """An experiment with everything that an export takes over."""
    base = client.create_model(unique("base")).create_version(
        name="pretrained", type=InferenceType.OBJECT_DETECTION, framework=Framework.PYTORCH, **DOCKER
    )
    experiment = project.create_experiment("run", parameters=PARAMETERS, base_model_version=base)
    experiment.log("labelmap", LABELS, LogType.LABELMAP)
    experiment.attach_dataset("train", dataset_version)
    for name in ("model-latest", "config"):
        experiment.store(name, str(file_of(tmp_path, f"{name}.bin", f"bytes of {name}".encode())))
    return experiment


def contents(version, folder):
    return {file.name: (file.filename, downloaded(file, folder).read_bytes()) for file in version.list_files()}


def assert_inherits_everything(version, trained, dataset_version, tmp_path):
    assert (version.labels, version.type, version.framework) == (LABELS, InferenceType.OBJECT_DETECTION, Framework.PYTORCH)
    answer = version.sync()
    assert answer["parameters"] == PARAMETERS
    assert (answer["docker_image"], answer["docker_tag"]) == ("ghcr.io/team/yolo", "1.4")
    assert answer["docker_flags"] == ["--gpus all", "--ipc host"]
    # The names of variables are kept, and no values: these may be secrets.
    assert list(answer["docker_env_variables"]) == ["CUDA_VISIBLE_DEVICES"]
    assert contents(version, tmp_path / "out") == {
        name: (f"{name}.bin", f"bytes of {name}".encode()) for name in ("model-latest", "config")
    }
    context = version.get_context()
    assert (context.experiment_id, context.get_experiment().name) == (trained.id, trained.name)
    assert context.parameters == PARAMETERS
    assert context.get_dataset_version("train").id == dataset_version.id
    assert {alias: each.id for alias, each in context.retrieve_datasets().items()} == {"train": dataset_version.id}
    [dataset] = context.datasets
    assert (dataset.name, dataset.version_id) == ("train", dataset_version.id)
    assert context.sync()["id"] == str(context.id)


def test_a_new_model_begins_with_version_1(client, trained, dataset_version, tmp_path, unique):
    name = unique("model")
    version = trained.export_as_model(name)
    assert (version.origin_name, version.name, version.version) == (name, "run", 1)
    model = client.get_model(name)
    assert (model.id, model.private, [each.id for each in model.list_versions()]) == (version.origin_id, True, [version.id])
    assert_inherits_everything(version, trained, dataset_version, tmp_path)
    assert (model.get_version(1).id, model.get_version("run").id) == (version.id, version.id)
    assert client.get_model_version_by_id(version.id).version == 1
    with pytest.raises(ResourceNotFoundError, match="numbered from 1"):
        model.get_version(0)
    with pytest.raises(ResourceNotFoundError):
        model.get_version(2)


def test_an_existing_model_gets_its_next_version(client, trained, dataset_version, tmp_path, unique):
    model = client.create_model(unique("model"))
    first, second = (trained.export_in_existing_model(model) for _ in range(2))
    assert (first.version, second.version, first.name, second.name) == (1, 2, "run", "run 2")
    assert {each.id for each in model.list_versions()} == {first.id, second.id}
    assert model.get_version(second.name).id == second.id
    assert_inherits_everything(second, trained, dataset_version, tmp_path)


def test_a_taken_name_gets_the_number_of_the_version(client, experiment, unique):
    model = client.create_model(unique("model"))
    for name in ("by hand", "run"):
        model.create_version(name=name)
    assert [experiment.export_in_existing_model(model).name for _ in range(2)] == ["run 3", "run 4"]


def test_what_was_counted_of_a_dataset_is_in_the_context(server, client, experiment, unique):
    dataset = client.create_dataset(unique("dataset"))
    counted = {"name": "counted", "labels": ["cat", "dog"], "label_counts": {"cat": 12, "dog": 3}}
    assert server.ask("POST", f"/api/v1/datasets/{dataset.id}/versions", json=counted).ok
    version = dataset.get_version("counted")
    for alias in ("train", "test"):
        experiment.attach_dataset(alias, version)
    context = experiment.export_as_model(unique("model")).get_context()
    assert {each.name: (each.version_id, each.repartition) for each in context.datasets} == {
        alias: (version.id, {"cat": 12, "dog": 3}) for alias in ("train", "test")
    }


def test_a_model_name_is_taken_once(trained, unique):
    name = unique("model")
    trained.export_as_model(name)
    with pytest.raises(ResourceConflictError):
        trained.export_as_model(name)


def test_an_empty_experiment_makes_an_empty_version(experiment, unique):
    version = experiment.export_as_model(unique("model"))
    assert (version.version, version.labels, version.list_files()) == (1, None, [])
    assert (version.type, version.framework) == (InferenceType.NOT_CONFIGURED, Framework.NOT_CONFIGURED)
    context = version.get_context()
    assert (context.experiment_id, context.datasets, context.parameters) == (experiment.id, [], {})
    with pytest.raises((ContextDataNotDefined, ContextSourceNotDefined)):
        context.get_dataset_version("train")


def test_an_exported_version_is_filled_afterwards(experiment, client, unique, tmp_path):
    """The order that public training scripts have."""
    version = experiment.export_in_existing_model(client.create_model(unique("model")))
    experiment.attach_model_version(version)
    version.update(type=InferenceType.CLASSIFICATION)
    version.update(framework=Framework.ONNX)
    version.update(labels=LABELS, base_parameters=PARAMETERS)
    version.store("model-latest", str(file_of(tmp_path, "best.onnx", b"weights")))
    found = client.get_model_version_by_id(version.id)
    assert (found.type, found.framework, found.labels) == (InferenceType.CLASSIFICATION, Framework.ONNX, LABELS)
    assert contents(found, tmp_path / "out") == {"model-latest": ("best.onnx", b"weights")}


def test_later_changes_of_the_experiment_do_not_reach_the_version(trained, dataset_version, tmp_path, unique):
    version = trained.export_as_model(unique("model"))
    trained.store("model-latest", str(file_of(tmp_path, "later.bin", b"later")))
    trained.get_artifact("config").delete()
    trained.log_parameters({"lr": 1})
    trained.log("labelmap", {"0": "bird"}, LogType.LABELMAP)
    trained.detach_dataset(dataset_version)
    assert_inherits_everything(version, trained, dataset_version, tmp_path)


def test_a_version_outlives_its_experiment(owner, client, trained, tmp_path, unique):
    version = trained.export_as_model(unique("model"))
    owner.get_experiment_by_id(trained.id).delete()
    found = client.get_model_version_by_id(version.id)
    assert len(contents(found, tmp_path / "out")) == 2
    context = found.get_context()
    assert context.experiment_id == trained.id
    with pytest.raises(ResourceNotFoundError):
        context.get_experiment()


def test_a_deleted_number_is_not_used_again(owner, client, experiment, unique):
    model = client.create_model(unique("model"))
    experiment.export_in_existing_model(model)
    owner.get_model_version_by_id(experiment.export_in_existing_model(model).id).delete()
    assert experiment.export_in_existing_model(model).version == 3
