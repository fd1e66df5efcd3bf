"""Trains three classifiers of handwritten digits, logs them to Heirloom while they train, and exports the best one.

    HEIRLOOM_URL=http://127.0.0.1:3000 HEIRLOOM_TOKEN=... python train_digits.py

The images are the 1,797 digits that come with scikit-learn, so nothing is downloaded. At the end the exported model file is
fetched again and must be the same, byte for byte and prediction for prediction; otherwise the exit code is 1.
"""

import argparse
import csv
import itertools
import os
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import joblib
import numpy as np
import requests
from sklearn.datasets import load_digits
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler

import digit_plots
from heirloom_client import Heirloom, HeirloomError, Json, Run, first_free, sha256_of
from record_demo import RecordedRun, Recording

SEED = 7
LABELS = [str(digit) for digit in range(10)]
VALIDATION_FRACTION = 0.2

PROJECT: Json = {
    "name": "digit-recognition",
    "description": "Which digit is written in an 8 x 8 pixel image? Small networks, trained on a processor in seconds.",
}
DATASET: Json = {
    "name": "handwritten-digits",
    "description": "Scanned digits of 8 x 8 grey pixels: the test part of the UCI set by Alpaydin and Kaynak (1998), as bundled with scikit-learn.",
}
MODEL_DESCRIPTION = "Reads one handwritten digit in an 8 x 8 pixel image."
ENVIRONMENT: Json = {
    "docker_image": {"reference": "python:3.11-slim", "run_flags": ["--cpus 2"], "environment": ["HEIRLOOM_URL", "HEIRLOOM_TOKEN"]},
    "inference_type": "classification",
    "framework": "scikit-learn",
}


@dataclass(frozen=True)
class Settings:
    """What makes one run different from another."""

    name: str
    description: str
    hidden_layers: tuple[int, ...]
    learning_rate: float
    activation: str = "relu"
    momentum: float = 0.9
    l2: float = 1e-4
    batch_size: int = 64
    # How fast the learning rate falls with the number of seen images; 0 keeps it as it is.
    decay_power: float = 0.0
    # The epoch after which the run stops itself as Ctrl-C would.
    stop_after: int | None = None


RUNS = [
    Settings("softmax-regression", "The baseline: no hidden layer, plain gradient descent.", (), 0.05, momentum=0.0),
    Settings("one-layer-32", "One small hidden layer with momentum and a constant learning rate.", (32,), 0.01, l2=1e-3),
    Settings(
        "two-layers-128-64",
        "Two wide layers; a high learning rate that falls as training goes on.",
        (128, 64), 0.2, l2=1e-3, batch_size=32, decay_power=0.1,
    ),
]  # fmt: skip
UNLUCKY_RUNS = [
    Settings(
        "two-layers-momentum-0.99",
        "Two layers without an activation function and with too much momentum: learns for a moment, then diverges.",
        (128, 64), 0.05, activation="identity", momentum=0.99,
    ),
    Settings("one-layer-16-slow", "Stopped after seven epochs: at this learning rate it hardly moves.", (16,), 0.002, momentum=0.5, stop_after=7),
]  # fmt: skip


class Part(NamedTuple):
    """Images as rows of 64 grey values from 0 to 16, and the label of each."""

    images: np.ndarray
    labels: np.ndarray


class Digits(NamedTuple):
    """The data in three parts: to learn from, to choose the best run by, and to report on."""

    train: Part
    validation: Part
    test: Part


@dataclass(frozen=True)
class Result:
    """A run that ended well."""

    run: Run | RecordedRun
    model_file: Path
    probabilities: np.ndarray
    validation_loss: float
    validation_accuracy: float
    test_accuracy: float


class Diverged(Exception):
    """The loss is not a number any more."""


class StoppedEarly(KeyboardInterrupt):
    """The run stopped itself, as if Ctrl-C had been pressed."""


