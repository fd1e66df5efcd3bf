"""Moving over: `heirloom import picsellia` from one server to another; then the SDK reads the same from both."""

import contextlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from conftest import POSTGRES_URL
from files import downloaded, file_of
from make_for_browser import make_experiment
from picsellia import Client
from picsellia.exceptions import NoBaseExperimentError, NoBaseModelVersionError, ResourceNotFoundError
from picsellia.types.enums import Framework, InferenceType
from server import ORGANIZATION, PostgresDatabase, Server, ServerProcess, program


@dataclass
class Move:
    """The server that people leave, which runs, and the one that they move to, which does not."""

    old: Server
    client: Client
    process: ServerProcess
    tokens: dict[str, str] = field(repr=False)

    def run(self, **changed: str) -> subprocess.CompletedProcess:
        said = {"url": self.old.url, "token": self.old.tokens["viewer"], "organization": ORGANIZATION}
        said |= {"email": "editor@acme.example"} | changed
        options = [part for name, value in said.items() for part in (f"--{name}", value)]
        command = ["import", "picsellia", *options, *self.process.data]
        return subprocess.run([program(), *command], capture_output=True, text=True)

    @contextlib.contextmanager
    def served(self) -> Iterator[Client]:
        server = self.process.serve(self.tokens)
        try:
            yield Client(api_token=server.tokens["editor"], host=server.url)
        finally:
            self.process.halt()


@pytest.fixture(params=["sqlite", *(["postgresql"] if POSTGRES_URL else [])])
def move(request: pytest.FixtureRequest) -> Iterator[Move]:
    with contextlib.ExitStack() as stack:
        is_postgres = request.param == "postgresql"
        databases = [stack.enter_context(PostgresDatabase(POSTGRES_URL)) if is_postgres else None for _ in range(2)]
        old, new = (ServerProcess(database) for database in databases)
        try:
            server = old.start()
            client = Client(api_token=server.tokens["owner"], host=server.url)
            yield Move(server, client, new, new.fill())
        finally:
            faults = [*old.stop(), *new.stop()]
        assert faults == []


def fill(client: Client, folder: Path) -> None:
    """A bit of everything that the SDK can make."""
    dataset = client.create_dataset("animals", "Photographs")
    dataset.add_tags([client.create_dataset_tag("vision")])
    first = dataset.create_version("v1", "As they came", InferenceType.OBJECT_DETECTION)
    pets = first.create_label_group("pets", None)
    small = first.create_label_group("small", pets)
    first.create_label("cat").update(group_id=small.id)
    first.create_label("dog")
    first.lock()
    first.add_tags([client.create_dataset_version_tag("golden")])
    second = dataset.create_version("v2")
    project = client.create_project("zoo", "All animals")
    project.attach_dataset(second)
    model = client.create_model("detector", "Finds animals")
    model.add_tags([client.create_model_tag("edge")])
    base = model.create_version(
        name="pretrained",
        type=InferenceType.OBJECT_DETECTION,
        framework=Framework.PYTORCH,
        docker_image_name="ghcr.io/team/yolo",
        docker_tag="1.4",
        docker_flags=["--gpus all"],
        docker_env_variables={"CUDA_VISIBLE_DEVICES": "0"},
        notebook_link="https://example.org/notebook",
        labels={"0": "cat"},
        base_parameters={"lr": 0.1},
        description="From the internet",
    )
    base.store("weights", str(file_of(folder, "weights é#.bin", b"old weights")))
    run = make_experiment(project, "first", first)
    run.set_base_model_version(base, attach_parameters=False, attach_model_files=False)
    printed = file_of(folder, "train.log", b"epoch 1\n")
    run.store_logging_file(str(printed))
    run.store("empty", str(file_of(folder, "empty.bin", b"")))
    run.export_in_existing_model(model).delete()
    exported = run.export_in_existing_model(model)
    exported.update(name="best", description="Ship it")
    exported.add_tags([client.create_model_version_tag("champion")])
    run.attach_model_version(exported, do_attach_base_parameters=False)
    next_run = project.create_experiment("second", "Goes on", base_experiment=run)
    next_run.update(status="running")
    client.create_model("empty model")


def told(client: Client, folder: Path) -> dict[str, object]:
    """What the SDK reads, by names and without the ids."""
    return {
        "datasets": {dataset.name: told_of_dataset(dataset) for dataset in client.list_datasets()},
        "projects": {project.name: told_of_project(project, folder) for project in client.list_projects()},
        "models": {model.name: told_of_model(model, folder) for model in client.list_models()},
    }


def names(things: list) -> list[str]:
    return sorted(thing.name for thing in things)


def told_of_dataset(dataset) -> dict[str, object]:
    versions = {}
    for version in dataset.list_versions():
        groups = {group.id: group for group in version.list_label_groups()}
        stats = version.retrieve_stats()
        versions[version.version] = {
            "sync": kept(version.sync(), "description", "type", "size", "locked"),
            "tags": names(version.get_tags()),
            "labels": [(label.name, label.sync()["group_id"] and groups[label.group_id].name) for label in version.list_labels()],
            "groups": {group.name: group.parent_id and groups[group.parent_id].name for group in groups.values()},
            "stats": (stats.label_repartition, stats.nb_objects),
        }
    return {"sync": kept(dataset.sync(), "description"), "tags": names(dataset.get_tags()), "versions": versions}


