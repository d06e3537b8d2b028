"""The page ``docs/commands.md``: every command with its own help, so that what is documented is what exists."""

from __future__ import annotations

from collections.abc import Iterator

import click

from waarmerk.cli import COMMANDS, main

WIDTH = 100
HEAD = """# Commands

Made from the commands' own help (`scripts/commands`); a test compares. Results on stdout, messages on stderr, `-` for standard
input where a file is read, nothing overwritten without `--force`. `--lang nl|en` before the command chooses the language.
Exit codes: 0 good; 1 findings above `notice`, or not verified; 2 wrong use, or something could not be read; 3 not reachable now.

A municipality or committee keeps what is the same every time in `waarmerk.toml` in its folder: `as = "gsb:0599"`,
`to = "csb:kiesraad"`, `trust = "trust"`, `outbox = "outbox"`, `keys = "keys"`, `address = "https://…"` (where `send` sends).
Commands that use it say so.
"""


def page() -> str:
    """Return the page."""
    with click.Context(
        main, info_name="waarmerk", terminal_width=WIDTH, max_content_width=WIDTH, **main.context_settings
    ) as root:
        parts = [text for name in COMMANDS for text in _command(root, name)]
    return "\n".join([HEAD, *parts])


def _command(parent: click.Context, name: str) -> Iterator[str]:
    group = parent.command
    command = group.get_command(parent, name) if isinstance(group, click.Group) else None
    if command is None:
        raise RuntimeError(f"no command {name}")
    with click.Context(command, info_name=name, parent=parent, terminal_width=WIDTH, max_content_width=WIDTH) as ctx:
        path = ctx.command_path
        yield f"## {path}\n\n```\n{command.get_help(ctx)}\n```\n"
        if isinstance(command, click.Group):
            for sub in command.list_commands(ctx):
                yield from _command(ctx, sub)
