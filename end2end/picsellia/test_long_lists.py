"""The SDK asks once and takes what comes: a list has everything, unless a part is asked for."""

import pytest
from files import file_of
from picsellia.types.enums import LogType

COUNT = 120


def of_projects(client, project, unique, tmp_path):
    return lambda name: client.create_project(unique(name)), client.list_projects


def of_datasets(client, project, unique, tmp_path):
    return lambda name: client.create_dataset(unique(name)), client.list_datasets


def of_models(client, project, unique, tmp_path):
    return lambda name: client.create_model(unique(name)), client.list_models


def of_labels(client, project, unique, tmp_path):
    version = client.create_dataset(unique("dataset")).create_version("v1")
    return lambda name: version.create_label(name), lambda **part: version.list_labels(**part)


def of_dataset_versions(client, project, unique, tmp_path):
    dataset = client.create_dataset(unique("dataset"))
    return lambda name: dataset.create_version(name), dataset.list_versions


def of_logs(client, project, unique, tmp_path):
    experiment = project.create_experiment("run")
    return lambda name: experiment.log(name, 1, LogType.VALUE), experiment.list_logs


def of_artifacts(client, project, unique, tmp_path):
    experiment, path = project.create_experiment("run"), str(file_of(tmp_path, "model.pt", b"bytes"))
    return lambda name: experiment.store(name, path), experiment.list_artifacts


def of_model_versions(client, project, unique, tmp_path):
    model = client.create_model(unique("model"))
    return lambda name: model.create_version(name=name), model.list_versions


def of_tags(client, project, unique, tmp_path):
    return lambda name: client.create_dataset_version_tag(name), client.list_dataset_version_tags


SHARED = [of_projects, of_datasets, of_models]


@pytest.mark.parametrize("things", [*SHARED, of_labels, of_dataset_versions, of_logs, of_artifacts, of_model_versions, of_tags])
def test_everything_is_listed_at_once(client, project, unique, tmp_path, things):
    create, listed = things(client, project, unique, tmp_path)
    ids = [create(f"thing-{number:03}").id for number in range(COUNT)]
    found = [thing.id for thing in listed()]
    assert len(found) == len(set(found)) and set(ids) <= set(found)


@pytest.mark.parametrize("things", SHARED)
def test_parts_of_a_list_make_the_whole_in_any_order_that_is_asked_for(client, project, unique, tmp_path, things):
    create, listed = things(client, project, unique, tmp_path)
    for number in range(3):
        create(f"thing-{number}")
    everything = [thing.id for thing in listed()]
    assert [thing.id for thing in listed(limit=2)] + [thing.id for thing in listed(offset=2)] == everything
    ordered = [thing.id for thing in listed(order_by=["-name", "nothing that is known"])]
    assert sorted(ordered) == sorted(everything)


@pytest.mark.parametrize("things", [of_dataset_versions, of_logs, of_artifacts, of_model_versions])
def test_a_part_is_listed_where_it_is_asked_for(client, project, unique, tmp_path, things):
    create, listed = things(client, project, unique, tmp_path)
    ids = [create(f"thing-{number}").id for number in range(5)]
    pages = [listed(limit=2), listed(limit=2, offset=2), listed(offset=4)]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert sorted(thing.id for page in pages for thing in page) == sorted(ids)
    assert listed(offset=5) == []