def load() -> Digits:
    """Splits the 1,797 images into 1,149 + 288 for training and validation, and 360 for the test."""
    data = load_digits()
    # 32 bits are enough for grey values, and halve the model file.
    images, labels = data.data.astype(np.float32), data.target.astype(str)
    images, test_images, labels, test_labels = train_test_split(images, labels, test_size=360, stratify=labels, random_state=SEED)
    images, val_images, labels, val_labels = train_test_split(
        images, labels, test_size=VALIDATION_FRACTION, stratify=labels, random_state=SEED
    )
    return Digits(Part(images, labels), Part(val_images, val_labels), Part(test_images, test_labels))


def dataset_versions(digits: Digits) -> list[Json]:
    """The dataset as a whole and its two halves, as Heirloom describes them."""
    train_count, test_count = len(digits.train.labels) + len(digits.validation.labels), len(digits.test.labels)
    counts = {
        f"{train_count + test_count}-images": (train_count + test_count, "All images."),
        f"train-{train_count}": (train_count, "For training; a fifth of it is held back for validation."),
        f"test-{test_count}": (test_count, "For the final report only; every digit as often as in the whole."),
    }
    return [
        # One byte for each of the 8 x 8 pixels.
        {"name": name, "description": text, "kind": "classification", "item_count": count, "size_bytes": count * 64, "labels": LABELS}
        for name, (count, text) in counts.items()
    ]


def parameters_of(settings: Settings, epochs: int) -> Json:
    """Everything that determines the outcome of a run, as typed values."""
    return {
        "epochs": epochs,
        "batch_size": settings.batch_size,
        "learning_rate": settings.learning_rate,
        "schedule": {"kind": "inverse_scaling" if settings.decay_power else "constant", "power": settings.decay_power},
        "hidden_layers": list(settings.hidden_layers),
        "activation": settings.activation,
        "optimizer": {"name": "sgd", "momentum": settings.momentum, "nesterov": True},
        "l2": settings.l2,
        "shuffle": True,
        "validation_fraction": VALIDATION_FRACTION,
        "seed": SEED,
    }


def classifier(parameters: Json) -> MLPClassifier:
    """The untrained network that these parameters describe."""
    return MLPClassifier(
        solver=parameters["optimizer"]["name"],
        hidden_layer_sizes=parameters["hidden_layers"],
        activation=parameters["activation"],
        learning_rate="invscaling" if parameters["schedule"]["kind"] == "inverse_scaling" else "constant",
        learning_rate_init=parameters["learning_rate"],
        power_t=parameters["schedule"]["power"],
        momentum=parameters["optimizer"]["momentum"],
        nesterovs_momentum=parameters["optimizer"]["nesterov"],
        alpha=parameters["l2"],
        batch_size=parameters["batch_size"],
        shuffle=parameters["shuffle"],
        random_state=parameters["seed"],
    )


def learning_rate(network: MLPClassifier) -> float:
    """The learning rate of the next epoch, after scikit-learn's formula."""
    seen_images = getattr(network, "t_", 0)
    is_falling = network.learning_rate == "invscaling"
    return network.learning_rate_init / (seen_images + 1) ** network.power_t if is_falling else network.learning_rate_init


def evaluate(model: Pipeline, part: Part) -> tuple[float, float]:
    """The mean cross-entropy in nats, and the share of right answers from 0 to 1."""
    probabilities = model.predict_proba(part.images)
    of_the_truth = probabilities[np.arange(len(part.labels)), np.searchsorted(LABELS, part.labels)]
    right = np.asarray(LABELS)[probabilities.argmax(axis=1)] == part.labels
    return float(-np.log(of_the_truth).mean()), float(right.mean())


