"""Projects, their dataset versions and their experiments."""

import pytest
from picsellia.exceptions import ResourceConflictError, ResourceNotFoundError


def test_a_project_is_found_by_name_and_by_id_and_its_name_is_taken(client, unique):
    name = unique("yard café")
    project = client.create_project(name, description="Safety.")
    assert (client.get_project(name).id, client.get_project_by_id(project.id).name) == (project.id, name)
    assert project.id in [found.id for found in client.list_projects()]
    with pytest.raises(ResourceConflictError):
        client.create_project(name)
    with pytest.raises(ResourceNotFoundError):
        client.get_project(unique("nothing"))


def test_a_project_is_changed_and_deleted(client, owner, unique):
    project = client.create_project(unique("old"))
    name = unique("new")
    project.update(name=name, description="Renamed.")
    assert (project.name, project.sync()["description"]) == (name, "Renamed.")
    owner.get_project(name).delete()
    with pytest.raises(ResourceNotFoundError):
        client.get_project(name)


def test_dataset_versions_are_attached_and_detached(project, dataset_version):
    assert project.list_dataset_versions() == []
    project.attach_dataset(dataset_version)
    assert [version.id for version in project.list_dataset_versions()] == [dataset_version.id]
    project.detach_dataset(dataset_version)
    assert project.list_dataset_versions() == []


def test_everything_is_listed_at_once_unless_a_part_is_asked_for(project):
    names = [f"run-{number:03}" for number in range(120)]
    for name in names:
        project.create_experiment(name)
    assert sorted(found.name for found in project.list_experiments()) == names
    first, rest = project.list_experiments(limit=50), project.list_experiments(offset=50)
    assert (len(first), len(rest)) == (50, 70)
    assert sorted(found.name for found in first + rest) == names


def test_experiments_are_found_and_deleted_all_at_once(client, owner, project):
    run = project.create_experiment("run")
    project.create_experiment("another")
    assert project.get_experiment("run").id == project.get_experiment_by_id(run.id).id == run.id
    assert client.get_experiment_by_id(run.id).project_id == project.id
    with pytest.raises(ResourceConflictError):
        project.create_experiment("run")
    with pytest.raises(ResourceNotFoundError):
        project.get_experiment("nothing")
    owner.get_project_by_id(project.id).delete_all_experiments()
    assert project.list_experiments() == []
