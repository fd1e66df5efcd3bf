"""The training of `train_digits.py`, written with the Python SDK of Picsellia: with `host` at Heirloom such scripts run as they are.

    HEIRLOOM_URL=http://127.0.0.1:3000 HEIRLOOM_TOKEN=... python picsellia_digits.py --organization "My team"

Only the SDK is used to speak with the server. The export goes into a new model, or into the model of that name as its next version.
"""

import argparse
import itertools
import json
import os
import tempfile
from pathlib import Path

import joblib
import numpy as np
from picsellia import Client
from picsellia.exceptions import ResourceConflictError, ResourceNotFoundError
from picsellia.sdk.dataset_version import DatasetVersion
from picsellia.sdk.experiment import Experiment
from picsellia.sdk.model_version import ModelVersion
from picsellia.sdk.project import Project
from picsellia.types.enums import Framework, InferenceType, LogType
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.metrics import confusion_matrix, f1_score, log_loss
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

LABELS = [str(digit) for digit in range(10)]
PARAMETERS = {"hidden_layers": [64], "learning_rate": 0.01, "momentum": 0.9, "batch_size": 64, "test_images": 360, "seed": 7}


def get_or_create_project(client: Client, name: str) -> Project:
    try:
        return client.get_project(name)
    except ResourceNotFoundError:
        return client.create_project(name, description="Which digit is written in an 8 x 8 pixel image?")


def get_or_create_dataset_version(client: Client, name: str, version: str) -> DatasetVersion:
    """The version, with a label for each digit."""
    try:
        dataset = client.get_dataset(name)
    except ResourceNotFoundError:
        dataset = client.create_dataset(name, description="Scanned digits, as bundled with scikit-learn.")
    try:
        return dataset.get_version(version)
    except ResourceNotFoundError:
        dataset_version = dataset.create_version(version, type=InferenceType.CLASSIFICATION)
        for label in LABELS:
            dataset_version.create_label(label)
        return dataset_version


def create_experiment(project: Project, name: str) -> Experiment:
    """A new experiment; `name-2`, `name-3` and so on when the name is taken."""
    for number in itertools.count(1):
        try:
            return project.create_experiment(name if number == 1 else f"{name}-{number}")
        except ResourceConflictError:
            continue
    raise AssertionError("the count has no end")


def train(experiment: Experiment, train_images: np.ndarray, train_labels: np.ndarray, epochs: int) -> MLPClassifier:
    """Trains one network; after every epoch a point is added to each line."""
    network = MLPClassifier(
        solver="sgd",
        hidden_layer_sizes=PARAMETERS["hidden_layers"],
        learning_rate_init=PARAMETERS["learning_rate"],
        momentum=PARAMETERS["momentum"],
        batch_size=PARAMETERS["batch_size"],
        random_state=PARAMETERS["seed"],
    )
    for epoch in range(1, epochs + 1):
        network.partial_fit(train_images, train_labels, classes=LABELS)
        loss = float(log_loss(train_labels, network.predict_proba(train_images), labels=LABELS))
        accuracy = float(network.score(train_images, train_labels))
        experiment.log("train/loss", loss, LogType.LINE)
        experiment.log("train/accuracy", accuracy, LogType.LINE)
        experiment.send_logging(f"epoch {epoch:3}  loss {loss:.4f}  accuracy {accuracy:.4f}", "Training", final=epoch == epochs)
    return network


def report(experiment: Experiment, network: MLPClassifier, images: np.ndarray, labels: np.ndarray, folder: Path) -> None:
    """Logs how the network does on the test images, and stores it."""
    answers = network.predict(images)
    experiment.log("test/accuracy", float((answers == labels).mean()), LogType.VALUE)
    experiment.log("test/loss", float(log_loss(labels, network.predict_proba(images), labels=LABELS)), LogType.VALUE)
    counts = confusion_matrix(labels, answers, labels=LABELS).tolist()
    experiment.log("confusion-matrix", {"categories": LABELS, "values": counts}, LogType.HEATMAP)
    scores = f1_score(labels, answers, labels=LABELS, average=None).tolist()
    experiment.log("f1 by digit", {"x": LABELS, "y": scores}, LogType.BAR)

    # Ten test images side by side, eight times as large; a pixel is a grey value from 0 to 16.
    strip = np.hstack(images[:10].reshape(10, 8, 8))
    Image.fromarray((255 - strip / 16 * 255).astype(np.uint8)).resize((640, 64), Image.Resampling.NEAREST).save(folder / "digits.png")
    experiment.log("test images", str(folder / "digits.png"), LogType.IMAGE)

    joblib.dump(network, folder / "digits.joblib")
    experiment.store("model-latest", str(folder / "digits.joblib"))
    (folder / "config.json").write_text(json.dumps(PARAMETERS, indent=2))
    experiment.store("config", str(folder / "config.json"))


def export(client: Client, experiment: Experiment, model_name: str) -> ModelVersion:
    """Into the model of this name, or into a new one."""
    try:
        version = experiment.export_in_existing_model(client.get_model(model_name))
    except ResourceNotFoundError:
        version = experiment.export_as_model(model_name)
    # The SDK knows no scikit-learn.
    version.update(type=InferenceType.CLASSIFICATION, framework=Framework.NOT_CONFIGURED)
    return version


def main() -> None:
    parser = argparse.ArgumentParser(description="Trains on handwritten digits and exports the result, with the SDK of Picsellia.")
    parser.add_argument("--host", default=os.environ.get("HEIRLOOM_URL", "http://127.0.0.1:3000"))
    parser.add_argument("--organization", help="the default one of the token unless given")
    parser.add_argument("--project", default="digit-recognition-sdk")
    parser.add_argument("--dataset", default="handwritten-digits-sdk")
    parser.add_argument("--model", default="digits-sdk")
    parser.add_argument("--epochs", type=int, default=20)
    options = parser.parse_args()

    client = Client(host=options.host, api_token=os.environ["HEIRLOOM_TOKEN"], organization_name=options.organization)
    dataset_version = get_or_create_dataset_version(client, options.dataset, "1797-images")
    experiment = create_experiment(get_or_create_project(client, options.project), "one-layer-64")
    experiment.attach_dataset("train", dataset_version)
    experiment.log_parameters({"epochs": options.epochs, **PARAMETERS})
    experiment.log("labelmap", {str(index): label for index, label in enumerate(LABELS)}, LogType.LABELMAP)

    digits = load_digits()
    train_images, test_images, train_labels, test_labels = train_test_split(
        digits.data,
        digits.target.astype(str),
        test_size=PARAMETERS["test_images"],
        stratify=digits.target,
        random_state=PARAMETERS["seed"],
    )
    experiment.update(status="running")
    try:
        network = train(experiment, train_images, train_labels, options.epochs)
        with tempfile.TemporaryDirectory() as folder:
            report(experiment, network, test_images, test_labels, Path(folder))
    except BaseException:
        experiment.update(status="failed")
        raise
    experiment.update(status="success")
    version = export(client, experiment, options.model)
    print(json.dumps({"experiment": str(experiment.id), "model_version": str(version.id), "version": version.version}))


if __name__ == "__main__":
    main()
