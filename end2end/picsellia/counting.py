"""Counts which calls of the API the SDK makes."""

import re

import requests

UUID = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}")


class CountingSession(requests.Session):
    """The session of an SDK client, which notes the method and the pattern of each path below `/api`."""

    endpoints: set[tuple[str, str]] = set()

    def send(self, request: requests.PreparedRequest, **options: object) -> requests.Response:
        path = request.path_url.partition("?")[0]
        if path.startswith("/api/"):
            self.endpoints.add((request.method, UUID.sub("{id}", path)))
        return super().send(request, **options)
