"""The commands: one file a verb, each reads its arguments, makes one call, prints (architecture.md, commands).

Results on stdout, messages on stderr. Exit codes: 0 good; 1 findings, or not verified; 2 wrong use or unreadable; 3 not
reachable now. Commands are loaded when they are used, so that each starts fast.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Any

import click

from waarmerk import __version__
from waarmerk.errors import BadData, Place, Unreachable, WrongUse

COMMANDS = {
    "check": "check", "convert": "convert", "tabulate": "tabulate", "seats": "seats", "key": "key", "trust": "trust",
    "deliver": "deliver", "seal": "seal", "sign": "sign", "signing-page": "signing_page", "open": "open", "send": "send",
    "receive": "receive", "receipt": "receipt", "serve": "serve", "decide": "decide", "publish": "publish",
    "verify": "verify", "witness": "witness", "monitor": "monitor", "simulate": "simulate", "demo": "demo",
}  # fmt: skip
"""Command → module of this room; the module has a click command of that name."""
GOOD, FINDINGS, UNUSABLE, LATER = 0, 1, 2, 3


class Lazy(click.Group):
    """Loads a command when it is asked for, and says in the user's words what went wrong in it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, in the order of a result's journey."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return one command, loaded now."""
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"waarmerk.cli.{COMMANDS[name]}")
        command: click.Command = getattr(module, f"{name}_" if name in ("open",) else COMMANDS[name])
        return command

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help in the language that was asked for, without loading any command."""
        say = _words(ctx)
        self.format_usage(ctx, formatter)
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(say("help.main"))
        with formatter.section("Commands"):
            formatter.write_dl([(name, say(f"help.{name}")) for name in COMMANDS])
        click.Command.format_options(self, ctx, formatter)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; every expected error becomes a sentence, a hint and an exit code."""
        try:
            return super().invoke(ctx)
        except BadData as error:
            say_refusal(error, language(ctx))
            sys.exit(UNUSABLE)
        except WrongUse as error:
            echo(str(error), err=True)
            sys.exit(UNUSABLE)
        except Unreachable as error:
            echo(_words(ctx)("busy", reason=str(error)), err=True)
            sys.exit(LATER)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except OSError as error:
            if os.environ.get("WAARMERK_DEBUG"):
                raise
            path = error.filename2 or error.filename or "-"
            echo(
                _words(ctx)("machine", path=os.fsdecode(path), reason=error.strerror or type(error).__name__), err=True
            )
            sys.exit(UNUSABLE)
        except Exception as error:
            if os.environ.get("WAARMERK_DEBUG"):
                raise
            echo(_words(ctx)("internal", name=type(error).__name__), err=True)
            sys.exit(UNUSABLE)


def echo(text: str = "", *, err: bool = False, nl: bool = True) -> None:
    """Print words; names and reasons in them come from outside, so nothing but ``echo`` and ``echo_json`` prints."""
    from waarmerk.pages.visible import on_screen

    click.echo(on_screen(text), err=err, nl=nl)


def echo_json(value: object, indent: int | None = None) -> None:
    """Print one JSON value."""
    from waarmerk.pages.visible import on_screen_json

    click.echo(on_screen_json(value, indent))


def language(ctx: click.Context | None = None) -> str:
    """Return the language that was asked for with ``--lang`` (or WAARMERK_LANG); Dutch is first."""
    present = ctx or click.get_current_context(silent=True)
    asked = (present and present.find_root().params.get("lang")) or os.environ.get("WAARMERK_LANG")
    return "en" if asked == "en" else "nl"


def words(part: str = "terminal") -> Any:
    """Return the words of the commands in the language that was asked for."""
    from waarmerk.pages import screens

    return screens.words(language(), part)


def _words(ctx: click.Context) -> Any:
    from waarmerk.pages import screens

    return screens.words(language(ctx), "terminal")


def say_refusal(error: BadData, lang: str) -> None:
    """Print a refusal: what, where, exactly, and what to do next."""
    from waarmerk.pages import catalogue, screens

    terminal = screens.words(lang, "terminal")
    if error.code not in catalogue.codes(lang):
        # A receiver of a newer version may know codes that we do not.
        echo(str(error), err=True)
        return
    text = catalogue.text(error.code, lang)
    echo(terminal("error", title=text.title, code=error.code), err=True)
    place = ", ".join(
        terminal(f"place.{name}", value=value)
        for name in Place.__dataclass_fields__
        if (value := getattr(error.place, name)) is not None
    )
    if place:
        echo(terminal("where", place=place), err=True)
    echo(terminal("detail", reason=error.reason), err=True)
    for steps in text.do.values():
        for step in steps:
            echo(terminal("tip", step=step), err=True)


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--lang",
    is_eager=True,
    type=click.Choice(["nl", "en"]),
    envvar="WAARMERK_LANG",
    default="nl",
    help="Language of what is said.",
)
@click.version_option(__version__, prog_name="waarmerk")
@click.pass_context
def main(ctx: click.Context, lang: str) -> None:
    """Carry Dutch election results from the polling station to the public: sealed, checked, added up, provable."""
    ctx.default_map = {name: {"lang": lang} for name in COMMANDS}
    _settings(ctx, lang)


def _settings(ctx: click.Context, lang: str) -> None:
    """Let ``waarmerk.toml`` in the present folder answer what is the same every time, and say so."""
    from waarmerk.cli.options import ANSWERS, SETTINGS
    from waarmerk.machine import settings
    from waarmerk.pages import screens

    command = ctx.invoked_subcommand or ""
    if command not in ANSWERS:
        return
    found = settings.load(Path.cwd(), SETTINGS)
    answers = {option: found[name] for option, name in ANSWERS[command].items() if name in found}
    if answers:
        echo(screens.words(lang, "terminal")("settings", path=settings.FILE), err=True)
        ctx.default_map = {command: {"lang": lang, **answers}}
