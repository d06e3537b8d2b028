"""``waarmerk receive``: bring what is on a stick to this authority's intake; the receipts go back onto the stick.

The bytes on a stick and over the network are the same bytes, judged by the same intake.
"""

from __future__ import annotations

from pathlib import Path

import click

from waarmerk.cli import echo, language, options, say_refusal, words
from waarmerk.cli.receipt import explain, verdict
from waarmerk.errors import BadData, WrongUse
from waarmerk.office import sending
from waarmerk.seal.receipt import Verdict

PATTERNS = ("*.sealed",)


@click.command()
@click.argument("stick", type=options.FOLDER)
@click.option("--to", required=True, metavar="URL", help="The address of your own service: http://localhost:8642.")
def receive(stick: Path, to: str) -> None:
    """Take in every envelope in the folder STICK and put each receipt beside it."""
    say = words()
    found = sorted(path for pattern in PATTERNS for path in stick.glob(pattern))
    if not found:
        echo(say("stick.empty", path=stick), err=True)
        raise click.exceptions.Exit(2)
    refused = False
    for path in found:
        try:
            brought = sending.carry(path, to)
        except BadData as error:
            echo(say("stick.refused", name=path.name, code=error.code))
            say_refusal(error, language())
            refused = True
            continue
        except WrongUse as error:
            # A folder, pipe or link of that name: what else lies on the stick is brought all the same.
            echo(str(error), err=True)
            refused = True
            continue
        if brought is None:
            echo(say("stick.stored", name=path.name))
            continue
        echo(say("stick.received", name=path.name, verdict=verdict(brought.receipt)))
        explain(brought.receipt)
        echo(say("stick.receipt", path=brought.path))
        refused |= brought.receipt.verdict is Verdict.REJECTED
    if refused:
        raise click.exceptions.Exit(1)
