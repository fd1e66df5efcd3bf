"""A small client for Heirloom's REST API. Copy it into your project; it needs Python 3.11 and `requests`.

    heirloom = Heirloom("http://127.0.0.1:3000", token)
    project = heirloom.find_or_create("/projects", "digit-recognition")
    with heirloom.start_run(project["id"], "first try", parameters={"epochs": 40}) as run:
        for epoch in range(1, 41):
            run.log(epoch, {"train/loss": train_one_epoch()})
        run.upload("model/digits.joblib", Path("digits.joblib"))
    heirloom.export(run.id, {"name": "v1"}, new_model={"name": "digits-classifier"})
"""

import base64
import hashlib
import itertools
import math
import unicodedata
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter, Retry

Json = dict[str, Any]


class HeirloomError(Exception):
    """The server's refusal: its title, its detail, and `code`, a stable name for programs."""

    def __init__(self, response: requests.Response) -> None:
        is_problem = response.headers.get("Content-Type", "").startswith("application/problem+json")
        problem: Json = response.json() if is_problem else {"title": response.reason, "detail": response.text[:500]}
        self.status: int = response.status_code
        self.code: str = problem.get("code", "")
        lines = [f"{problem.get('title')}: {problem.get('detail')} ({self.status} {self.code})".replace(" )", ")")]
        lines += [f"  {error}" for error in problem.get("errors") or []]
        super().__init__("\n".join(lines))