def train(settings: Settings, parameters: Json, digits: Digits, run: Run | RecordedRun, note: Callable[[str], None]) -> Pipeline:
    """Trains one network and logs five metrics after every epoch, which are the steps."""
    scaler = MinMaxScaler().fit(digits.train.images)
    network = classifier(parameters)
    model = make_pipeline(scaler, network)
    images = scaler.transform(digits.train.images)
    for epoch in range(1, parameters["epochs"] + 1):
        rate = learning_rate(network)
        # A diverging run overflows on purpose; its losses say so better than a page of warnings.
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.filterwarnings("error", "Training interrupted")
            try:
                network.partial_fit(images, digits.train.labels, classes=LABELS)
            except UserWarning:
                # scikit-learn would swallow Ctrl-C, warn, and let the next epoch begin.
                raise KeyboardInterrupt(f"in epoch {epoch}") from None
            except ValueError as error:
                if "non-finite" not in str(error):
                    raise
                # The losses of this epoch are not numbers. They are logged, and then end the run.
            (train_loss, train_accuracy), (val_loss, val_accuracy) = evaluate(model, digits.train), evaluate(model, digits.validation)
        run.log(epoch, {
            "train/loss": train_loss, "val/loss": val_loss,
            "train/accuracy": train_accuracy, "val/accuracy": val_accuracy,
            "learning_rate": rate,
        })  # fmt: skip
        note(f"epoch {epoch:3}  loss {train_loss:.4f} / {val_loss:.4f}  accuracy {train_accuracy:.4f} / {val_accuracy:.4f}  (train / val)")
        if np.isnan(train_loss):
            raise Diverged(f"the loss is not a number after epoch {epoch}")
        if epoch == settings.stop_after:
            raise StoppedEarly(f"stopped after epoch {epoch}")
    return model


def report(model: Pipeline, digits: Digits, run: Run | RecordedRun, last_epoch: int, folder: Path, note: Callable[[str], None]) -> Result:
    """Logs how the model does on the test images, and uploads the model with all that is needed to use it."""
    test_loss, test_accuracy = evaluate(model, digits.test)
    val_loss, val_accuracy = evaluate(model, digits.validation)
    run.log(last_epoch, {"test/loss": test_loss, "test/accuracy": test_accuracy})
    note(f"test       loss {test_loss:.4f}           accuracy {test_accuracy:.4f}")

    answers = model.predict(digits.test.images)
    columns, scores = ["digit", "precision", "recall", "f1", "support"], precision_recall_fscore_support(digits.test.labels, answers)
    rows = [[digit, *map(float, values), int(support)] for digit, *values, support in zip(LABELS, *scores, strict=True)]
    run.log_table("per_class", columns, rows)
    with (folder / "per_class.csv").open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([columns, *rows])

    counts = confusion_matrix(digits.test.labels, answers, labels=LABELS)
    digit_plots.draw_confusion_matrix(counts, LABELS, folder / "confusion_matrix.png")
    digit_plots.draw_mistakes(digits.test.images, digits.test.labels, answers, folder / "mistakes.png")
    run.log_image("confusion_matrix", folder / "confusion_matrix.png")
    run.log_image("mistakes", folder / "mistakes.png")

    joblib.dump(model, folder / "digits.joblib", compress=3)
    run.upload("model/digits.joblib", folder / "digits.joblib")
    run.upload("model/requirements.txt", Path(__file__).with_name("requirements.txt"), "text/plain")
    run.upload("plots/confusion_matrix.png", folder / "confusion_matrix.png", "image/png")
    run.upload("reports/per_class.csv", folder / "per_class.csv", "text/csv")
    return Result(run, folder / "digits.joblib", model.predict_proba(digits.test.images), val_loss, val_accuracy, test_accuracy)


@contextmanager
def training_log(path: Path, send: Callable[[str], None]) -> Iterator[Callable[[str], None]]:
    """A function that prints a line, sends it to the console of the run, and writes it to a file with the seconds since the start."""
    start = time.monotonic()
    with path.open("w") as file:

        def note(line: str) -> None:
            print(f"  {line}")
            send(line)
            print(f"[{time.monotonic() - start:7.3f} s] {line}", file=file, flush=True)

        yield note


