"""``waarmerk serve``: the service of one authority: intake and board, on this machine unless you say otherwise."""

from __future__ import annotations

import signal
from pathlib import Path

import click

from waarmerk.cli import echo, options, words
from waarmerk.errors import WrongUse
from waarmerk.office import links, trust_folder
from waarmerk.office.keeper import RECEIPT_KEY, has_keys, identities, service_key
from waarmerk.office.sealing import organisation
from waarmerk.web import database

PORT = 8642
THREADS = 256
"""Requests at a time; uploads that hang take at most ``web.intake.UPLOADS`` of them, so a page is always shown."""
STOP_SECONDS = 5
"""A worker that does not end when asked is killed: nothing is lost by that, and a stop must end."""


@click.command()
@options.sender
@click.option("--folder", type=options.FOLDER, default=Path(), help="The authority's folder: trust/, keys/, store.")
@click.option("--port", type=click.IntRange(1, 65535), default=PORT, show_default=True)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; loopback unless a proxy protects it."
)
@click.option("--link", "only_link", is_flag=True, help="Only print a new one-time link for the service that runs.")
def serve(org: str, folder: Path, port: int, host: str, only_link: bool) -> None:
    """Receive deliveries and show the board."""
    org, folder = organisation(org), folder.resolve()
    try:
        from granian import Granian
        from granian.constants import Interfaces
    except ImportError:
        raise WrongUse("the service is not installed: pip install 'waarmerk[service]'") from None
    if has_keys(folder / "keys"):
        identities(folder / "keys")
        service_key(folder / "keys" / RECEIPT_KEY)
    else:
        # What comes is kept until they are loaded (security.md 3.17): a machine that starts at night needs nobody.
        echo(words()("serve.keys", path=folder / "keys"), err=True)
    database.prepare(folder, org)
    secret = links.new(folder)
    say = words()
    if trust_folder.versions(folder / "trust"):
        trust_folder.load(folder / "trust")
    else:
        echo(say("serve.trust", path=folder / "trust"), err=True)
    echo(say("serve.ready", org=org))
    echo(say("serve.board", url=f"http://localhost:{port}/enter/{secret}"))
    echo(say("serve.intake", url=f"http://localhost:{port}"))
    if only_link:
        return
    echo(say("serve.stop"), err=True)
    # A stop asked politely ends the keeper too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    Granian(
        "waarmerk.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        workers_kill_timeout=STOP_SECONDS,
        log_enabled=False,
    ).serve()