class Heirloom:
    """One server, spoken to with one API token."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url.rstrip("/")
        self.session = requests.Session()
        # A function, not a header: a password in the user's .netrc would replace the header.
        self.session.auth = lambda request: request.headers.update(Authorization=f"Bearer {token}") or request
        # A restarting server is waited for, but a POST is repeated only if it never arrived.
        retry = Retry(4, read=2, backoff_factor=0.5, status_forcelist=(429, 502, 503, 504), raise_on_status=False)
        self.session.mount(self.url, HTTPAdapter(max_retries=retry))

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        """Sends one request to `/api/v1{path}`; `options` are those of `requests`. Raises `HeirloomError`."""
        response = self.session.request(method, f"{self.url}/api/v1{path}", timeout=60, **options)
        if not response.ok:
            raise HeirloomError(response)
        return response

    def get(self, path: str, **query: Any) -> Json:
        return self.call("GET", path, params=query).json()

    def post(self, path: str, body: Json, **headers: str) -> Json:
        return self.call("POST", path, json=body, headers=headers).json()

    def items(self, path: str, **query: Any) -> Iterator[Json]:
        """All items of a list, page by page."""
        cursor: str | None = None
        while True:
            page = self.get(path, limit=200, **query, **({"cursor": cursor} if cursor else {}))
            yield from page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def find(self, path: str, name: str) -> Json | None:
        """The project, dataset or model that has this name; names are compared as the server does."""
        return next((item for item in self.items(path, search=name) if name_key(item["name"]) == name_key(name)), None)

    def find_or_create(self, path: str, name: str, **fields: Any) -> Json:
        """The project or dataset of this name, created if nobody did so yet."""
        try:
            return self.post(path, {"name": name, **fields})
        except HeirloomError as error:
            found = self.find(path, name) if error.code == "name_taken" else None
            if found is None:
                raise
            return found

    def find_or_create_dataset_version(self, dataset_id: str, name: str, **fields: Any) -> Json:
        """The version of this name in a dataset, created if it is not there."""
        versions = self.get(f"/datasets/{dataset_id}")["versions"]
        found = next((version for version in versions if name_key(version["name"]) == name_key(name)), None)
        return found or self.post(f"/datasets/{dataset_id}/versions", {"name": name, **fields})

    def start_run(self, project_id: str, name: str, **fields: Any) -> "Run":
        """Creates an experiment, as `name-2`, `name-3`, ... when the name is taken. Use the run in a `with`."""
        names = itertools.chain([name], (f"{name}-{number}" for number in itertools.count(2)))

        def create(free_name: str) -> Json:
            return self.post("/experiments", {"project_id": project_id, "name": free_name, **fields})

        return Run(self, first_free(names, create, "name_taken"))

    def export(self, experiment_id: str, version: Json, *, new_model: Json | None = None, model_id: str | None = None) -> Json:
        """Exports an experiment as the first version of a new model, or as the next one of an existing model."""
        target = {"new_model": new_model} if new_model else {"model_id": model_id}
        key = str(uuid.uuid4())
        for is_last in (False, True):
            try:
                body = {**target, "version": version}
                return self.post(f"/experiments/{experiment_id}/export", body, **{"Idempotency-Key": key})
            except requests.ConnectionError:
                # The first request may have arrived. With the same key, both together make one version.
                if is_last:
                    raise
        raise AssertionError("the loop returns or raises")

    def download(self, path: str, target: Path) -> str:
        """Streams a file to `target` and returns the SHA-256 of what arrived, in hex."""
        with self.call("GET", path, stream=True) as response, target.open("wb") as file:
            for chunk in response.iter_content(1 << 20):
                file.write(chunk)
        return sha256_of(target).hex()


class Run:
    """An experiment while it trains. As a context manager it keeps the status true, however the training ends."""

    BATCH_POINTS = 25

    def __init__(self, heirloom: Heirloom, experiment: Json) -> None:
        self.heirloom = heirloom
        self.id: str = experiment["id"]
        self.name: str = experiment["name"]
        self.path = f"/experiments/{self.id}"
        self.points: list[Json] = []
        self.lines: list[Json] = []

    def __enter__(self) -> Self:
        self.set_status("running")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        try:
            self.flush()
        finally:
            self.set_status(status_after(kind))

    def set_status(self, status: str) -> None:
        self.heirloom.call("PATCH", self.path, json={"status": status})

    def log(self, step: int, values: Mapping[str, float]) -> None:
        """Notes one value for each metric; they are sent in batches, so that training does not wait for the network."""
        time = now()
        self.points += [{"key": key, "step": step, "value": json_number(value), "time": time} for key, value in values.items()]
        if len(self.points) >= self.BATCH_POINTS:
            self.flush()

    def note(self, line: str, stream: str = "stdout") -> None:
        """Notes a printed line for the console; lines are sent together with the points."""
        self.lines.append({"text": line, "stream": stream, "time": now()})
        if len(self.lines) >= self.BATCH_POINTS:
            self.flush()

    def flush(self) -> None:
        """Sends what was noted; the server takes up to 10,000 points and 1,000 lines in one call."""
        if self.lines:
            self.heirloom.post(f"{self.path}/console", {"lines": self.lines})
            self.lines = []
        if self.points:
            self.heirloom.post(f"{self.path}/metrics", {"points": self.points})
            self.points = []

    def log_image(self, key: str, path: Path) -> None:
        self.heirloom.call("PUT", f"{self.path}/images/{quote(key)}", data=path.read_bytes(), headers={"Content-Type": "image/png"})

    def log_table(self, key: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        self.heirloom.call("PUT", f"{self.path}/tables/{quote(key)}", json={"columns": columns, "rows": rows})

    def upload(self, name: str, path: Path, content_type: str = "application/octet-stream") -> Json:
        """Streams a file as the artifact `name`. The server refuses it if a byte changed on the way."""
        digest = base64.b64encode(sha256_of(path)).decode()
        headers = {"Repr-Digest": f"sha-256=:{digest}:", "Content-Type": content_type}
        with path.open("rb") as file:
            return self.heirloom.call("PUT", f"{self.path}/artifacts/{quote(name)}", data=file, headers=headers).json()


def first_free(names: Iterator[str], create: Callable[[str], Json], taken: str) -> Json:
    """Creates something under the first of `names` that the server does not refuse with the code `taken`."""
    for name in names:
        try:
            return create(name)
        except HeirloomError as error:
            if error.code != taken:
                raise
    raise ValueError("all names are taken")


def now() -> str:
    """The time as the API takes it."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def status_after(error: type[BaseException] | None) -> str:
    """The status of a run that ended with this exception, or without one."""
    if error is None:
        return "succeeded"
    return "aborted" if issubclass(error, KeyboardInterrupt) else "failed"


def json_number(value: float) -> float | str:
    """A metric value for JSON, which has no word for NaN and the infinities."""
    value = float(value)
    if math.isnan(value):
        return "NaN"
    return value if math.isfinite(value) else ("Infinity" if value > 0 else "-Infinity")


def name_key(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def sha256_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