def train_and_report(settings: Settings, epochs: int, digits: Digits, start_run: Callable[..., Any], folder: Path) -> Result:
    """One experiment from its creation to its last artifact. Whatever ends it, the log is uploaded and the status is true."""
    parameters = parameters_of(settings, epochs)
    folder.mkdir(parents=True)
    with start_run(settings.name, description=settings.description, parameters=parameters, **ENVIRONMENT) as run:
        print(f"\n{run.name}: {settings.description}")
        with training_log(folder / "training.log", run.note) as note:
            try:
                model = train(settings, parameters, digits, run, note)
                return report(model, digits, run, epochs, folder, note)
            except BaseException as error:
                note(f"{type(error).__name__}: {error}")
                raise
            finally:
                run.upload("training.log", folder / "training.log", "text/plain")


def train_all(settings: list[Settings], epochs: int, digits: Digits, start_run: Callable[..., Any], folder: Path) -> Result:
    """Trains one run after the other and returns the best by validation accuracy, then by validation loss."""
    results = []
    for each in settings:
        try:
            results.append(train_and_report(each, epochs, digits, start_run, folder / each.name))
        except (Diverged, StoppedEarly):
            # Said in its log and its status. One bad setting must not cost the other runs.
            continue
    if not results:
        sys.exit("No run ended well, so there is nothing to export.")
    return max(results, key=lambda result: (result.validation_accuracy, -result.validation_loss))


def prepare(heirloom: Heirloom, digits: Digits) -> Callable[..., Run]:
    """Finds or creates the project and the dataset, and returns the function that starts a run on them."""
    project = heirloom.find_or_create("/projects", **PROJECT)
    dataset = heirloom.find_or_create("/datasets", **DATASET)
    _whole, train_version, test_version = (
        heirloom.find_or_create_dataset_version(dataset["id"], **version) for version in dataset_versions(digits)
    )
    attached = [
        {"dataset_version_id": train_version["id"], "alias": "train"},
        {"dataset_version_id": test_version["id"], "alias": "test"},
    ]
    return lambda name, **fields: heirloom.start_run(project["id"], name, dataset_versions=attached, **fields)


def describe(best: Result) -> str:
    """The description of the exported version."""
    return f"{best.run.name}: {best.validation_accuracy:.1%} right on validation, {best.test_accuracy:.1%} on test."


def export(heirloom: Heirloom, best: Result, model_name: str) -> Json:
    """Exports the best run into a new model, or into the model that has this name already."""
    new_model = {"name": model_name, "description": MODEL_DESCRIPTION}
    try:
        return heirloom.export(best.run.id, {"name": "v1", "description": describe(best)}, new_model=new_model)
    except HeirloomError as error:
        model = heirloom.find("/models", model_name) if error.code == "model_name_taken" else None
        if model is None:
            raise
    numbers = [version["number"] for version in heirloom.items(f"/models/{model['id']}/versions")]
    names = (f"v{number}" for number in itertools.count(max(numbers, default=0) + 1))

    def into_model(name: str) -> Json:
        return heirloom.export(best.run.id, {"name": name, "description": describe(best)}, model_id=model["id"])

    return first_free(names, into_model, "version_name_taken")


def verify(heirloom: Heirloom, version_id: str, best: Result, digits: Digits, folder: Path) -> list[str]:
    """What differs between the trained model and the version that a colleague would download: nothing, if all is well."""
    version = heirloom.get(f"/model-versions/{version_id}")
    artifacts = {artifact["name"]: artifact["sha256"] for artifact in heirloom.items(f"/experiments/{best.run.id}/artifacts")}
    uploaded = sha256_of(best.model_file).hex()
    downloaded = heirloom.download(f"/model-versions/{version_id}/files/model/digits.joblib", folder / "downloaded.joblib")
    print(f"  model file uploaded    sha256:{uploaded}\n  model file downloaded  sha256:{downloaded}")
    if downloaded != uploaded:
        # Loading runs code from the file, so a file that is not ours is not loaded.
        return ["the downloaded model file is not the uploaded one"]
    probabilities = joblib.load(folder / "downloaded.joblib").predict_proba(digits.test.images)
    same_answers = (probabilities.argmax(axis=1) == best.probabilities.argmax(axis=1)).sum()
    print(f"  {same_answers} of {len(probabilities)} predictions on the test images are the same as before the upload")
    checks = {
        "the predictions differ": np.array_equal(probabilities, best.probabilities),
        "the files differ from the experiment's artifacts": {file["name"]: file["sha256"] for file in version["files"]} == artifacts,
        "the label map differs": version["labels"] == LABELS,
        "the parameters differ": version["parameters"] == heirloom.get(f"/experiments/{best.run.id}/parameters"),
        "the docker image differs": version["docker_image"] == ENVIRONMENT["docker_image"],
        "the source experiment differs": version["source_experiment"]["id"] == best.run.id,
        "the dataset versions differ": {link["alias"] for link in version["dataset_versions"]} == {"train", "test"},
    }
    return [mismatch for mismatch, is_fine in checks.items() if not is_fine]


