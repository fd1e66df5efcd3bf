"""Object storage without the SDK: what a lost, repeated, late or forged request leads to."""

import hashlib

import pytest
import requests

MESSAGES = (400, 403, 404, 409, 413, 422)


class Storage:
    """The control calls of one person's organization."""

    def __init__(self, server, client, role="editor"):
        self.server, self.organization, self.role = server, client.id, role

    def ask(self, call, **body):
        path = f"/api/object-storage/{self.organization}/{call}"
        return self.server.ask("POST", path, role=self.role, json=body)

    def object_name(self, experiment, filename="model.pt"):
        path = f"/api/organization/{self.organization}/connector/{self.organization}/generate_object_name"
        body = {"filename": filename, "type": "ARTIFACT", "context": {"experiment_id": str(experiment.id)}}
        return self.server.ask("POST", path, role=self.role, json=body)

    def upload_address(self, object_name):
        answer = self.ask("generate_presigned_url", object_name=object_name, content_type="x/y").json()
        return answer["presigned_url_data"]["url"]

    def part_address(self, object_name, upload_id, number):
        answer = self.ask("generate_part_presigned_url", object_name=object_name, upload_id=upload_id, part_no=number)
        return answer.json()["url"]

    def begin_parts(self, object_name):
        return self.ask("init_multipart_upload", object_name=object_name, content_type="x/y").json()["upload_id"]

    def complete(self, object_name, upload_id, etags):
        parts = [{"ETag": etag, "PartNumber": number} for number, etag in etags.items()]
        return self.ask("complete_part_upload", object_name=object_name, upload_id=upload_id, parts=parts)


@pytest.fixture
def storage(server, client):
    return Storage(server, client)


@pytest.fixture
def object_name(storage, experiment):
    return storage.object_name(experiment).json()["object_name"]


def put(address, content):
    return requests.put(address, data=content, timeout=60)


def test_a_part_is_sent_twice_and_parts_come_out_of_order(storage, experiment, object_name, tmp_path):
    # A part but the last has this size.
    first, last = b"a" * (25 << 20), b"the end"
    upload_id = storage.begin_parts(object_name)
    etags = {}
    for number, content in ((2, last), (1, b"broken"), (1, first), (1, first)):
        answer = put(storage.part_address(object_name, upload_id, number), content)
        assert answer.ok, answer.text
        etags[number] = answer.headers["ETag"]
    assert storage.complete(object_name, upload_id, dict(sorted(etags.items()))).ok
    artifact = experiment.create_artifact("model", "model.pt", object_name, large=True)
    artifact.download(str(tmp_path))
    assert hashlib.sha256((tmp_path / "model.pt").read_bytes()).digest() == hashlib.sha256(first + last).digest()


def test_parts_that_were_never_completed_are_not_to_be_had(server, storage, experiment, object_name):
    upload_id = storage.begin_parts(object_name)
    put(storage.part_address(object_name, upload_id, 1), b"half")
    body = {"name": "model", "filename": "model.pt", "object_name": object_name, "large": True}
    refused = server.ask("POST", f"/api/experiment/{experiment.id}/artifacts", json=body)
    assert refused.status_code in MESSAGES and refused.json()["message"]
    assert experiment.list_artifacts() == []
    assert storage.ask("retrieve_presigned_url", object_name=object_name).status_code in MESSAGES


def test_completing_with_other_parts_than_were_sent_is_refused(storage, object_name):
    upload_id = storage.begin_parts(object_name)
    etag = put(storage.part_address(object_name, upload_id, 1), b"one").headers["ETag"]
    for etags in ({1: '"' + "0" * 64 + '"'}, {1: etag, 2: etag}, {2: etag}, {1: "no digest"}, {}):
        refused = storage.complete(object_name, upload_id, etags)
        assert refused.status_code in MESSAGES and isinstance(refused.json()["message"], str)
    assert storage.complete(object_name, upload_id, {1: etag}).ok


def test_a_signed_address_that_was_changed_is_403(storage, object_name):
    address = storage.upload_address(object_name)
    for wrong in (address[:-1], address[:-6] + "AAAAAA", address.partition("?")[0], f"{address.partition('?')[0]}?grant=x"):
        assert put(wrong, b"bytes").status_code == 403
    assert put(address, b"bytes").ok
    reading = storage.ask("retrieve_presigned_url", object_name=object_name)
    assert reading.status_code == 200
    assert requests.get(reading.json()["presigned_url"][:-6] + "AAAAAA", timeout=60).status_code == 403


def test_an_address_is_for_one_deed_and_one_object(storage, experiment, object_name):
    writing = storage.upload_address(object_name)
    assert put(writing, b"bytes").ok
    reading = storage.ask("retrieve_presigned_url", object_name=object_name).json()["presigned_url"]
    assert requests.get(reading, timeout=60).content == b"bytes"
    # Each address has one method.
    assert requests.get(writing, timeout=60).status_code == 405
    assert put(reading, b"other").status_code == 405
    # The grant of one address behind the path of another.
    assert put(writing.partition("?")[0] + "?" + reading.partition("?")[2], b"other").status_code == 403
    assert requests.get(reading.partition("?")[0] + "?" + writing.partition("?")[2], timeout=60).status_code == 403
    other = storage.object_name(experiment, "other.pt").json()["object_name"]
    assert storage.ask("retrieve_presigned_url", object_name=other).status_code in MESSAGES


def test_more_than_was_signed_is_refused(storage, experiment, object_name):
    answer = put(storage.upload_address(object_name), b"x" * ((25 << 20) + 1))
    assert answer.status_code == 413
    assert storage.ask("retrieve_presigned_url", object_name=object_name).status_code in MESSAGES
    upload_id = storage.begin_parts(object_name)
    assert put(storage.part_address(object_name, upload_id, 1), b"x" * ((25 << 20) + 1)).status_code == 413


def test_objects_of_another_organization_are_not_found(server, storage, stranger, experiment, object_name):
    assert put(storage.upload_address(object_name), b"bytes").ok
    upload_id = storage.begin_parts(object_name)
    foreign = Storage(server, stranger, "stranger")
    answers = [
        foreign.object_name(experiment),
        foreign.ask("generate_presigned_url", object_name=object_name, content_type="x/y"),
        foreign.ask("init_multipart_upload", object_name=object_name, content_type="x/y"),
        foreign.ask("generate_part_presigned_url", object_name=object_name, upload_id=upload_id, part_no=1),
        foreign.ask("complete_part_upload", object_name=object_name, upload_id=upload_id, parts=[]),
        foreign.ask("retrieve_presigned_url", object_name=object_name),
        # The other one's connector with an own token.
        server.ask("POST", f"/api/object-storage/{storage.organization}/retrieve_presigned_url", role="stranger", json={"object_name": object_name}),
    ]
    assert [answer.status_code for answer in answers] == [404] * len(answers)


@pytest.mark.parametrize("name", ["", "model.pt", "uploads/../../etc/passwd", "uploads/x/y", "a" * 5000])
def test_a_name_that_was_never_given_out_is_not_found(storage, name):
    assert storage.ask("retrieve_presigned_url", object_name=name).status_code == 404