def told_of_project(project, folder: Path) -> dict[str, object]:
    experiments = {experiment.name: told_of_experiment(experiment, folder) for experiment in project.list_experiments()}
    datasets = [(version.name, version.version) for version in project.list_dataset_versions()]
    return {"sync": kept(project.sync(), "description"), "datasets": datasets, "experiments": experiments}


def told_of_experiment(experiment, folder: Path) -> dict[str, object]:
    attached = {alias: (each.name, each.version) for alias, each in experiment.get_attached_dataset_versions().items()}
    logs = {}
    for log in experiment.list_logs():
        data = log.data if log.type.value != "IMAGE" else log.data["filename"]
        logs[log.name] = (log.type, data)
    base_version, base_experiment, printed = None, None, None
    with contextlib.suppress(NoBaseModelVersionError):
        base_version = experiment.get_base_model_version().name
    with contextlib.suppress(NoBaseExperimentError):
        base_experiment = experiment.get_base_experiment().name
    with contextlib.suppress(ResourceNotFoundError):
        printed = downloaded(experiment.get_logging_file(), folder / "logging").read_bytes()
    return {
        "sync": kept(experiment.sync(), "description", "status"),
        "datasets": attached,
        "logs": logs,
        "artifacts": {file.name: contents(file, folder) for file in experiment.list_artifacts()},
        "bases": (base_version, base_experiment),
        "logging file": printed,
    }


def told_of_model(model, folder: Path) -> dict[str, object]:
    versions = {}
    for version in model.list_versions():
        context = version.get_context()
        said = ("name", "description", "type", "framework", "labels", "parameters", "notebook_link")
        docker = ("docker_image", "docker_tag", "docker_flags", "docker_env_variables")
        versions[version.version] = {
            "sync": kept(version.sync(), *said, *docker),
            "tags": names(version.get_tags()),
            "files": {file.name: contents(file, folder) for file in version.list_files()},
            "experiment": context.experiment_id and context.get_experiment().name,
            "datasets": {each.name: (version_of(each, context), each.repartition) for each in context.datasets},
        }
    return {"sync": kept(model.sync(), "description"), "tags": names(model.get_tags()), "versions": versions}


def version_of(data, context) -> tuple[str, str]:
    version = context.get_dataset_version(data.name)
    return (version.name, version.version)


def contents(file, folder: Path) -> tuple[str, bytes]:
    return (file.filename, downloaded(file, folder / str(file.id)).read_bytes())


def kept(answer: dict, *fields: str) -> dict[str, object]:
    return {field: answer[field] for field in fields}


def test_everything_that_the_sdk_reads_is_the_same_after_moving(move: Move, tmp_path: Path):
    fill(move.client, tmp_path)
    there = told(move.client, tmp_path / "there")
    ended = move.run()
    assert (ended.returncode, ended.stderr.count("ERROR")) == (0, 0), ended.stderr
    assert "Everything that the other server tells is here." in ended.stdout, ended.stdout
    with move.served() as client:
        here = told(client, tmp_path / "here")
        assert here == there
        assert list(here["models"]["detector"]["versions"]) == list(there["models"]["detector"]["versions"])


def test_moving_again_brings_only_what_is_new(move: Move, tmp_path: Path):
    fill(move.client, tmp_path)
    assert move.run().returncode == 0
    run = move.client.get_project("zoo").get_experiment("second")
    run.log("added later", 1.5, "value")
    run.store("added later", str(file_of(tmp_path, "later.bin", b"later")))
    run.log("train/loss", 0.125, "line")
    run.store("model-latest", str(file_of(tmp_path, "best.pt", b"better than before")))
    run.update(status="success")
    version = move.client.get_model("detector").get_version("best")
    version.store("model-latest", str(file_of(tmp_path, "best.pt", b"the best of all")), replace=True)
    report = move.run().stdout
    assert brought(report) == {"logs": 2, "artifacts": 2, "model files": 1} and "Everything that" in report, report
    with move.served() as client:
        found = client.get_project("zoo").get_experiment("second")
        assert (found.get_log("added later").data, found.get_log("train/loss").data) == (1.5, run.get_log("train/loss").data)
        assert (found.status, contents(found.get_artifact("model-latest"), tmp_path)[1]) == (run.status, b"better than before")
        moved = client.get_model("detector").get_version("best")
        assert contents(moved.get_file("model-latest"), tmp_path)[1] == b"the best of all"
        assert len(client.list_projects()) == 1 and len(client.get_model("detector").list_versions()) == 2
    last = move.run().stdout
    assert brought(last) == {} and "Everything that the other server tells is here." in last


def brought(report: str) -> dict[str, int]:
    """What is new or changed, of the table in the report."""
    table = [line for line in report.splitlines() if line[:1].isalpha() and line.split()[-1].isdigit()]
    counts = {line[:20].strip(): sum(int(count) for count in line[20:].split()[:2]) for line in table}
    return {kind: count for kind, count in counts.items() if count > 0}


def test_a_wrong_token_organization_or_address_is_told_and_nothing_is_made(move: Move):
    refusals = {
        "does not accept the token": {"token": "hlm_wrong"},
        "does not belong to an organization named": {"organization": "Other"},
        "is not the address of a server": {"url": "example.org"},
        "does not answer": {"url": "http://127.0.0.1:9"},
        "no user": {"email": "nobody@acme.example"},
    }
    for sentence, changed in refusals.items():
        ended = move.run(**changed)
        assert ended.returncode == 1 and sentence in ended.stderr, (sentence, ended.stderr)
        assert move.old.tokens["viewer"] not in ended.stderr
    with move.served() as client:
        assert client.list_projects() == [] and client.list_datasets() == []
