"""Takes the place of the client and writes runs to a folder: Heirloom's demo data. `demo/README.md` describes the format."""

import json
import re
import shutil
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from heirloom_client import Json, json_number, sha256_of, status_after


class Recording:
    """What several runs logged, in one folder. Times are seconds since the recording began."""

    def __init__(self, folder: Path, project: Json, dataset: Json, dataset_versions: list[Json]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.project, self.dataset, self.dataset_versions = folder, project, dataset, dataset_versions
        self.start = time.monotonic()
        self.runs: list[RecordedRun] = []

    def start_run(self, name: str, **fields: Any) -> "RecordedRun":
        # Files of an earlier recording would be embedded without being referred to.
        shutil.rmtree(self.folder / name, ignore_errors=True)
        run = RecordedRun(self, name, fields)
        self.runs.append(run)
        return run

    def seconds(self) -> float:
        return time.monotonic() - self.start

    def save(self, export: Json) -> None:
        """Writes `demo.json`; `export` names the run that becomes a model, and the model."""
        demo = {
            "schema_version": 1,
            "project": self.project,
            "dataset": self.dataset,
            "runs": [run.record for run in self.runs],
            "export": export,
        }
        text = json.dumps(demo, indent=1, ensure_ascii=False, allow_nan=False)
        # A point or a row of a table is read, and compared in a diff, as one line.
        compact = re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda found: "[" + re.sub(r",\s+", ", ", found[1]) + "]", text)
        assert json.loads(compact) == demo
        (self.folder / "demo.json").write_text(compact + "\n")


class RecordedRun:
    """Has the methods of `heirloom_client.Run`, and notes what they are given."""

    def __init__(self, recording: Recording, name: str, fields: Json) -> None:
        self.recording, self.name, self.id = recording, name, name
        self.record: Json = {
            "name": name,
            "description": fields["description"],
            "status": "pending",
            "started_at": None,
            "finished_at": None,
            "dataset_versions": recording.dataset_versions,
            "inference_type": fields["inference_type"],
            "framework": fields["framework"],
            "docker_image": fields["docker_image"],
            "parameters": fields["parameters"],
            "metrics": {},
            "tables": {},
            "images": [],
            "artifacts": [],
        }

    def __enter__(self) -> Self:
        self.record |= {"status": "running", "started_at": round(self.recording.seconds(), 3)}
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self.record |= {"status": status_after(kind), "finished_at": round(self.recording.seconds(), 3)}

    def log(self, step: int, values: Mapping[str, float]) -> None:
        seconds = round(self.recording.seconds() - self.record["started_at"], 3)
        for key, value in values.items():
            self.record["metrics"].setdefault(key, []).append([step, seconds, json_number(value)])

    def note(self, line: str) -> None:
        """The console is not part of the record; the lines are in training.log."""

    def log_image(self, key: str, path: Path) -> None:
        self.record["images"].append({"key": key, "file": self._keep(path), "content_type": "image/png"})

    def log_table(self, key: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        self.record["tables"][key] = {"columns": columns, "rows": rows}

    def upload(self, name: str, path: Path, content_type: str = "application/octet-stream") -> None:
        artifact = {"name": name, "file": self._keep(path), "content_type": content_type}
        self.record["artifacts"].append(artifact | {"size_bytes": path.stat().st_size, "sha256": sha256_of(path).hex()})

    def _keep(self, path: Path) -> str:
        """Copies a file into the run's folder, once, and returns its path relative to `demo.json`."""
        target = self.recording.folder / self.name / path.name
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(path, target)
        return f"{self.name}/{path.name}"
