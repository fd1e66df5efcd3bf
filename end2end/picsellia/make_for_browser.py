"""Makes with the SDK what a browser is to show: `python make_for_browser.py URL TOKEN`. Prints what it made as JSON."""

import json
import os
import sys
import tempfile
import uuid
from pathlib import Path

os.environ["PICSELLIA_SDK_CUSTOM_LOGGING"] = "1"

from picsellia import Client
from picsellia.types.enums import InferenceType, LogType
from PIL import Image


def main(url: str, token: str) -> None:
    client = Client(api_token=token, host=url)
    end = uuid.uuid4().hex[:12]
    dataset_version = client.create_dataset(f"animals-{end}").create_version("v1", type=InferenceType.CLASSIFICATION)
    for label in ("cat", "dog"):
        dataset_version.create_label(label)
    project = client.create_project(f"sdk-{end}")
    made = [make_experiment(project, name, dataset_version) for name in (f"first-{end}", f"second-{end}")]
    model_name = f"model-{end}"
    version = made[0].export_as_model(model_name)
    print(
        json.dumps(
            {
                "dataset": dataset_version.name,
                "experiment": {"id": str(made[0].id), "name": made[0].name},
                "second": {"id": str(made[1].id), "name": made[1].name},
                "model": {"id": str(version.origin_id), "name": model_name},
                "version": {"name": version.name, "number": version.version},
            }
        )
    )


def make_experiment(project, name, dataset_version):
    """An experiment with a log of every type, and two artifacts."""
    experiment = project.create_experiment(name, parameters={"learning_rate": 0.125, "epochs": 3})
    experiment.attach_dataset("train", dataset_version)
    experiment.log("labelmap", {"0": "cat", "1": "dog"}, LogType.LABELMAP)
    experiment.log("train/loss", [0.9, 0.5, 0.25], LogType.LINE)
    experiment.log("not begun", [], LogType.LINE)
    experiment.log("best accuracy", 0.97, LogType.VALUE)
    experiment.log("score by class", {"x": ["cat", "dog"], "y": [0.5, 0.75]}, LogType.BAR)
    experiment.log("confusion", {"categories": ["cat", "dog"], "values": [[5, 1], [0, 7]]}, LogType.HEATMAP)
    experiment.log("summary", {"data": [[1, 2]], "rows": ["all"], "columns": ["right", "wrong"]}, LogType.TABLE)
    experiment.log("evaluation", {"map": 0.5}, LogType.EVALUATION)
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder, "picture.png")
        Image.new("RGB", (20, 20), "red").save(picture)
        experiment.log("picture", str(picture), LogType.IMAGE)
        for artifact in ("model-latest", "config"):
            path = Path(folder, f"{artifact}.bin")
            path.write_text(f"bytes of {artifact}")
            experiment.store(artifact, str(path))
    experiment.update(status="success")
    return experiment


if __name__ == "__main__":
    main(*sys.argv[1:])
