"""What Schemathesis cannot know: objects that exist. Without them nearly every request would end at a 404.

Objects of every kind are made through the API, and made again from time to time, because requests delete, seal and archive them. An id
that Schemathesis has made up becomes the id of one of them; an id that it has from an answer stays. At the end the requests are counted.
"""

import atexit
import collections
import json
import os
import random
import re
import sys
import uuid

import requests
import schemathesis
from schemathesis.generation.meta import TestPhase

URL = os.environ["HEIRLOOM_URL"]
API = f"{URL}/api/v1"
TOKEN = os.environ["HEIRLOOM_TOKEN"]
REQUESTS_PER_WORLD = 80
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PNG = b"\x89PNG\r\n\x1a\nthe rest of a picture"

session = requests.Session()
session.headers["Authorization"] = f"Bearer {TOKEN}"


def ask(method, path, body=None, **more):
    answer = session.request(method, API + path, json=body, timeout=30, **more)
    if not answer.ok:
        sys.exit(f"{method} {path}: {answer.status_code} {answer.text}")
    return answer.json() if answer.content else None


def tidy_up():
    """A member has a limited number of tokens, and an organization of open invitations."""
    for token in ask("GET", "/tokens")["items"]:
        if token["id"] != own_token:
            ask("DELETE", f"/tokens/{token['id']}")
    for invitation in ask("GET", "/invitations")["items"]:
        ask("DELETE", f"/invitations/{invitation['id']}")


class World:
    """One object of every kind, by the part of the address that names the kind."""

    made = 0

    def __init__(self):
        self.requests = 0
        tidy_up()
        World.made += 1
        number = World.made
        name = f"World {number}"
        project = ask("POST", "/projects", {"name": name})["id"]
        dataset = ask("POST", "/datasets", {"name": name})["id"]
        versions = f"/datasets/{dataset}/versions"
        used = ask("POST", versions, {"name": "used", "labels": ["zero", "one"]})["id"]
        # The labels of this one can be changed.
        unused = ask("POST", versions, {"name": "unused", "labels": ["zero"]})["id"]
        attached = [{"dataset_version_id": used, "alias": "train"}]
        new = {"project_id": project, "name": name, "dataset_versions": attached, "parameters": {"lr": 0.1}}
        experiment = ask("POST", "/experiments", new)["id"]
        address = f"/experiments/{experiment}"
        points = [{"key": "loss", "step": step, "value": 1 / (step + 1)} for step in range(5)]
        ask("POST", f"{address}/metrics", {"points": points})
        ask("POST", f"{address}/console", {"lines": [{"text": "epoch 1"}]})
        ask("PUT", f"{address}/images/best", data=PNG)
        ask("PUT", f"{address}/artifacts/best", data=b"bytes")
        exported = ask("POST", f"{address}/export", {"new_model": {"name": name}, "version": {"name": "v1"}})
        model = exported["model_id"]
        by_hand = ask("POST", f"/models/{model}/versions", {"name": "v2", "labels": ["zero"]})["id"]
        ask("PUT", f"/model-versions/{by_hand}/files/best", data=b"bytes")
        ask("PUT", f"/models/{model}/aliases/best", {"number": 1})
        empty = ask("POST", "/models", {"name": f"{name}, empty", "version": {"name": "v1"}})
        ask("DELETE", f"/model-versions/{empty['id']}")
        token = ask("POST", "/tokens", {"name": name, "scopes": ["read"]})["id"]
        invitation = ask("POST", "/invitations", {"email": f"w{number}@example.org", "role": "viewer"})["id"]
        self.ids = {
            "projects": [project],
            "datasets": [dataset],
            "dataset-versions": [used, unused],
            "experiments": [experiment],
            "models": [model, model, empty["model_id"]],
            "model-versions": [exported["id"], by_hand],
            "tokens": [token],
            "invitations": [invitation],
        }


KINDS_OF_FIELDS = {
    "project_id": "projects",
    "dataset_version_id": "dataset-versions",
    "base_model_version_id": "model-versions",
    "model_id": "models",
    "from": "model-versions",
}
me = ask("GET", "/me")["user_id"]
own_token = ask("GET", "/tokens")["items"][0]["id"]
members = [member["user_id"] for member in ask("GET", "/members")["items"] if member["user_id"] != me]
known = set()
cursors = collections.defaultdict(str)
sent = collections.Counter()
by_status = collections.Counter()
succeeded = collections.Counter()
failed = collections.defaultdict(collections.Counter)
world = None


