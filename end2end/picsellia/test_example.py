"""examples/picsellia_digits.py as it is, and the model that comes back."""

import json
import os
import subprocess
import sys
from pathlib import Path

import joblib
import numpy as np
import pytest
from files import downloaded
from picsellia.types.enums import ExperimentStatus, LogType
from server import ORGANIZATION
from sklearn.datasets import load_digits

EXAMPLE = Path(__file__).parents[2] / "examples" / "picsellia_digits.py"
EPOCHS = 5
DIGITS = [str(digit) for digit in range(10)]
TYPES = {
    "parameters": LogType.TABLE,
    "labelmap": LogType.LABELMAP,
    "train/loss": LogType.LINE,
    "train/accuracy": LogType.LINE,
    "test/accuracy": LogType.VALUE,
    "test/loss": LogType.VALUE,
    "confusion-matrix": LogType.HEATMAP,
    "f1 by digit": LogType.BAR,
    "test images": LogType.IMAGE,
}


def run(server, project, dataset, model):
    names = ["--organization", ORGANIZATION, "--project", project, "--dataset", dataset, "--model", model]
    environment = {**os.environ, "HEIRLOOM_URL": server.url, "HEIRLOOM_TOKEN": server.tokens["editor"]}
    command = [sys.executable, str(EXAMPLE), *names, "--epochs", str(EPOCHS)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_the_example_runs_twice_and_its_model_predicts(server, client, unique, tmp_path):
    names = [unique(word) for word in ("project", "dataset", "model")]
    first, second = run(server, *names), run(server, *names)
    assert (first["version"], second["version"]) == (1, 2)
    assert [version.version for version in sorted(client.get_model(names[2]).list_versions(), key=lambda each: each.version)] == [1, 2]

    assert sorted(run.name for run in client.get_project(names[0]).list_experiments()) == ["one-layer-64", "one-layer-64-2"]
    [dataset_version] = client.get_dataset(names[1]).list_versions()
    assert [label.name for label in dataset_version.list_labels()] == DIGITS

    experiment = client.get_experiment_by_id(second["experiment"])
    assert (experiment.name, experiment.status) == ("one-layer-64-2", ExperimentStatus.SUCCESS)
    logs = {log.name: log for log in experiment.list_logs()}
    assert len(logs["train/loss"].data) == len(logs["train/accuracy"].data) == EPOCHS
    assert {name: log.type for name, log in logs.items()} == TYPES
    losses, counts = logs["train/loss"].data, logs["confusion-matrix"].data["values"]
    assert losses[-1] < losses[0] and sum(map(sum, counts)) == 360
    assert logs["test/accuracy"].data == pytest.approx(sum(counts[digit][digit] for digit in range(10)) / 360)

    version = client.get_model_version_by_id(second["model_version"])
    assert version.labels == {digit: digit for digit in DIGITS}
    assert version.get_context().experiment_id == experiment.id
    assert version.sync()["parameters"] == logs["parameters"].data
    assert version.get_context().get_dataset_version("train").version == "1797-images"
    network = joblib.load(downloaded(version.get_file("model-latest"), tmp_path))
    digits = load_digits()
    share = float(np.mean(network.predict(digits.data) == digits.target.astype(str)))
    assert share > 0.85 and logs["test/accuracy"].data > 0.85
    # The same bytes give the same answers.
    again = joblib.load(downloaded(experiment.get_artifact("model-latest"), tmp_path / "again"))
    assert np.array_equal(network.predict_proba(digits.data), again.predict_proba(digits.data))
