"""Options that several commands share, with one spelling each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from waarmerk.cli import words
from waarmerk.errors import WrongUse

F = TypeVar("F", bound=Callable[..., Any])
SETTINGS = frozenset({"as", "to", "trust", "outbox", "keys", "address"})
"""What ``waarmerk.toml`` may answer: who you are, to whom you send, four places, and the receiver's address."""
ANSWERS: dict[str, dict[str, str]] = {
    "seal": {"org": "as", "to": "to", "trust": "trust", "outbox": "outbox"},
    "sign": {"trust": "trust", "outbox": "outbox", "keys": "keys"},
    "deliver": {"org": "as", "to": "to", "trust": "trust", "outbox": "outbox", "keys": "keys", "address": "address"},
    "open": {"org": "as", "trust": "trust"},
    "send": {"to": "address", "trust": "trust"},
    "serve": {"org": "as"},
    "publish": {"org": "as"},
}
"""Which option of which command each setting answers."""


class Text(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """Words that go into a document: only signs that can be read."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the words as they are."""
        if not value.isprintable():
            self.fail("holds a sign that cannot be printed", param, ctx)
        return value


TEXT = Text()
FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)


def once(ctx: click.Context, param: click.Parameter, value: tuple[Any, ...]) -> Any:
    """Return the one value of an option that somebody may hope to give twice: a run makes the signature of one person."""
    if len(value) > 1:
        raise WrongUse(words()("sign.once", option=f"--{param.name}"))
    return value[0] if value else None


def sender(function: F) -> F:
    """``--as``: which authority this is."""
    return click.option("--as", "org", required=True, metavar="AUTHORITY", help="Who you are: gsb:0599.")(function)


def trust(function: F) -> F:
    """``--trust``: the folder with root card and trust list."""
    return click.option("--trust", type=FOLDER, required=True, help="Folder with root-card.json, 1.tar, 2.tar …")(
        function
    )


def outbox(function: F) -> F:
    """``--outbox``: the sender's envelopes and receipts."""
    return click.option("--outbox", type=FOLDER, required=True, help="Folder with your envelopes and receipts.")(
        function
    )


def keys(function: F) -> F:
    """``--keys``: identities with which a draft that travelled is opened."""
    return click.option(
        "--keys", type=FOLDER, help="Folder with this machine's age identities, for a draft on a stick."
    )(function)


def force(function: F) -> F:
    """``--force``: overwrite a result."""
    return click.option("--force", is_flag=True, help="Overwrite the result file.")(function)
