"""What a training says while it runs: printed lines in chapters, its status, and its logging file."""

import pytest
from files import downloaded, file_of
from picsellia.exceptions import BadRequestError, ResourceNotFoundError
from picsellia.types.enums import ExperimentStatus, JobStatus


@pytest.mark.parametrize("status", list(ExperimentStatus))
def test_every_status_comes_back(client, experiment, status):
    experiment.update(status=status)
    assert experiment.status == status
    assert client.get_experiment_by_id(experiment.id).status == status


@pytest.mark.parametrize(
    ("job", "status"),
    [
        (JobStatus.RUNNING, ExperimentStatus.RUNNING),
        (JobStatus.SUCCESS, ExperimentStatus.SUCCESS),
        (JobStatus.TERMINATED, ExperimentStatus.TERMINATED),
        (JobStatus.FAILED, ExperimentStatus.FAILED),
    ],
)
def test_the_status_of_a_job_is_the_status_of_the_experiment(client, experiment, job, status):
    experiment.update_job_status(job)
    assert client.get_experiment_by_id(experiment.id).status == status


def test_what_is_printed_is_kept_line_by_line(server, experiment):
    experiment.send_logging("Loading 12 images", "Preparation")
    experiment.send_logging(["epoch 1", "epoch 2 · 50 %"], "Training")
    experiment.send_logging(["two\nlines"], "Training")
    experiment.send_logging("Done.", "Training", final=True, special="*")
    console = server.ask("GET", f"/api/v1/experiments/{experiment.id}/console").json()
    assert [(line["chapter"], line["text"]) for line in console["items"]] == [
        ("Preparation", "Loading 12 images"),
        ("Training", "epoch 1"),
        ("Training", "epoch 2 · 50 %"),
        ("Training", "two"),
        ("Training", "lines"),
        ("Training", "Done."),
    ]


def test_much_may_be_printed_at_once(server, experiment):
    experiment.send_logging([f"image {number}" for number in range(2_500)], "Evaluation")
    console = server.ask("GET", f"/api/v1/experiments/{experiment.id}/console?after=2497").json()
    assert [line["text"] for line in console["items"]] == ["image 2498", "image 2499"]


def test_the_logging_file_is_stored_downloaded_and_deleted(experiment, tmp_path):
    with pytest.raises(ResourceNotFoundError):
        experiment.get_logging_file()
    for content in (b"first", "second: é\n".encode()):
        experiment.store_logging_file(str(file_of(tmp_path, "train log.txt", content)))
        assert downloaded(experiment.get_logging_file(), tmp_path / "out").read_bytes() == content
    experiment.get_logging_file().delete()
    with pytest.raises(ResourceNotFoundError):
        experiment.get_logging_file()


def test_an_unknown_status_is_refused(server, experiment):
    for path, word in ((f"/api/experiment/{experiment.id}", "DONE"), (f"/api/experiment/{experiment.id}/job/status", "success")):
        answer = server.ask("PATCH", path, json={"status": word})
        assert answer.status_code in (400, 422) and word in answer.json()["message"]
    with pytest.raises(BadRequestError):
        experiment.connection.patch(f"/api/experiment/{experiment.id}", data=b'{"status":"DONE"}')


def test_the_logging_file_may_be_another_object(experiment, tmp_path):
    first = experiment.store_logging_file(str(file_of(tmp_path, "first.txt", b"first")))
    other = experiment.store("notes", str(file_of(tmp_path, "notes.txt", b"notes")))
    name = first.object_name
    assert first.sync()["object_name"] == name
    first.update(object_name=other.object_name)
    assert downloaded(experiment.get_logging_file(), tmp_path / "out").read_bytes() == b"notes"
