"""``python -m lms …``: the operator's command.

A command that needs the installation stands under ``flask.cli.with_appcontext``: the application is made when it is asked
for, so ``lms courses check`` works where there is no database yet. A refusal is one sentence on stderr and exit status 1.
"""

import gc
import os
import sys
from contextlib import redirect_stdout
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import ScriptInfo, with_appcontext
from sqlalchemy.exc import InterfaceError, OperationalError

from lms import create_app, db, settings, wiring
from lms.catalogue.cli import courses, sync
from lms.demo.cli import demo
from lms.errors import Missing, Refused
from lms.operations.cli import init, serve


def application() -> Flask:
    """The application as the environment describes it."""
    return create_app(settings.from_environment())


class Commands(click.Group):
    """Says what stopped a command in one sentence."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except (settings.BadSettings, Refused) as refusal:
            raise click.ClickException(str(refusal)) from None
        except Missing:
            raise click.ClickException("There is no such thing.") from None
        except (OperationalError, InterfaceError) as error:
            raise click.ClickException(f"The database cannot be used: {str(error.orig).strip()}") from None


@click.group(cls=Commands, context_settings={"obj": ScriptInfo(create_app=application, set_debug_flag=False)})
def main() -> None:
    """Takwin, from the command line. Settings come from the environment: LMS_DATA, LMS_DATABASE, LMS_BASE_URL…"""
    os.umask(0o077)  # what is made here holds people's data


@click.command(epilog="Example: lms prepare")
@click.pass_context
@with_appcontext
def prepare(context: click.Context) -> None:
    """Do all that comes before `lms serve`, in one go: `init`, `courses sync --if-changed` and, except in production,
    `demo --if-empty`. What is done already takes no time. Prints the demo's logins, if it is there."""
    with redirect_stdout(sys.stderr):
        context.invoke(init)
        context.invoke(sync, if_changed=True)
    if not current_app.config["SETTINGS"].is_production:
        context.invoke(demo, if_empty=True)


@click.command(epilog="Example: lms start --port 8000")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.pass_context
def start(context: click.Context, port: int) -> None:
    """`lms prepare`, then `lms serve`, in one process: what `./run` does, and the quickest way to the first page."""
    context.invoke(prepare)
    db.database().dispose()  # the processes that serve are forked from this one and open connections of their own
    click.echo(f"\nhttp://127.0.0.1:{port}\n")
    sys.stdout.flush()
    gc.freeze()  # what is loaded stays, so nobody looks through it for what could go, and processes go on sharing it
    context.invoke(serve, port=port)


for command in (courses, prepare, start, *wiring.COMMANDS):
    main.add_command(command)

if __name__ == "__main__":
    main(prog_name="lms")
