"""A proxy on this machine that loses the answer to one request."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class DroppingProxy(ThreadingHTTPServer):
    """Passes requests on; both connections of the first change whose path ends as asked for are closed before there is an answer."""

    daemon_threads = True

    def __init__(self, upstream: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.upstream = urlsplit(upstream).netloc
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.end_to_drop: str | None = None
        self.dropped = 0

    def is_to_be_dropped(self, handler: BaseHTTPRequestHandler) -> bool:
        path = handler.path.partition("?")[0]
        if handler.command == "GET" or self.end_to_drop is None or not path.endswith(self.end_to_drop):
            return False
        self.end_to_drop = None
        self.dropped += 1
        return True


class Handler(BaseHTTPRequestHandler):
    server: DroppingProxy

    def pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        upstream = HTTPConnection(self.server.upstream, timeout=60)
        upstream.request(self.command, self.path, body, headers)
        self.close_connection = True
        if self.server.is_to_be_dropped(self):
            # The server has the whole request, and learns that nobody waits for the answer.
            upstream.close()
            return
        answer = upstream.getresponse()
        content = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("content-length", "transfer-encoding", "connection", "date", "server"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        upstream.close()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = pass_on

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""


@contextmanager
def dropping_proxy(upstream: str) -> Iterator[DroppingProxy]:
    with DroppingProxy(upstream) as proxy:
        thread = threading.Thread(target=proxy.serve_forever)
        thread.start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
            thread.join()
