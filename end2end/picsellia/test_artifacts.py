"""Artifacts of every size and name: the bytes that come back are the bytes that were stored."""

import zipfile

import pytest
from files import PART_BYTES, downloaded, file_of, sha256_of
from picsellia.exceptions import ResourceConflictError, ResourceNotFoundError

# The name of each size in bytes; the SDK sends an empty last part when the size is a multiple of a part's.
SIZES = {"empty": 0, "small": 70_000, "one part": PART_BYTES, "one byte more": PART_BYTES + 1, "two parts": 2 * PART_BYTES}


@pytest.mark.parametrize("name", list(SIZES))
def test_every_size_comes_back(experiment, tmp_path, name):
    path = file_of(tmp_path, "model.pt", SIZES[name])
    artifact = experiment.store(name, str(path))
    assert (artifact.name, artifact.filename, artifact.large) == (name, "model.pt", SIZES[name] > PART_BYTES)
    found = experiment.get_artifact(name)
    assert (found.id, found.large) == (artifact.id, artifact.large)
    back = downloaded(found, tmp_path / "out")
    assert (back.stat().st_size, sha256_of(back)) == (SIZES[name], sha256_of(path))


@pytest.mark.parametrize("filename", ["my model.pt", "50%.pt", "a#b&c=d?.pt", "Modèle-été-模型.pt", "%2e%2e.pt", "no-ending"])
def test_names_of_files_come_back(experiment, tmp_path, filename):
    experiment.store(f"artifact {filename}", str(file_of(tmp_path, filename, b"bytes")))
    found = experiment.get_artifact(f"artifact {filename}")
    assert found.filename == filename
    assert downloaded(found, tmp_path / "out").read_bytes() == b"bytes"


def test_storing_again_keeps_the_id_and_changes_the_bytes(experiment, tmp_path):
    first = experiment.store("model-latest", str(file_of(tmp_path, "first.pt", b"first")))
    second = experiment.store("model-latest", str(file_of(tmp_path, "second.pt", b"second")))
    assert (second.id, second.filename) == (first.id, "second.pt")
    [only] = experiment.list_artifacts()
    assert downloaded(only, tmp_path / "out").read_bytes() == b"second"


def test_a_folder_is_stored_as_an_archive(experiment, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file_of(tmp_path / "saved_model", "weights.bin", b"weights")
    file_of(tmp_path / "saved_model" / "variables", "index", b"index")
    artifact = experiment.store("model-latest", "saved_model", do_zip=True)
    assert artifact.filename == "saved_model.zip"
    with zipfile.ZipFile(downloaded(artifact, tmp_path / "out")) as archive:
        assert sorted(archive.read(name) for name in archive.namelist() if not name.endswith("/")) == [b"index", b"weights"]


@pytest.mark.parametrize("with_tree", [True, False])
def test_all_artifacts_are_downloaded_at_once(project, tmp_path, monkeypatch, unique, with_tree):
    monkeypatch.chdir(tmp_path)
    experiment = project.create_experiment(unique("run"))
    for name in ("model-latest", "config", "notes"):
        experiment.store(name, str(file_of(tmp_path, f"{name}.bin", name.encode())))
    experiment.download_artifacts(with_tree=with_tree)
    found = {path.name: path.read_bytes() for path in (tmp_path / experiment.name).rglob("*.bin")}
    assert found == {f"{name}.bin": name.encode() for name in ("model-latest", "config", "notes")}


def test_artifacts_are_renamed_and_deleted(experiment, tmp_path):
    for name in ("one", "two", "three"):
        experiment.store(name, str(file_of(tmp_path, f"{name}.pt", name.encode())))
    one = experiment.get_artifact("one")
    one.update(name="first")
    assert (one.sync()["name"], experiment.get_artifact("first").id) == ("first", one.id)
    with pytest.raises(ResourceConflictError):
        one.update(name="two")
    experiment.get_artifact("two").delete()
    with pytest.raises(ResourceNotFoundError):
        experiment.get_artifact("two")
    assert sorted(artifact.name for artifact in experiment.list_artifacts()) == ["first", "three"]
    experiment.delete_all_artifacts()
    assert experiment.list_artifacts() == []


def test_an_object_that_was_uploaded_becomes_an_artifact_and_its_name_is_taken(experiment, tmp_path):
    stored = experiment.store("model", str(file_of(tmp_path, "model.pt", b"bytes")))
    with pytest.raises(ResourceConflictError):
        experiment.create_artifact("model", "model.pt", stored.object_name)


def test_any_object_that_is_here_can_be_named(project, experiment, unique, tmp_path):
    base = experiment.store("model", str(file_of(tmp_path, "model.pt", b"bytes")))
    exported = experiment.export_as_model(unique("model")).get_file("model")
    copied = project.create_experiment("next", base_experiment=experiment).get_artifact("model")
    assert copied.object_name != base.object_name
    for name, stored in {"of an upload": base, "of a version": exported, "of a copy": copied}.items():
        created = experiment.create_artifact(name, "again.pt", stored.object_name)
        assert (created.filename, downloaded(created, tmp_path / name).read_bytes()) == ("again.pt", b"bytes")
    other = experiment.store("other", str(file_of(tmp_path, "other.pt", b"other")))
    other.update(object_name=copied.object_name)
    assert downloaded(other, tmp_path / "out").read_bytes() == b"bytes"
    copied.update(name="renamed", object_name=copied.object_name)
    assert (copied.name, downloaded(copied, tmp_path / "out").read_bytes()) == ("renamed", b"bytes")


def test_an_address_that_is_not_good_any_more_is_asked_for_again(experiment, tmp_path):
    artifact = experiment.store("model", str(file_of(tmp_path, "model.pt", b"bytes")))
    # The SDK keeps the address; a server whose signature has changed refuses it as it does after an hour.
    artifact._url = artifact.url[:-4] + "AAAA"
    assert downloaded(artifact, tmp_path / "out").read_bytes() == b"bytes"
