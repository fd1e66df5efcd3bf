"""Datasets, their versions, and labels of versions."""

import uuid

import pytest
from picsellia.exceptions import PicselliaError, ResourceConflictError, ResourceLockedError, ResourceNotFoundError
from picsellia.types.enums import InferenceType, JobStatus


def test_a_dataset_is_found_by_name_and_by_id_and_its_name_is_taken(client, unique):
    name = unique("café #1 & 100 %")
    dataset = client.create_dataset(name, description="Cats.")
    assert (client.get_dataset(name).id, client.get_dataset_by_id(dataset.id).name) == (dataset.id, name)
    assert dataset.id in [found.id for found in client.list_datasets()]
    with pytest.raises(ResourceConflictError):
        client.create_dataset(name)
    with pytest.raises(ResourceNotFoundError):
        client.get_dataset(unique("nothing"))
    with pytest.raises(ResourceNotFoundError):
        client.get_dataset_by_id(uuid.uuid4())


def test_a_dataset_is_changed_and_deleted(client, owner, unique):
    dataset = client.create_dataset(unique("old"))
    name = unique("new")
    dataset.update(name=name, description="Dogs.")
    assert (dataset.name, dataset.sync()["description"]) == (name, "Dogs.")
    owner.get_dataset(name).delete()
    with pytest.raises(ResourceNotFoundError):
        client.get_dataset(name)


def test_a_version_has_a_name_a_type_and_its_dataset(client, unique):
    dataset = client.create_dataset(unique("dataset"))
    version = dataset.create_version("2026-11", description="First.", type=InferenceType.SEGMENTATION)
    assert (version.version, version.name, version.origin_id) == ("2026-11", dataset.name, dataset.id)
    assert version.type == InferenceType.SEGMENTATION
    found = [dataset.get_version("2026-11"), dataset.get_version_by_id(version.id), client.get_dataset_version_by_id(version.id)]
    assert [each.id for each in found] == [version.id] * 3
    with pytest.raises(ResourceConflictError):
        dataset.create_version("2026-11")
    with pytest.raises(ResourceNotFoundError):
        dataset.get_version("2025-11")
    other = dataset.create_version("2026-12")
    assert other.type == InferenceType.NOT_CONFIGURED
    assert {each.version for each in dataset.list_versions()} == {"2026-11", "2026-12"}


@pytest.mark.parametrize("kind", [kind.value for kind in InferenceType])
def test_every_type_of_a_version_comes_back(dataset_version, kind):
    dataset_version.set_type(kind)
    assert dataset_version.sync()["type"] == kind


def test_a_version_is_changed_and_deleted(client, owner, dataset_version):
    dataset_version.update(version="v1.1", description="Better.")
    assert (dataset_version.version, dataset_version.sync()["description"]) == ("v1.1", "Better.")
    owner.get_dataset_version_by_id(dataset_version.id).delete()
    with pytest.raises(ResourceNotFoundError):
        client.get_dataset_version_by_id(dataset_version.id)


def test_labels_are_created_found_renamed_and_deleted(dataset_version):
    assert [label.name for label in dataset_version.list_labels()] == ["cat", "dog"]
    cat = dataset_version.get_label("cat")
    assert dataset_version.get_or_create_label("cat").id == cat.id
    assert dataset_version.get_or_create_label("bird").name == "bird"
    with pytest.raises(ResourceConflictError):
        dataset_version.create_label("cat")
    with pytest.raises(ResourceNotFoundError):
        dataset_version.get_label("fish")
    cat.update(name="lynx")
    assert cat.sync()["name"] == "lynx"
    dataset_version.get_label("dog").delete()
    assert [label.name for label in dataset_version.list_labels()] == ["lynx", "bird"]


def test_labels_belong_to_groups(dataset_version):
    animals = dataset_version.create_label_group("animals")
    pets = dataset_version.create_label_group("pets", parent=animals)
    assert [group.name for group in dataset_version.list_label_groups()] == ["animals", "pets"]
    assert pets.sync()["parent_id"] == str(animals.id)
    cat = dataset_version.get_label("cat")
    cat.update(name="cat", group_id=pets.id)
    assert cat.sync()["group_id"] == str(pets.id)


