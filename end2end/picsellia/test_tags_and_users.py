"""Tags on everything that has them, and who is in the organization."""

import pytest
from picsellia.exceptions import ResourceConflictError, ResourceNotFoundError
from picsellia.types.enums import TagTarget


@pytest.fixture
def targets(client, project, dataset_version, experiment, unique):
    """One object of every kind that has tags, by the kind."""
    version = experiment.export_as_model(unique("model"))
    return {
        TagTarget.DATASET: client.get_dataset_by_id(dataset_version.origin_id),
        TagTarget.DATASET_VERSION: dataset_version,
        TagTarget.MODEL: client.get_model_by_id(version.origin_id),
        TagTarget.MODEL_VERSION: version,
    }


def create_tag(client, name, kind):
    return getattr(client, f"create_{kind.value.lower()}_tag")(name)


def names(tags):
    return sorted(tag.name for tag in tags)


def test_tags_are_given_and_taken_away(client, targets, unique):
    for kind, target in targets.items():
        champion, archived = (create_tag(client, unique(word), kind) for word in ("champion", "archived"))
        target.add_tags([champion, archived])
        assert names(target.get_tags()) == names([champion, archived]), kind
        target.remove_tags(champion)
        assert names(target.get_tags()) == [archived.name], kind


def test_a_tag_is_given_to_many_things_at_once(client, project, experiment, unique):
    model = client.create_model(unique("model"))
    versions = [experiment.export_in_existing_model(model) for _ in range(3)]
    tag = client.create_model_version_tag(unique("champion"))
    tag.attach_on(versions)
    assert [names(version.get_tags()) for version in versions] == [[tag.name]] * 3
    tag.detach_from(versions[:2])
    assert [names(version.get_tags()) for version in versions] == [[], [], [tag.name]]


def test_a_tag_of_another_kind_changes_nothing(client, targets, unique):
    tag = client.create_model_tag(unique("champion"))
    tag.attach_on(targets[TagTarget.DATASET])
    assert targets[TagTarget.DATASET].get_tags() == []


def test_tags_are_found_renamed_and_deleted(client, unique):
    tag = client.create_model_tag(unique("champion"))
    assert client.find_model_tag(tag.name).id == tag.id
    with pytest.raises(ResourceNotFoundError):
        client.find_dataset_tag(tag.name)
    with pytest.raises(ResourceConflictError):
        client.create_model_tag(tag.name)
    assert client.create_dataset_tag(tag.name).id != tag.id
    assert tag.name in names(client.list_model_tags())
    tag.update(name=unique("winner"))
    assert tag.sync()["name"] == tag.name
    tag.delete()
    assert tag.name not in names(client.list_model_tags())


def test_the_people_of_the_organization_are_listed(client, stranger):
    everybody = {user.username for user in client.list_users()}
    assert everybody == {"owner@acme.example", "editor@acme.example", "viewer@acme.example"}
    assert [user.username for user in client.list_users("editor@acme.example")] == ["editor@acme.example"]
    assert {user.username for user in stranger.list_users()} == {"owner@other.example"}


def test_everybody_of_the_organization_may_see_a_dataset(client, dataset_version):
    dataset = client.get_dataset_by_id(dataset_version.origin_id)
    assert {user.username for user in dataset.list_users()} == {user.username for user in client.list_users()}


@pytest.mark.parametrize("kind", ["dataset", "dataset_version", "model", "model_version"])
def test_tags_of_every_kind_are_found_and_listed_as_that_kind(client, unique, kind):
    tag = getattr(client, f"create_{kind}_tag")(unique("champion #1 é"))
    assert (tag.target_type, getattr(client, f"find_{kind}_tag")(tag.name).id) == (TagTarget[kind.upper()], tag.id)
    assert tag.id in [found.id for found in getattr(client, f"list_{kind}_tags")()]
    with pytest.raises(ResourceConflictError):
        getattr(client, f"create_{kind}_tag")(tag.name)


def test_the_answer_says_to_how_many_a_tag_was_given(server, targets, client, unique):
    tag = client.create_model_version_tag(unique("production"))
    answer = server.ask("POST", f"/api/tag/{tag.id}/attach", json=[str(targets[TagTarget.MODEL_VERSION].id)]).json()
    assert answer["count"] == 1
    assert (answer["tag"]["id"], answer["tag"]["name"], answer["tag"]["target_type"]) == (str(tag.id), tag.name, "MODEL_VERSION")


def test_a_renamed_tag_is_renamed_on_everything_and_a_deleted_one_is_gone(client, targets, unique):
    version, tag, name = targets[TagTarget.MODEL_VERSION], client.create_model_version_tag(unique("staging")), unique("production")
    version.add_tags(tag)
    tag.update(name=name)
    assert names(version.get_tags()) == [name]
    tag.delete()
    assert version.get_tags() == []