class Dice:
    """Decides what becomes of a request: the same for the same request, so that failures can be repeated."""

    def __init__(self, case):
        data = [case.operation.label, case.path_parameters, case.query, dict(case.headers or {}), case.body]
        if case.meta is not None and case.meta.phase.name == TestPhase.COVERAGE:
            # These requests are few and alike, and are not repeated.
            data.append(sent[case.operation.label])
        self.random = random.Random(repr(data).encode("utf-8", "surrogatepass"))

    def throw(self, sides):
        return self.random.randrange(sides)

    def real_id(self, kind, made_up):
        """The id of something that exists; or the one that was made up, for there must be objects that do not exist."""
        ids = members if kind == "members" else world.ids.get(kind)
        return ids[self.throw(len(ids))] if ids and self.throw(8) else made_up

    def in_body(self, value):
        if isinstance(value, list):
            return [self.in_body(item) for item in value]
        if isinstance(value, dict):
            return {key: self.in_field(key, item) for key, item in value.items()}
        return value

    def in_field(self, key, value):
        if key in KINDS_OF_FIELDS and is_made_up(value):
            return self.real_id(KINDS_OF_FIELDS[key], value)
        if key in FITTING and type(value) is type(FITTING[key]) and self.throw(4):
            return FITTING[key]
        return self.in_body(value)


def is_made_up(value):
    return isinstance(value, str) and UUID.fullmatch(value) and value not in known


# What passes the rules that the description has in words only. Three of four texts, lists and numbers of these fields are replaced.
FITTING = {
    "expected_revision": 0,
    "labels": ["zero", "one"],
    "labels_from": "union",
    "number": 1,
    "reference": "ghcr.io/team/trainer:1.4",
    "rows": [],
}


def is_negated(case, name):
    """Whether it is the point of the request that this parameter is wrong."""
    data = case.meta.phase.data if case.meta else None
    return getattr(data, "parameter", None) == name


@schemathesis.hook
def before_call(context, case, kwargs):
    global world
    if world is None or world.requests >= REQUESTS_PER_WORLD:
        world = World()
    world.requests += 1
    sent[case.operation.label] += 1
    dice = Dice(case)
    kind = case.path.removeprefix("/api/v1/").split("/")[0]
    path = dict(case.path_parameters or {})
    # In a chain of requests an id is from an answer before; elsewhere, what it was given to may be long gone.
    is_chain = case.meta is not None and case.meta.phase.name == TestPhase.STATEFUL
    if is_made_up(path.get("id")) or (not is_chain and path.get("id") in known):
        path["id"] = dice.real_id(kind, path["id"])
    for name in ("name", "key"):
        if isinstance(path.get(name), str) and not is_negated(case, name) and dice.throw(4):
            path[name] = "best"
    # These two would shut out all requests that follow.
    if case.method.upper() in ("DELETE", "PATCH") and path.get("id") in (own_token, me):
        path["id"] = str(uuid.UUID(int=0))
    if path != (case.path_parameters or {}):
        case.path_parameters = path
    query = dict(case.query or {})
    if isinstance(query.get("cursor"), str) and not is_negated(case, "cursor"):
        # A cursor is from the page before, or there is none.
        query["cursor"] = cursors[case.path]
        if not query["cursor"]:
            del query["cursor"]
    if isinstance(query.get("key"), str) and not is_negated(case, "key") and dice.throw(2):
        query["key"] = "loss"
    for name in ("project_id", "from"):
        if is_made_up(query.get(name)) and kind in ("experiments", "model-versions"):
            query[name] = dice.real_id(KINDS_OF_FIELDS[name], query[name])
    if query != (case.query or {}):
        case.query = query
    if isinstance(case.body, (dict, list)):
        body = dice.in_body(case.body)
        if body != case.body:
            case.body = body


@schemathesis.hook
def after_call(context, case, response):
    global world
    label = case.operation.label
    is_as_described = response.request.method == case.operation.method.upper()
    by_status[response.status_code] += 1
    if is_as_described and 200 <= response.status_code < 300:
        succeeded[label] += 1
        if case.method.upper() == "DELETE" and case.path_parameters["id"] in members:
            members.remove(case.path_parameters["id"])
        elif case.method.upper() == "DELETE" or case.path.endswith("/seal"):
            # What is gone or frozen would turn away what follows.
            world = None
    elif is_as_described:
        failed[label][response.status_code] += 1
    content_type = " ".join(response.headers.get("content-type", []))
    if "json" in content_type:
        text = response.content.decode()
        # What an error names was asked for, and need not exist.
        if response.status_code < 300:
            known.update(UUID.findall(text))
            found = json.loads(text)
            if isinstance(found, dict) and found.get("next_cursor"):
                cursors[case.path] = found["next_cursor"]


@schemathesis.deserializer(
    "application/octet-stream", "application/x-tar", "image/png", "image/jpeg", "image/gif", "image/webp"
)
def bytes_are_any_text(context, response):
    return response.content.decode("latin-1")


@atexit.register
def report():
    operations = set(sent)
    never = {label: dict(failed[label]) for label in sorted(operations - set(succeeded))}
    with open(os.environ["API_FUZZ_REPORT"], "w", encoding="utf-8") as file:
        still_works = session.get(f"{API}/me", timeout=30).ok
        json.dump(
            {
                "requests": sum(by_status.values()),
                "by_status": {str(status): by_status[status] for status in sorted(by_status)},
                "operations": len(operations),
                "fewest_successes": min(succeeded[label] for label in operations),
                "never_succeeded": never,
                "token_still_works": still_works,
            },
            file,
            indent=2,
        )
