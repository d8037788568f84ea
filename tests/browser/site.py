"""A web site of somebody's, on an origin of its own, with the widget in its pages."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from threading import Thread

HERE = Path(__file__).parent


class Site:
    def __init__(self, widget_script: bytes) -> None:
        self._files = {"/web.js": ("text/javascript", widget_script)}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self._files))
        self._thread = Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.origin = f"http://127.0.0.1:{self._server.server_port}"

    def embed(self, bot_id: str, api_host: str, page: str = "page.html") -> str:
        """The URL of one of our pages, with this bot's widget in it."""
        html = Template((HERE / page).read_text()).substitute(chatflowid=bot_id, api_host=api_host)
        self._files[f"/{page}"] = ("text/html; charset=utf-8", html.encode())
        return f"{self.origin}/{page}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(files: dict[str, tuple[str, bytes]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path not in files:
                self.send_error(404)
                return
            content_type, body = files[self.path]
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