def log_export_and_verify(heirloom: Heirloom, settings: list[Settings], epochs: int, model_name: str) -> int:
    """The whole road once: data, runs, export, download. Returns the exit code."""
    digits = load()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        best = train_all(settings, epochs, digits, prepare(heirloom, digits), folder)
        print(f"\nBest by validation accuracy: {describe(best)}")
        version = export(heirloom, best, model_name)
        print(f"Exported as {version['model_name']} / {version['name']}")
        print(f"  page  {heirloom.url}/registry/{version['model_id']}/{version['number']}")
        print(f"  API   {heirloom.url}/api/v1/model-versions/{version['id']}")
        mismatches = verify(heirloom, version["id"], best, digits, folder)
    for mismatch in mismatches:
        print(f"MISMATCH: {mismatch}", file=sys.stderr)
    if not mismatches:
        print("Verified: the version holds what the experiment had.")
    return 1 if mismatches else 0


def record(target: Path, epochs: int, model_name: str) -> int:
    """Trains without a server and writes what would have been logged. Returns the exit code."""
    digits = load()
    versions = dataset_versions(digits)
    attached = [{"version": versions[1]["name"], "alias": "train"}, {"version": versions[2]["name"], "alias": "test"}]
    recording = Recording(target, PROJECT, {**DATASET, "versions": versions}, attached)
    with tempfile.TemporaryDirectory() as temporary:
        best = train_all(RUNS + UNLUCKY_RUNS, epochs, digits, recording.start_run, Path(temporary))
    new_model = {"name": model_name, "description": MODEL_DESCRIPTION}
    recording.save({"run": best.run.name, "new_model": new_model, "version": {"name": "v1", "description": describe(best)}})
    print(f"\nRecorded {len(recording.runs)} runs in {target}; the best is {describe(best)}")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=40, help="passes over the training images (default: 40)")
    parser.add_argument("--export", metavar="MODEL_NAME", default="digits-classifier", help="the model to create or to extend")
    parser.add_argument("--with-unlucky-runs", action="store_true", help="also log a run that diverges and one that is stopped early")
    parser.add_argument("--record", metavar="FOLDER", type=Path, help="write all runs to a new folder instead of logging to a server")
    arguments = parser.parse_args()
    if arguments.record:
        return record(arguments.record, arguments.epochs, arguments.export)
    token = os.environ.get("HEIRLOOM_TOKEN")
    if not token:
        parser.error("set HEIRLOOM_TOKEN to an API token (and HEIRLOOM_URL, if the server is not at http://127.0.0.1:3000)")
    heirloom = Heirloom(os.environ.get("HEIRLOOM_URL", "http://127.0.0.1:3000"), token)
    settings = RUNS + (UNLUCKY_RUNS if arguments.with_unlucky_runs else [])
    try:
        return log_export_and_verify(heirloom, settings, arguments.epochs, arguments.export)
    except HeirloomError as error:
        print(f"Heirloom refused. {error}", file=sys.stderr)
    except requests.RequestException as error:
        print(f"Heirloom could not be reached at {heirloom.url} ({type(error).__name__}).", file=sys.stderr)
    return 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        # The usual exit code for Ctrl-C. The run that was going on is recorded as aborted.
        sys.exit(130)
