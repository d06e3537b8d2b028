"""``waarmerk signing-page``: the page at which a security key signs in a browser, as files for a web server or on this computer."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import click

from waarmerk.cli import echo, options, words
from waarmerk.machine import files
from waarmerk.pages.signing_page import PAGES, signing_pages

PORT = 8643
"""Of its own: a page that signs never shares its origin with one where people log in (security.md 3.8)."""


@click.command("signing-page")
@click.option("-o", "out", type=options.FOLDER, help="Write the page into this folder, for a web server with https.")
@click.option("--port", type=click.IntRange(1, 65535), default=PORT, show_default=True, help="Else show it here.")
@options.force
def signing_page(out: Path | None, port: int, force: bool) -> None:
    """Write or show the page where people sign with a security key and nothing but a browser."""
    say, pages = words(), signing_pages()
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in pages.items():
            files.output(out / name, force=force)
            files.replace(out / name, text.encode())
        echo(say("signing_page.written", path=out))
        return
    with ThreadingHTTPServer(("127.0.0.1", port), _handler(pages)) as server:
        # Browsers let a security key sign at localhost, not at a number.
        echo(say("signing_page.ready", url=f"http://localhost:{server.server_port}/"))
        echo(say("serve.stop"), err=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


def _handler(pages: dict[str, str]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = pages.get(self.path.partition("?")[0].lstrip("/") or PAGES["nl"])
            body = (text or "").encode()
            self.send_response(200 if text else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            # What a page cannot say about itself; the rest of its policy is in the page.
            self.send_header("Content-Security-Policy", "frame-ancestors 'none'")
            self.send_header("X-Content-Type-Options", "nosniff")
            self.send_header("Referrer-Policy", "no-referrer")
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler
