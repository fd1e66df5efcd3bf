"""Experiments: what they begin with, and what is attached to them."""

import itertools

import pytest
from files import downloaded, file_of
from picsellia.exceptions import (
    NoBaseExperimentError,
    NoBaseModelVersionError,
    ResourceConflictError,
    ResourceNotFoundError,
)
from picsellia.types.enums import ExperimentStatus, LogType


@pytest.fixture
def base(project, tmp_path):
    """An experiment with parameters, a label map and two artifacts."""
    base = project.create_experiment("base", parameters={"lr": 0.5, "epochs": 3})
    base.log("labelmap", {"0": "cat", "1": "dog"}, LogType.LABELMAP)
    for name in ("shared", "own"):
        base.store(name, str(file_of(tmp_path, f"{name}.pt", f"base {name}".encode())))
    return base


def contents(experiment, folder):
    """The bytes of every artifact."""
    return {artifact.name: downloaded(artifact, folder / artifact.name).read_bytes() for artifact in experiment.list_artifacts()}


def parameters(experiment):
    """The parameters; nothing where there are none."""
    logs = {log.name: log.data for log in experiment.list_logs()}
    return logs.get("parameters")


def test_a_new_experiment_waits_and_has_no_bases(project):
    experiment = project.create_experiment("run", description="First.")
    assert (experiment.status, experiment.project_id) == (ExperimentStatus.WAITING, project.id)
    answer = experiment.sync()
    assert (answer["base_model_version_id"], answer["base_experiment_id"]) == (None, None)
    assert answer["description"] == "First."
    with pytest.raises(NoBaseModelVersionError):
        experiment.get_base_model_version()
    with pytest.raises(NoBaseExperimentError):
        experiment.get_base_experiment()


def test_an_experiment_is_changed_and_deleted(owner, project, experiment):
    experiment.update(name="renamed", description="Better.", status="running")
    assert (experiment.name, experiment.status, experiment.sync()["description"]) == ("renamed", ExperimentStatus.RUNNING, "Better.")
    owner.get_experiment_by_id(experiment.id).delete()
    with pytest.raises(ResourceNotFoundError):
        project.get_experiment("renamed")


def test_dataset_versions_are_attached_under_an_alias_and_detached(experiment, dataset_version):
    experiment.attach_dataset("train", dataset_version)
    assert {alias: version.id for alias, version in experiment.get_attached_dataset_versions().items()} == {"train": dataset_version.id}
    assert [version.id for version in experiment.list_attached_dataset_versions()] == [dataset_version.id]
    assert experiment.get_dataset("train").version == experiment.get_dataset(" train ").version == "v1"
    with pytest.raises(ResourceNotFoundError):
        experiment.get_dataset("test")
    with pytest.raises(ResourceConflictError):
        experiment.attach_dataset("train", dataset_version)
    experiment.attach_dataset("test", dataset_version)
    experiment.detach_dataset(dataset_version)
    assert experiment.get_attached_dataset_versions() == {}


def test_a_base_experiment_gives_what_was_not_given(project, base, tmp_path):
    plain = project.create_experiment("plain", base_experiment=base)
    assert plain.get_base_experiment().id == base.id
    assert plain.get_log("parameters").data == {"lr": 0.5, "epochs": 3}
    assert plain.get_log("labelmap").data == {"0": "cat", "1": "dog"}
    assert contents(plain, tmp_path) == {"shared": b"base shared", "own": b"base own"}
    own = project.create_experiment("own", base_experiment=base, parameters={"lr": 0.1})
    assert own.get_log("parameters").data == {"lr": 0.1}


def test_a_base_experiment_comes_before_a_base_version(client, project, base, tmp_path, unique):
    version = client.create_model(unique("model")).create_version(
        name="v1", labels={"0": "bird"}, base_parameters={"lr": 9}, framework="onnx"
    )
    version.store("shared", str(file_of(tmp_path, "v.pt", b"version's")))
    experiment = project.create_experiment("both", base_experiment=base, base_model_version=version)
    assert (experiment.get_base_experiment().id, experiment.get_base_model_version().id) == (base.id, version.id)
    assert parameters(experiment) == {"lr": 0.5, "epochs": 3}
    assert experiment.get_log("labelmap").data == {"0": "cat", "1": "dog"}
    assert contents(experiment, tmp_path) == {"shared": b"base shared", "own": b"base own"}