def test_statistics_have_every_label(dataset_version):
    statistics = dataset_version.retrieve_stats()
    assert set(statistics.label_repartition) <= {"cat", "dog"}
    assert (statistics.nb_objects, statistics.nb_annotations) == (0, 0)


def test_what_was_counted_is_in_the_statistics(server, client, unique):
    dataset = client.create_dataset(unique("dataset"))
    counted = {"name": "counted", "labels": ["cat", "dog"], "label_counts": {"cat": 12, "dog": 3}, "item_count": 9}
    made = server.ask("POST", f"/api/v1/datasets/{dataset.id}/versions", json=counted)
    assert made.ok, made.text
    statistics = dataset.get_version("counted").retrieve_stats()
    assert statistics.label_repartition == {"cat": 12, "dog": 3}
    assert (statistics.nb_objects, statistics.nb_annotations) == (15, 9)


def test_a_locked_version_keeps_its_labels(dataset_version):
    dataset_version.lock()
    cat = dataset_version.get_label("cat")
    for change in (
        lambda: dataset_version.create_label("bird"),
        lambda: dataset_version.create_label_group("pets"),
        lambda: dataset_version.update(description="Other."),
        lambda: cat.update(name="lynx"),
        cat.delete,
    ):
        with pytest.raises(ResourceLockedError):
            change()
    dataset_version.unlock()
    assert dataset_version.create_label("bird").name == "bird"


def test_a_used_version_is_not_deleted(owner, experiment, dataset_version):
    experiment.attach_dataset("train", dataset_version)
    with pytest.raises(ResourceConflictError):
        owner.get_dataset_version_by_id(dataset_version.id).delete()
    assert experiment.get_dataset("train").id == dataset_version.id


def test_annotations_are_not_kept_here(dataset_version):
    with pytest.raises(PicselliaError, match=r"\[501\]"):
        dataset_version.list_assets()


def test_groups_are_renamed_moved_and_deleted(dataset_version):
    animals, pets = (dataset_version.create_label_group(name) for name in ("animals", "pets"))
    pets.set_parent(animals)
    assert pets.get_parent().id == animals.id
    pets.update(name="tame")
    cat = dataset_version.get_label("cat")
    cat.set_group(pets)
    assert (cat.get_group().id, cat.get_group().name) == (pets.id, "tame")
    pets.delete()
    assert [group.name for group in dataset_version.list_label_groups()] == ["animals"]
    assert cat.sync()["group_id"] is None


@pytest.mark.parametrize(
    ("wanted", "labels"), [({"with_labels": True}, ["cat", "dog"]), ({"with_annotations": True}, ["cat", "dog"]), ({}, [])]
)
def test_a_fork_has_the_labels_of_its_origin_if_they_are_wanted(dataset_version, wanted, labels):
    fork, job = dataset_version.fork("v2", description="Forked.", type=InferenceType.CLASSIFICATION, **wanted)
    assert (job.status, job.sync()["status"]) == (JobStatus.SUCCESS, "SUCCESS")
    assert (fork.version, fork.origin_id, fork.type) == ("v2", dataset_version.origin_id, InferenceType.CLASSIFICATION)
    assert [label.name for label in fork.list_labels()] == labels
    assert {label.id for label in fork.list_labels()}.isdisjoint({label.id for label in dataset_version.list_labels()})
    with pytest.raises(ResourceConflictError):
        dataset_version.fork("v2")


def test_a_fork_of_chosen_assets_is_refused(server, dataset_version):
    body = {"parent_id": str(dataset_version.id), "version": "v2", "asset_ids": [str(uuid.uuid4())]}
    answer = server.ask("POST", f"/api/dataset/{dataset_version.origin_id}/fork", json=body)
    assert answer.status_code == 501 and "Assets" in answer.json()["message"]


def test_a_label_is_found_by_the_name_that_it_was_given(dataset_version):
    for name in (" Löwe ", "Lo\u0308we"):
        assert dataset_version.get_or_create_label(name).id == dataset_version.get_or_create_label(name).id
    assert [label.name for label in dataset_version.list_labels()] == ["cat", "dog", "Löwe"]
