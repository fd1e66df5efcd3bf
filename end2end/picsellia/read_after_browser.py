"""Reads with the SDK what a browser has exported: `python read_after_browser.py URL TOKEN EXPERIMENT MODEL`, both by id. Prints JSON."""

import json
import os
import sys
import tempfile
from pathlib import Path

os.environ["PICSELLIA_SDK_CUSTOM_LOGGING"] = "1"

from picsellia import Client


def main(url: str, token: str, experiment_id: str, model_id: str) -> None:
    client = Client(api_token=token, host=url)
    versions = client.get_model_by_id(model_id).list_versions()
    [version] = [each for each in versions if str(each.get_context().experiment_id) == experiment_id]
    context = version.get_context()
    with tempfile.TemporaryDirectory() as folder:
        contents = {}
        for file in version.list_files():
            file.download(folder)
            contents[file.name] = Path(folder, file.filename).read_text()
    print(
        json.dumps(
            {
                "name": version.name,
                "number": version.version,
                "labels": version.labels,
                "parameters": version.sync()["parameters"],
                "files": contents,
                "experiment": context.get_experiment().name,
                "dataset": context.get_dataset_version("train").name,
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
