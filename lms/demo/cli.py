"""``lms demo``: an institute to look around in."""

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import with_appcontext

from lms import db
from lms.accounts import queries as accounts
from lms.accounts.forms import ROLES
from lms.demo import queries, services
from lms.demo.queries import Login
from lms.demo.services import Progress
from lms.demo.stories import PASSWORD
from lms.demo.wording import story_line
from lms.errors import Refused
from lms.i18n import _, _n
from lms.permissions import Role
from lms.web.links import outside_requests

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

SEED = 2027


class NotInProduction(Refused):
    """The demo's password is known to everybody."""


@click.command(epilog="Example: lms demo --json")
@click.option("--json", "as_json", is_flag=True, help="Print the logins as JSON.")
@click.option(
    "--if-empty", is_flag=True, help="Leave a database that has people of its own as it is, without complaint."
)
@click.option("--seed", type=click.IntRange(min=0), default=SEED, show_default=True, help="Other people, other marks.")
@with_appcontext
def demo(as_json: bool, if_empty: bool, seed: int) -> None:
    """Load an institute to look around in, and show who can sign in.

    Three intakes around today, some 120 invented people, their work, results and sealed certificates. It goes into an
    empty database, after the courses are published; a second time it only shows the logins. Never in production.
    """
    if current_app.config["SETTINGS"].is_production:
        raise NotInProduction(_("The demo is not for production: its password is known to everybody."))
    with db.reading():
        is_loaded, is_empty = queries.is_loaded(), accounts.is_empty()
    if if_empty and not is_empty and not is_loaded:
        return
    with outside_requests(current_app):  # as the worker runs jobs
        _load_and_seal(seed, is_loaded=is_loaded)
    with db.reading():
        found = queries.logins()
    click.echo(_as_json(found) if as_json else _as_table(found))


def _load_and_seal(seed: int, *, is_loaded: bool) -> None:
    """What is done already is not done again; what an interruption left is."""
    if not is_loaded:
        with _progress(_("Loading the demo")) as progress:
            services.load(seed, progress)
    with _progress(_("Sealing certificates")) as progress:
        left = services.finish(progress)
    if left:
        words = _n("%(num)d certificate is left to the worker.", "%(num)d certificates are left to the worker.", left)
        click.echo(words, err=True)


@contextmanager
def _progress(label: str) -> Iterator[Progress]:
    """A bar on a terminal, once there is something to show; nothing where nobody looks."""
    with ExitStack() as shown:
        bars: list[ProgressBar[int]] = []

        def show(done: int, total: int) -> None:
            if not bars:
                bars.append(shown.enter_context(
                    click.progressbar(length=total, label=label, file=sys.stderr, hidden=not sys.stderr.isatty())
                ))  # fmt: skip
            bars[0].length = total
            bars[0].update(done - bars[0].pos)

        yield show


def _as_json(found: list[Login]) -> str:
    logins = [
        {"role": login.role, "email": login.email, "name": login.name, "story": story_line(login.key)}
        for login in found
    ]
    page = {"address": current_app.config["SETTINGS"].base_url, "password": PASSWORD, "logins": logins}
    return json.dumps(page, ensure_ascii=False, indent=2)


def _as_table(found: list[Login]) -> str:
    rows = [(str(ROLES[Role(login.role)]), login.email, login.name, story_line(login.key)) for login in found]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [
        "  ".join((*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3])) for row in rows
    ]
    address = current_app.config["SETTINGS"].base_url
    head = _("Sign in at %(address)s with the password %(password)s", address=address, password=PASSWORD)
    return "\n".join([head, "", *lines])