def test_a_base_experiment_that_is_set_later_gives_all_to_an_empty_one(project, base, tmp_path):
    experiment = project.create_experiment("run")
    experiment.set_base_experiment(base)
    assert parameters(experiment) == {"lr": 0.5, "epochs": 3}
    assert experiment.get_log("labelmap").data == {"0": "cat", "1": "dog"}
    assert contents(experiment, tmp_path) == {"shared": b"base shared", "own": b"base own"}


def test_no_base_replaces_a_label_map(project, base, unique):
    version = base.export_as_model(unique("model"))
    for number, give in enumerate(("set_base_experiment", "set_base_model_version")):
        experiment = project.create_experiment(f"run {number}")
        experiment.log("labelmap", {"0": "bird"}, LogType.LABELMAP)
        getattr(experiment, give)(base if give == "set_base_experiment" else version)
        assert experiment.get_log("labelmap").data == {"0": "bird"}


def test_an_export_has_type_framework_and_image_of_the_base_that_it_has_now(client, project, unique):
    model = client.create_model(unique("model"))
    first = model.create_version(name="a", type="classification", framework="onnx", docker_image_name="team/a")
    second = model.create_version(name="b", type="segmentation", framework="pytorch", docker_image_name="team/b", docker_tag="2")
    experiment = project.create_experiment("run", base_model_version=first)
    experiment.set_base_model_version(second)
    answer = experiment.export_in_existing_model(model).sync()
    assert (answer["type"], answer["framework"]) == ("SEGMENTATION", "PYTORCH")
    assert (answer["docker_image"], answer["docker_tag"]) == ("team/b", "2")


def test_a_base_experiment_that_is_set_later_replaces_nothing(project, base, tmp_path, unique):
    version = base.export_as_model(unique("model"))
    base.set_base_model_version(version)
    experiment = project.create_experiment("run", parameters={"lr": 0.1})
    experiment.store("mine", str(file_of(tmp_path, "mine.pt", b"mine")))
    experiment.set_base_experiment(base)
    assert experiment.get_log("parameters").data == {"lr": 0.1}
    assert experiment.get_log("labelmap").data == {"0": "cat", "1": "dog"}
    assert contents(experiment, tmp_path) == {"mine": b"mine"}
    assert experiment.get_base_model_version().id == version.id


def test_a_base_version_begins_a_new_experiment(project, base, unique, tmp_path):
    version = base.export_as_model(unique("model"))
    experiment = project.create_experiment("run", base_model_version=version)
    assert experiment.get_base_model_version().id == version.id
    assert experiment.get_log("parameters").data == {"lr": 0.5, "epochs": 3}
    assert experiment.get_log("labelmap").data == {"0": "cat", "1": "dog"}
    assert contents(experiment, tmp_path) == {"shared": b"base shared", "own": b"base own"}


@pytest.mark.parametrize(
    ("attach_parameters", "attach_files", "has_own"),
    list(itertools.product((None, True, False), (None, True, False), (False, True))),
)
def test_a_base_version_that_is_set_later_gives_what_the_switches_say(
    project, base, unique, tmp_path, attach_parameters, attach_files, has_own
):
    version = base.export_as_model(unique("model"))
    own_parameters = {"lr": 0.1} if has_own else None
    experiment = project.create_experiment("run", parameters=own_parameters)
    own_files = {"shared": b"mine", "extra": b"extra"} if has_own else {}
    for name, content in own_files.items():
        experiment.store(name, str(file_of(tmp_path, f"{name}.pt", content)))

    experiment.set_base_model_version(version, attach_parameters, attach_files)

    base_parameters = {"lr": 0.5, "epochs": 3}
    gives_parameters = attach_parameters or (attach_parameters is None and not has_own)
    assert parameters(experiment) == (base_parameters if gives_parameters else own_parameters)
    base_files = {"shared": b"base shared", "own": b"base own"}
    gives_files = attach_files or (attach_files is None and not has_own)
    assert contents(experiment, tmp_path) == (own_files | base_files if gives_files else own_files)
    assert experiment.get_log("labelmap").data == {"0": "cat", "1": "dog"}
    assert experiment.get_base_model_version().id == version.id


def test_the_deprecated_way_attaches_the_parameters(project, base, unique):
    version = base.export_as_model(unique("model"))
    experiment = project.create_experiment("run", parameters={"lr": 0.1})
    experiment.attach_model_version(version)
    assert experiment.get_log("parameters").data == {"lr": 0.5, "epochs": 3}


def test_a_version_may_be_the_base_of_its_own_source(base, unique):
    version = base.export_as_model(unique("model"))
    base.attach_model_version(version, do_attach_base_parameters=False)
    assert base.get_base_model_version().id == version.id
