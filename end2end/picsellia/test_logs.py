"""Logs of every type: what is stored comes back as it was."""

import hashlib
import json
import math
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from files import sha256_of
from PIL import Image
from picsellia.exceptions import BadRequestError, ResourceConflictError, ResourceNotFoundError
from picsellia.types.enums import LogType

DATA = {
    LogType.VALUE: [0.97, 3, 3.0, -1, 0, 2**53 - 1, 2**64 - 1, "0.97 (best)"],
    LogType.LINE: [[0.9, 0.5], [1, 2, 3], [], {"x": [1, 2], "y": [0.5, 0.25]}, {"steps": [1, 2], "train": [3.5, 2.5], "val": [4.0, 3.0]}],
    LogType.BAR: [{"x": ["cat", "dog"], "y": [1, 2.5]}, [1, 2, 3]],
    LogType.TABLE: [{"accuracy": 0.5, "note": "ok"}, {"data": [[1, 2], [3, 4]], "rows": ["a", "b"], "columns": ["c", "d"]}],
    LogType.HEATMAP: [{"categories": ["cat", "dog"], "values": [[5, 1], [0, 7]]}],
    LogType.LABELMAP: [{"0": "cat", "1": "dog", "2": "bird"}],
    LogType.EVALUATION: [{"map": {"50": 0.5}, "classes": ["cat"]}],
}


@pytest.mark.parametrize(("kind", "data"), [(kind, data) for kind, all_data in DATA.items() for data in all_data])
def test_data_of_every_type_comes_back(experiment, kind, data):
    log = experiment.log("Some log / 1 %", data, kind)
    found = experiment.get_log("Some log / 1 %")
    # As text, because 3 and 3.0 are equal, and a program that counts with the one fails with the other.
    assert (found.id, found.type, json.dumps(found.data)) == (log.id, kind, json.dumps(data))
    assert found.sync()["data"] == data
    assert [(each.name, each.data) for each in experiment.list_logs()] == [("Some log / 1 %", data)]


@pytest.mark.parametrize(
    ("pieces", "whole"),
    [
        ([0.9, 0.5, 1], [0.9, 0.5, 1]),
        ([[0.9], [0.5, 0.25]], [0.9, 0.5, 0.25]),
        ([0.9, [0.5, 0.25]], [0.9, 0.5, 0.25]),
        ([{"x": [1], "y": [2]}, {"x": [3, 4], "y": [5, 6]}], {"x": [1, 3, 4], "y": [2, 5, 6]}),
    ],
)
def test_a_line_grows(experiment, pieces, whole):
    for piece in pieces:
        log = experiment.log("loss", piece, LogType.LINE)
    assert log.data == experiment.get_log("loss").data == whole


def test_append_and_update_of_a_line(experiment):
    log = experiment.log("loss", [0.9], LogType.LINE)
    log.append(0.5)
    log.append([0.25, math.nan])
    assert log.data == experiment.get_log("loss").data == [0.9, 0.5, 0.25, None]
    log.update(data=[1.0])
    assert experiment.get_log("loss").data == [1.0]
    log.update(name="train loss")
    assert experiment.get_log("train loss").id == log.id
    with pytest.raises(ResourceNotFoundError):
        experiment.get_log("loss")


def test_a_line_that_begins_empty_grows(experiment):
    log = experiment.log("loss", [], LogType.LINE)
    for value in (1, 0.5):
        log.append(value)
    assert log.data == experiment.get_log("loss").data == [1, 0.5]


def test_a_value_may_become_a_text(experiment):
    log = experiment.log("best", 0.5, LogType.VALUE)
    log.update(data="none yet")
    assert (log.sync()["data"], experiment.get_log("best").id) == ("none yet", log.id)


@pytest.mark.parametrize("name", [" loss ", "Verlust é", "Verlust e\u0301"])
def test_a_log_is_found_by_the_name_that_it_was_given(experiment, name):
    log = experiment.log(name, 0.5, LogType.VALUE)
    assert (experiment.get_log(name).id, experiment.log(name, 0.25, LogType.VALUE).id) == (log.id, log.id)


def test_other_types_are_replaced_and_keep_their_id(experiment):
    first = experiment.log("accuracy", 0.5, LogType.VALUE)
    second = experiment.log("accuracy", 0.75, LogType.VALUE)
    assert (second.id, experiment.get_log("accuracy").data) == (first.id, 0.75)
    with pytest.raises(ResourceConflictError):
        experiment.log("accuracy", 1.0, LogType.VALUE, replace=False)
    assert experiment.get_log("accuracy").data == 0.75
    assert experiment.log("recall", 1.0, LogType.VALUE, replace=False).data == 1.0


def test_a_value_that_is_not_a_number_is_refused(experiment):
    with pytest.raises(BadRequestError):
        experiment.log("accuracy", math.nan, LogType.VALUE)
    assert experiment.list_logs() == []


@pytest.mark.parametrize("kind", ["VALUE", "LINE", "TABLE", "BAR", "HEATMAP", "LABELMAP", "EVALUATION"])
def test_no_data_at_all_is_refused(server, experiment, kind):
    refused = server.ask("POST", f"/api/experiment/{experiment.id}/logs", json={"name": "x", "data": None, "type": kind})
    assert refused.status_code in (400, 422) and isinstance(refused.json()["message"], str)
    assert experiment.list_logs() == []


