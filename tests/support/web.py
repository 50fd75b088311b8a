"""web: a server on loopback that answers what a test tells it to."""

import contextlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class Site:
    """Hold what lies at each path, and which paths were asked for."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.pages: dict[str, bytes] = {}
        self.moved: dict[str, str] = {}
        self.claimed: dict[str, int] = {}
        self.asked: list[str] = []


@contextlib.contextmanager
def serving() -> Iterator[Site]:
    """Run the server."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            if self.path in site.moved:
                self.send_response(302)
                self.send_header("Location", site.moved[self.path])
                self.end_headers()
            elif self.path in site.pages:
                page = site.pages[self.path]
                self.send_response(200)
                length = site.claimed.get(self.path, len(page))
                self.send_header("Content-Length", str(length))
                self.end_headers()
                self.wfile.write(page)
            else:
                self.send_error(404)

        def log_message(self, *given: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    site = Site(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