def test_appending_nothing_to_a_line_is_refused(server, experiment):
    log = experiment.log("loss", [0.5], LogType.LINE)
    refused = server.ask("POST", f"/api/log/{log.id}/append", json={"data": None})
    assert refused.status_code in (400, 422) and isinstance(refused.json()["message"], str)
    assert experiment.get_log("loss").data == [0.5]


def test_a_name_keeps_its_type_until_it_is_replaced(experiment):
    experiment.log("loss", [0.9, 0.5], LogType.LINE)
    assert experiment.log("loss", 0.25, LogType.VALUE).data == 0.25
    found = experiment.get_log("loss")
    assert (found.type, found.data) == (LogType.VALUE, 0.25)


def test_a_label_map_keeps_the_indices_that_it_has(experiment, unique):
    for labels in ({"1": "cat", "2": "dog"}, {"0": "cat", "9999": "dog"}):
        assert experiment.log("labelmap", labels, LogType.LABELMAP).data == labels
        assert experiment.get_log("labelmap").data == labels
    version = experiment.export_as_model(unique("model"))
    assert version.labels == labels
    version.update(labels={"3": "bird"})
    assert version.sync()["labels"] == {"3": "bird"}


def test_what_is_no_class_index_is_refused_with_a_sentence(experiment):
    for labels in ({"-1": "cat"}, {"01": "cat"}, {"cat": "0"}, {"10000": "cat"}, {"99999999999999999999": "cat"}, {"0": ""}):
        with pytest.raises(BadRequestError, match="class ind|label 0"):
            experiment.log("labelmap", labels, LogType.LABELMAP)
    assert experiment.list_logs() == []


def test_a_line_takes_a_hundred_thousand_points(experiment):
    points = [index / 7 for index in range(100_000)]
    assert experiment.log("loss", points, LogType.LINE).data == points
    assert experiment.log("loss", 0.5, LogType.LINE).data == [*points, 0.5]


def test_of_eighty_parallel_appends_none_is_lost(client, experiment):
    log = experiment.log("loss", [-1], LogType.LINE)

    def append(number):
        experiment.log("loss", number, LogType.LINE) if number % 2 else client.get_experiment_by_id(experiment.id).get_log("loss").append(number)

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(append, range(80)))
    assert log.sync()["data"][0] == -1
    assert sorted(log.data) == list(range(-1, 80))


def test_parameters_keep_their_types(experiment):
    parameters = {"lr": 0.1, "epochs": 3, "name": "yolo", "augment": True, "layers": [64, 32], "optimizer": {"name": "sgd", "momentum": 0.9}}
    assert experiment.log_parameters(parameters).data == parameters
    assert experiment.get_log("parameters").type == LogType.TABLE
    experiment.log_parameters({"lr": 0.5})
    assert experiment.get_log("parameters").data == {"lr": 0.5}


def test_the_label_map_is_kept_in_order(experiment):
    labels = {str(index): f"label {index}" for index in range(12)}
    experiment.log("labelmap", labels, LogType.LABELMAP)
    found = experiment.get_log("labelmap")
    assert list(found.data.items()) == list(labels.items())
    found.update(data={"0": "cat"})
    assert experiment.get_log("labelmap").data == {"0": "cat"}


def stored_sha256(client, object_name):
    """Of the bytes behind a name. The SDK has no call that downloads a logged image."""
    call = f"/api/object-storage/{client.connection.connector_id}/retrieve_presigned_url"
    answer = client.connection.post(call, data=json.dumps({"object_name": object_name})).json()
    return hashlib.sha256(requests.get(answer["presigned_url"], timeout=60).content).hexdigest()


def test_an_image_is_uploaded_and_replaced(client, experiment, tmp_path):
    for color in ("red", "blue"):
        Image.new("RGB", (20, 20), color).save(tmp_path / f"{color}.png")
    log = experiment.log("picture", str(tmp_path / "red.png"), LogType.IMAGE)
    assert (log.data["name"], log.data["filename"], log.data["large"]) == ("red.png", "red.png", False)
    assert stored_sha256(client, log.data["object_name"]) == sha256_of(tmp_path / "red.png")
    again = experiment.log("picture", str(tmp_path / "blue.png"), LogType.IMAGE)
    assert stored_sha256(client, again.data["object_name"]) == sha256_of(tmp_path / "blue.png")
    assert (again.id, again.data["filename"]) == (log.id, "blue.png")
    with pytest.raises(ResourceConflictError):
        experiment.log("picture", str(tmp_path / "red.png"), LogType.IMAGE, replace=False)


def test_logs_are_deleted_one_by_one_and_all_at_once(experiment):
    for number in range(3):
        experiment.log(f"log {number}", number, LogType.VALUE)
    experiment.get_log("log 0").delete()
    assert sorted(log.name for log in experiment.list_logs()) == ["log 1", "log 2"]
    experiment.delete_all_logs()
    assert experiment.list_logs() == []
